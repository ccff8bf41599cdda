"""蚂蚁集团: two lists from a second host, which take small pages only."""

from datetime import date, timedelta
from typing import Any

from replicas.base import CONTACT_LINE, KEYWORD, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_CITIES = ("杭州", "上海", "北京")
_FIRST_DAY = date(2026, 7, 6)
_CAMPUS_ROWS = 2
_CHANNELS = {"social": "group_official_site", "campus": "campus_group_official_site"}


class AntGroupReplica(Replica):
    """Both lists; two of what the keyword finds are campus jobs, the second one an internship."""

    source = "antgroup"
    size = 30

    def answer(self, asked: Asked) -> Answer | None:
        """The search. A page size that is too large is no error: the list is empty then."""
        if not self.is_list(asked):
            return None
        part, wanted = asked.path.split("/")[2], asked.json
        keyword = wanted["key"] if part == "social" else wanted["searchKey"]
        known = wanted["channel"] == _CHANNELS[part] and wanted["pageSize"] <= self.size
        rows = [
            row
            for number, row in enumerate(self._rows())
            if known and keyword in row["name"] and self._is_campus(number) == (part == "campus")
        ]
        begin = (wanted["pageIndex"] - 1) * wanted["pageSize"]
        return json_answer(
            {
                "success": True,
                "errorCode": None,
                "errorMsg": "成功",
                "totalCount": self.total(rows) if part == "social" and known else len(rows),
                "currentPage": wanted["pageIndex"],
                "pageSize": wanted["pageSize"],
                "content": self.shown(rows)[begin : begin + wanted["pageSize"]],
            }
        )

    def is_list(self, asked: Asked) -> bool:
        """The addresses of the two searches."""
        return asked.method == "POST" and asked.path in {f"/api/{part}/position/search" for part in _CHANNELS}

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {str(260706010000000 + number): self._stored(number, url) for number in range(self.count)}

    def login(self) -> list[Answer]:
        """What it says of the pages of an account."""
        return [json_answer({"success": False, "errorCode": "LOGIN_EXPIRED", "errorMsg": "登录过期", "content": None})]

    def changed(self) -> list[Answer]:
        """An error of the search, rows where they were in another system, and a total without rows."""
        return [
            json_answer({"success": False, "errorCode": "SYSTEM_ERROR", "errorMsg": "系统异常", "content": None}),
            json_answer({"success": True, "content": {"datas": [], "totalCount": 0}}),
            json_answer({"success": True, "content": [], "totalCount": 7}),
        ]

    def _is_campus(self, number: int) -> bool:
        return number < min(_CAMPUS_ROWS, self.count)

    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(number) for number in range(self.count + 5)]

    def _row(self, number: int) -> dict[str, Any]:
        row: dict[str, Any] = {
            "id": 260706010000000 + number,
            "name": f"蚂蚁集团-{KEYWORD}算法专家 {number}" if number < self.count else f"财务专家 {number}",
            "workLocations": [_CITIES[number % 3], "成都"],
            "categories": ["技术类-算法"],
            # A time of the evening before in UTC.
            "publishTime": f"{_FIRST_DAY + timedelta(days=number - 1)}T18:02:21.000+00:00",
            "description": f"1、负责方向 {number} 的模型训练。",
            "requirement": f"1、熟悉分布式训练。\n{CONTACT_LINE}",
            "experience": {"from": 3, "to": None},
            "teamDescription": None,
            "contact": {"nickName": PERSON, "phone": MOBILE},
        }
        if self._is_campus(number):
            kind = "实习生" if number else "应届生"
            row |= {"experience": None, "batchName": "2027届校园招聘", "batchTypeDesc": kind}
        return row

    def _stored(self, number: int, url: str) -> dict[str, Any]:
        campus = self._is_campus(number)
        kind = "实习生" if number else "应届生"
        path = "campus-position" if campus else "off-campus-position"
        return {
            "title": f"蚂蚁集团-{KEYWORD}算法专家 {number}",
            "company": "蚂蚁集团",
            "description": f"1、负责方向 {number} 的模型训练。\n\n1、熟悉分布式训练。",
            "city_text": f"{_CITIES[number % 3]}/成都",
            "cities": [_CITIES[number % 3], "成都"],
            "experience_text": None if campus else "3年以上",
            "employment_text": f"校招/{kind}/2027届校园招聘" if campus else "社招",
            "employment_type": "internship" if campus and number else "full_time",
            "site_category": "技术类-算法",
            "published_on": _FIRST_DAY + timedelta(days=number),
            "url": f"{url}/{path}?positionId={260706010000000 + number}",
        }
