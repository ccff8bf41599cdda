"""米哈游's own portal: two lists without a search, and an address for the text of each posting."""

from typing import Any

from replicas.base import CHAT, CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_API = "/ats-portal/v1/job"
_PLACES = (("上海",), ("上海", "北京"), ("新加坡",))


class MihoyoReplica(Replica):
    """The lists and the postings; the keyword finds some of 社招."""

    source = "mihoyo"
    size = 100
    others = 6

    @classmethod
    def usual_count(cls) -> int:
        """One full page and a bit: every posting costs a request."""
        return cls.size + 3

    def answer(self, asked: Asked) -> Answer | None:
        """A page of a list, or a posting; both want the portal's channel."""
        if not (self.is_list(asked) or self.is_detail(asked)):
            return None
        wanted = asked.json
        if wanted.get("channelDetailIds") != [1]:
            return asked.answer_json({"code": 1001, "message": "职位渠道不能为空", "data": None})
        if self.is_detail(asked):
            known = {row["id"]: row for row in (*self._rows(0), *self._rows(1))}
            row = known[wanted["id"]]
            return asked.answer_json({"code": 0, "success": True, "data": {**row, **self._text(int(row["id"]))}})
        rows = self._rows(wanted["hireType"])
        number, size = wanted["pageNo"], min(wanted["pageSize"], self.size)
        total = len(rows) if wanted["hireType"] else self.total(rows)
        data = {
            "total": total,
            "pageNo": number,
            "pageSize": size,
            "list": self.shown(rows)[(number - 1) * size : number * size],
        }
        return asked.answer_json({"code": 0, "success": True, "message": "", "data": data})

    def is_list(self, asked: Asked) -> bool:
        """Pages of the lists."""
        return (asked.method, asked.path) == ("POST", f"{_API}/list")

    def is_detail(self, asked: Asked) -> bool:
        """The address of single postings."""
        return (asked.method, asked.path) == ("POST", f"{_API}/info")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {
            str(5700 + number): {
                "title": f"{KEYWORD}角色工程师 {number}",
                "company": "米哈游",
                "description": f"1、训练第 {number} 位角色的对话；\n2、评估一致性。\n\n1、熟悉强化学习。\n\n发表过论文者优先",
                "city_text": "/".join(_PLACES[number % 3]),
                "cities": [["上海"], ["上海", "北京"], None][number % 3],
                "employment_text": "社招/全职",
                "employment_type": "full_time",
                "site_category": "程序&技术类",
                "site_tags": [],
                "url": f"{url}/#/position/{5700 + number}",
                "published_on": None,
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """A total without rows, rows of another kind, and an error nobody has met."""
        return [
            json_answer({"code": 0, "data": {"total": 12, "list": []}}),
            json_answer({"code": 0, "data": {"total": 1, "list": [{"jobId": "1", "name": KEYWORD}]}}),
            json_answer({"code": 0, "data": None}),
            json_answer({"code": 1001, "message": "职位渠道不能为空", "data": None}),
        ]

    def _rows(self, hire_type: int) -> list[dict[str, Any]]:
        if hire_type:
            trainee = {"projectName": "2027届秋招", "jobNature": "实习"}
            return [{**self._row(number), **trainee, "title": f"关卡策划 {number}"} for number in (900, 901)]
        return [self._row(number) for number in range(self.count + 4)]

    def _row(self, number: int) -> dict[str, Any]:
        return {
            "id": str(5700 + number),
            "title": f"{KEYWORD}角色工程师 {number}" if number < self.count else f"行政专员 {number}",
            "addressDetailList": [{"addressDetail": name, "addressId": "8"} for name in _PLACES[number % 3]],
            "competencyType": "程序&技术类",
            "projectName": "社会招聘",
            "objectName": "",
            "jobSummary": "",
            "jobNature": "全职",
        }

    def _text(self, job_id: int) -> dict[str, Any]:
        return {
            "description": f"1、训练第 {job_id - 5700} 位角色的对话；\n2、评估一致性。",
            "jobRequire": f"1、熟悉强化学习。\n{CONTACT_LINE}",
            "addition": "发表过论文者优先",
            "status": 1,
            "recruiterList": [{"name": PERSON, "mobile": MOBILE, "email": MAIL, "wechat": CHAT}],
        }
