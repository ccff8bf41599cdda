"""小红书's own portal: three lists, of which the keyword of the tests finds postings in 社招 alone."""

from datetime import date, timedelta
from typing import Any

from replicas.base import CHAT, CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_FIRST_DAY = date(2026, 6, 1)
_PLACES = (("上海市，北京市", ["上海", "北京"]), ("杭州市", ["杭州"]), ("深圳市", ["深圳"]))


class XiaohongshuReplica(Replica):
    """The search: heeds `positionName`, `recruitType`, `pageNum` and `pageSize`, and passes over all else."""

    source = "xiaohongshu"
    size = 50

    def answer(self, asked: Asked) -> Answer | None:
        """The search; a recruit type it does not have is error 999."""
        if not self.is_list(asked):
            return None
        wanted = asked.json
        kind = wanted.get("recruitType")
        if kind not in {"social", "campus", "intern"}:
            refused = {"success": False, "statusCode": 999, "errorMsg": "招聘类型参数异常", "data": None}
            return asked.answer_json(refused)
        rows = [row for row in self._rows(kind) if wanted.get("positionName", "") in row["positionName"]]
        number, size = wanted.get("pageNum", 1), min(wanted.get("pageSize", 10), self.size)
        total = self.total(rows) if kind == "social" else len(rows)
        data = {
            "pageNum": number,
            "pageSize": size,
            "total": total,
            "totalPage": -(-total // size),
            "list": self.shown(rows)[(number - 1) * size : number * size],
        }
        return asked.answer_json({"success": True, "statusCode": 200, "alertMsg": "", "data": data})

    def is_list(self, asked: Asked) -> bool:
        """The one address of the search."""
        return (asked.method, asked.path) == ("POST", "/websiterecruit/position/pageQueryPosition")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {
            str(20300 + number): {
                "title": f"{KEYWORD}算法工程师 {number}",
                "company": "小红书",
                "description": f"1、负责第 {number} 号方向的对齐；\n2、建设数据飞轮。\n\n1、硕士及以上；\n2、熟悉强化学习。",
                "city_text": _PLACES[number % 3][0],
                "cities": _PLACES[number % 3][1],
                "employment_text": "社招",
                "employment_type": "full_time",
                "site_category": "大模型",
                "site_tags": ["安第斯计划"],
                "published_on": _FIRST_DAY + timedelta(days=number),
                "published_text": str(_FIRST_DAY + timedelta(days=number)),
                "url": f"{url}/social/position/{20300 + number}",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def login(self) -> list[Answer]:
        """What the same service says where it serves accounts only."""
        return [json_answer({"success": False, "errorCode": 320001, "errorMsg": "用户未登录", "data": None})]

    def changed(self) -> list[Answer]:
        """A total without rows, rows of another kind, and an error nobody has met."""
        sound = {"success": True, "statusCode": 200}
        return [
            json_answer({**sound, "data": {"total": 31, "totalPage": 1, "list": []}}),
            json_answer({**sound, "data": {"total": 1, "totalPage": 1, "list": [{"id": 1, "name": KEYWORD}]}}),
            json_answer({**sound, "data": None}),
            json_answer({"success": False, "statusCode": 500, "errorMsg": "系统繁忙"}),
        ]

    def _rows(self, kind: str) -> list[dict[str, Any]]:
        if kind == "social":
            return [self._row(number) for number in range(self.count + 4)]
        return [{**self._row(number), "positionName": f"品牌策划 {number}"} for number in range(900, 903)]

    def _row(self, number: int) -> dict[str, Any]:
        name = f"{KEYWORD}算法工程师 {number}" if number < self.count else f"财务分析师 {number}"
        return {
            "positionId": 20300 + number,
            "positionName": name,
            "jobType": "大模型",
            "duty": f"1、负责第 {number} 号方向的对齐；\n2、建设数据飞轮。",
            "qualification": f"1、硕士及以上；\n2、熟悉强化学习。\n{CONTACT_LINE}",
            "workplace": _PLACES[number % 3][0],
            "workplaceIds": ["3100", "1100"],
            "publishTime": str(_FIRST_DAY + timedelta(days=number)),
            "jobProjectName": "安第斯计划",
            "recruitStatus": "recruiting",
            "labels": None,
            "recruiter": {"name": PERSON, "phone": MOBILE, "email": MAIL, "wechat": CHAT},
        }
