"""飞书招聘: one tenant with one channel."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from crawler.codes import load_codes
from replicas.base import CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked

_CITIES = ("上海", "北京", "深圳")
_FIRST_DAY = date(2026, 5, 17)


class FeishuReplica(Replica):
    """The search of `feishu-minimax`: full text in the list, a count, unsigned calls."""

    source = "feishu-minimax"
    size = 50

    def answer(self, asked: Asked) -> Answer | None:
        """The search; a wrong channel is no site."""
        if not self.is_list(asked):
            return None
        if asked.headers.get("portal-channel") != "379481":
            return asked.answer_json({"code": -9000003, "message": "site not exist", "data": None})
        wanted = asked.json
        rows = [row for row in self._rows() if wanted["keyword"] in row["title"]]
        page = self.shown(rows)[wanted["offset"] : wanted["offset"] + wanted["limit"]]
        data = {"job_post_list": page, "count": self.total(rows), "extra": None}
        return asked.answer_json({"code": 0, "data": data, "message": "ok", "error": None})

    def is_list(self, asked: Asked) -> bool:
        """The one address of the search."""
        return (asked.method, asked.path) == ("POST", "/api/v1/search/job/posts")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {
            str(7600000000000000000 + number): {
                "title": f"{KEYWORD}训练工程师 {number}",
                "company": "MiniMax",
                "description": f"1、负责第 {number} 号方向的训练框架；\n2、优化吞吐。\n\n1、本科及以上；\n2、熟悉 PyTorch。",
                "city_text": _CITIES[number % 3],
                "cities": [_CITIES[number % 3]],
                "employment_text": "社招/正式",
                "employment_type": "full_time",
                "site_category": "研发/算法",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "url": f"{url}/379481/position/{7600000000000000000 + number}/detail",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def blocked(self) -> list[Answer]:
        """An unsigned request refused."""
        return [Answer(status=405)]

    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(number) for number in range(self.count + 5)]

    def _row(self, number: int) -> dict[str, Any]:
        name = _CITIES[number % 3]
        city = {"code": load_codes("feishu_cities")[name], "name": name, "en_name": "-"}
        published = datetime.combine(_FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=number)
        category = {"id": "9", "name": "算法", "depth": 2, "parent": {"id": "8", "name": "研发", "parent": None}}
        return {
            "id": str(7600000000000000000 + number),
            "title": f"{KEYWORD}训练工程师 {number}" if number < self.count else f"财务分析师 {number}",
            "sub_title": None,
            "description": f"1、负责第 {number} 号方向的训练框架；\n2、优化吞吐。",
            "requirement": f"1、本科及以上；\n2、熟悉 PyTorch。\n{CONTACT_LINE}",
            "job_category": category,
            "city_info": city,
            "city_list": [city],
            "recruit_type": {
                "id": "101",
                "name": "正式",
                "depth": 2,
                "parent": {"id": "1", "name": "社招", "depth": 1},
            },
            "publish_time": int(published.timestamp() * 1000),
            "code": f"A{number}",
            "job_subject": None,
            "job_post_info": None,
            "tag_list": None,
            "recruiter": {"name": PERSON, "mobile": MOBILE, "email": MAIL},
        }
