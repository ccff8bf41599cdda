"""网易's own portal: lists by work type, of which the keyword of the tests finds postings in 社招 alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from replicas.base import CHAT, CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_FIRST_DAY = date(2026, 7, 7)
_PLACES = (("杭州市",), ("广州市", "上海市"), ("北京市",))
MOST_ROWS = 200


class NeteaseReplica(Replica):
    """The search: heeds `currentPage`, `pageSize`, `workType` and `keyword`, and passes over all else."""

    source = "netease"
    size = 100

    def answer(self, asked: Asked) -> Answer | None:
        """The search; a page of more than 200 rows is code 402."""
        if not self.is_list(asked):
            return None
        wanted = asked.json
        size, number = wanted.get("pageSize", 10), wanted.get("currentPage", 1)
        if size > MOST_ROWS:
            return asked.answer_json({"code": 402, "msg": "参数错误", "data": None})
        kind = wanted.get("workType")
        rows = [row for row in self._rows() if kind in {None, row["workType"]} and wanted["keyword"] in row["name"]]
        total = self.total(rows) if kind == "0" else len(rows)
        data = {
            "total": total,
            "pages": -(-total // size),
            "list": self.shown(rows)[(number - 1) * size : number * size],
            "lastPage": number * size >= total,
        }
        return asked.answer_json({"code": 200, "msg": None, "data": data})

    def is_list(self, asked: Asked) -> bool:
        """The one address of the search."""
        return (asked.method, asked.path) == ("POST", "/api/hr163/position/queryPage")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {
            str(61000 + number): {
                "title": f"{KEYWORD}应用工程师 {number}",
                "company": "网易",
                "description": f"1、负责第 {number} 条产品线的智能体；\n2、评测效果。\n\n1、三年以上经验；\n2、熟悉检索增强。",
                "city_text": "/".join(_PLACES[number % 3]),
                "cities": [name.removesuffix("市") for name in _PLACES[number % 3]],
                "experience_text": "3-5年",
                "experience": "3-5年",
                "education_text": "本科",
                "education": "本科",
                "employment_text": "社招",
                "employment_type": "full_time",
                "site_category": "人工智能",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "url": f"{url}/job-detail.html?id={61000 + number}",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def login(self) -> list[Answer]:
        """What the portal for 校招 says to visitors without an account."""
        return [json_answer({"code": 406, "msg": "当前用户未登录", "data": None})]

    def changed(self) -> list[Answer]:
        """A page that the site finds too large, a total without rows, rows of another kind."""
        return [
            json_answer({"code": 402, "msg": "参数错误", "data": None}),
            json_answer({"code": 200, "msg": None, "data": {"total": 12, "pages": 1, "list": []}}),
            json_answer(
                {"code": 200, "msg": None, "data": {"total": 1, "pages": 1, "list": [{"positionName": KEYWORD}]}}
            ),
            json_answer({"code": 200, "msg": None, "data": None}),
        ]

    def _rows(self) -> list[dict[str, Any]]:
        trainees = [{**self._row(number), "name": f"游戏策划 {number}", "workType": "1"} for number in range(900, 904)]
        return [*(self._row(number) for number in range(self.count + 4)), *trainees]

    def _row(self, number: int) -> dict[str, Any]:
        renewed = datetime.combine(_FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=number)
        return {
            "id": 61000 + number,
            "name": f"{KEYWORD}应用工程师 {number}" if number < self.count else f"采购专员 {number}",
            "workType": "0",
            "firstPostTypeName": "人工智能",
            "firstDepName": "有道事业群",
            "productName": None,
            "recruitNum": 2,
            "reqEducationName": "本科",
            "reqWorkYearsName": "3-5年",
            "workPlaceList": [229],
            "workPlaceNameList": list(_PLACES[number % 3]),
            "description": f"1、负责第 {number} 条产品线的智能体；\n2、评测效果。",
            "requirement": f"1、三年以上经验；\n2、熟悉检索增强。\n{CONTACT_LINE}",
            "updateTime": int(renewed.timestamp() * 1000),
            "beeUrl": None,
            "hrInfo": {"hrName": PERSON, "hrMobile": MOBILE, "hrMail": MAIL, "popo": CHAT},
        }
