"""大易 WinTalent: one portal whose postings are in the channel 社招."""

from datetime import date, timedelta
from typing import Any

from replicas.base import CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_FIRST_DAY = date(2026, 5, 4)
_CITIES = ("上海市", "北京市", "广东省,深圳市")
_NAMES = (["上海"], ["北京"], ["深圳"])


class WintalentReplica(Replica):
    """The portal `wintalent-yonyou`: ten rows a page, no search, full text."""

    source = "wintalent-yonyou"
    keyword = ""
    size = 10

    def answer(self, asked: Asked) -> Answer | None:
        """A page of the list; a portal of another brand is not here."""
        if not self.is_list(asked):
            return None
        rows = [self.row(number) for number in range(self.count)] if asked.query["recruitType"] == "2" else []
        number = int(asked.query.get("page", "1"))
        total = self.total(rows) if rows else 0
        page = self.shown(rows)[(number - 1) * self.size : number * self.size]
        answer = {"postList": page, "rowCount": total, "pageCount": -(-total // self.size), "rowSize": self.size}
        return asked.answer_json(answer)

    def is_list(self, asked: Asked) -> bool:
        """The list of the brand."""
        return asked.path == "/wt/yonyou/web/json/position/list" and asked.query.get("brandCode") == "1"

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        portal = f"{url}/wt/yonyou/mobweb/position/detail?brandCode=1&safe=Y&recruitType=2"
        return {
            str(514700 + number): {
                "title": f"{KEYWORD}应用工程师 {number}",
                "company": "用友网络",
                "description": f"负责第 {number} 号产品。\n对接客户。\n\n本科及以上。",
                "city_text": _CITIES[number % 3],
                "cities": _NAMES[number % 3],
                "salary_text": "8000-12000元/月",
                "salary_min": 8000,
                "experience_text": "3年以上",
                "education_text": "本科",
                "employment_text": "社招",
                "site_category": "研发类",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "url": f"{portal}&postIdsAry={514700 + number}",
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """Counts without rows, and rows of another kind."""
        return [
            json_answer(answer)
            for answer in (
                {"postList": [], "rowCount": 31, "pageCount": 4, "rowSize": 10},
                {"postList": [{"id": 1}], "rowCount": 1, "pageCount": 1, "rowSize": 10},
                {"postList": []},
            )
        ]

    def row(self, number: int) -> dict[str, Any]:
        """A posting."""
        return {
            "postId": 514700 + number,
            "postName": f"{KEYWORD}应用工程师 {number}",
            "workPlace": _CITIES[number % 3],
            "postType": "研发类",
            "workingTreatment": "8000-12000元/月",
            "publishDate": str(_FIRST_DAY + timedelta(days=number)),
            "endDate": "2026-12-31",
            "workYears": "3年以上",
            "education": "本科",
            "workContent": f"负责第 {number} 号产品。<br/>对接客户。",
            "serviceCondition": f"本科及以上。<br/>{CONTACT_LINE}",
            "recruitNum": "2",
            "orgName": "总部",
            "recruiter": {"name": PERSON, "phone": MOBILE, "mail": MAIL},
        }
