"""阿里巴巴: the portal of one business unit, with an anonymous session, 社招, and 校招 as what it falls back to."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from replicas.base import CONTACT_LINE, KEYWORD, MAIL, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_CITIES = {"杭州": "330100", "北京": "110100", "上海": "310100"}
_FIRST_DAY = date(2026, 3, 2)
_CAMPUS_ROWS = 2
_TREE = {"技术类": ["130", "131"], "产品类": ["140"]}
_SUB_CATEGORIES = [code for codes in _TREE.values() for code in codes]
SESSION, TOKEN = "TkY5RDUx", "5d0c2a61-8a0e-4f0e-9a55-2f6f1c1d7b10"


class AlibabaReplica(Replica):
    """The portal `alibaba-tongyi`: two of what the keyword finds are campus jobs."""

    source = "alibaba-tongyi"
    size = 100
    most_rows = 500
    """The site shows no rows beyond these."""

    def answer(self, asked: Asked) -> Answer | None:
        """The page that begins a session, and for those who have one the categories and the search."""
        if (asked.method, asked.path) == ("GET", "/off-campus/position-list"):
            # Two headers of one name, in two spellings.
            cookies = {
                "Set-Cookie": f"SESSION={SESSION}; Path=/; HttpOnly",
                "set-cookie": f"XSRF-TOKEN={TOKEN}; Path=/",
            }
            return asked.answer("<html><head><title>社会招聘</title></head></html>", headers=cookies)
        if asked.method != "POST":
            return None
        known = asked.cookies.get("SESSION") == SESSION and asked.cookies.get("XSRF-TOKEN") == TOKEN
        if not known or asked.query.get("_csrf") != TOKEN:
            return asked.answer_json({"timestamp": 1779000000000, "status": 403, "error": "Forbidden"}, status=403)
        wanted = asked.json
        if asked.path == "/category/list":
            return json_answer({"success": True, "content": [_branch(name, codes) for name, codes in _TREE.items()]})
        if not self.is_list(asked):
            return None
        social = wanted["channel"].upper() == "GROUP_OFFICIAL_SITE"
        rows = [row for row in self._rows() if self._matches(row, wanted) and (row["batchName"] is None) == social]
        size = min(wanted["pageSize"], self.size)
        begin = (wanted["pageIndex"] - 1) * size
        page = self.shown(rows)[begin : begin + size] if begin < self.most_rows else []
        total = self.total(rows) if social else len(rows)
        content = {"totalCount": total, "currentPage": wanted["pageIndex"], "pageSize": size, "datas": page}
        return asked.answer_json({"success": True, "errorCode": None, "errorMsg": None, "content": content})

    def is_list(self, asked: Asked) -> bool:
        """The one address of the search."""
        return (asked.method, asked.path) == ("POST", "/position/search")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {str(199900000000 + number): self._stored(number, url) for number in range(self.count)}

    def login(self) -> list[Answer]:
        """A session that the portal counts among those that have ended."""
        return [_failure("LOGIN_EXPIRED", "登录状态已失效")]

    def changed(self) -> list[Answer]:
        """An error of the search, rows without their total, and a total without rows."""
        return [
            _failure("SYSTEM_ERROR", "系统异常"),
            json_answer({"success": True, "content": {"datas": []}}),
            json_answer({"success": True, "content": {"totalCount": 12, "datas": []}}),
            json_answer({"success": True, "content": None}),
        ]

    @staticmethod
    def _matches(row: dict[str, Any], wanted: dict[str, Any]) -> bool:
        category = _SUB_CATEGORIES[row["id"] % len(_SUB_CATEGORIES)]
        return (
            wanted["key"] in row["name"]
            and (not wanted["regions"] or wanted["regions"] in (_CITIES[city] for city in row["workLocations"]))
            and (not wanted["subCategories"] or category in wanted["subCategories"].split(","))
        )

    @staticmethod
    def _city(number: int) -> str:
        return list(_CITIES)[number // 3 % 3]

    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(number) for number in range(self.count + 5)]

    def _row(self, number: int) -> dict[str, Any]:
        campus = number < min(_CAMPUS_ROWS, self.count)
        published = datetime.combine(_FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=number)
        return {
            "id": 199900000000 + number,
            "name": f"{KEYWORD}应用工程师 {number}" if number < self.count else f"行政专员 {number}",
            "workLocations": [self._city(number)],
            "categories": ["技术类"],
            "categoryType": "freshman" if campus else None,
            "batchName": "通义2026届秋季应届生招聘" if campus else None,
            "description": f"1. 负责第 {number} 个智能体应用。\n2. 与业务一起落地。",
            "requirement": f"1. 熟悉 Python。\n{CONTACT_LINE}",
            "publishTime": int(published.timestamp() * 1000),
            "modifyTime": int(published.timestamp() * 1000),
            "experience": None if campus else {"from": 3, "to": 5 if number % 2 else None},
            "degree": "本科",
            "positionUrl": f"/off-campus/position-detail?positionId={199900000000 + number}&track_id=SSP{number}",
            "recruiter": {"name": PERSON, "email": MAIL},
        }

    def _stored(self, number: int, url: str) -> dict[str, Any]:
        campus = number < _CAMPUS_ROWS
        section = "campus" if campus else "off-campus"
        city = self._city(number)
        return {
            "title": f"{KEYWORD}应用工程师 {number}",
            "company": "通义",
            "description": f"1. 负责第 {number} 个智能体应用。\n2. 与业务一起落地。\n\n1. 熟悉 Python。",
            "city_text": city,
            "cities": [city],
            "experience_text": None if campus else ("3-5年" if number % 2 else "3年以上"),
            "experience": None if campus else "3-5年",
            "education": "本科",
            "employment_text": "校招/通义2026届秋季应届生招聘" if campus else "社招",
            "employment_type": "full_time",
            "site_category": "技术类",
            "published_on": _FIRST_DAY + timedelta(days=number),
            "url": f"{url}/{section}/position-detail?lang=zh&positionId={199900000000 + number}",
            "salary_text": None,
        }


def _branch(name: str, codes: list[str]) -> dict[str, Any]:
    leaves = [{"code": code, "name": f"{name}{code}"} for code in codes]
    return {"code": None, "name": name, "categories": leaves}


def _failure(code: str, message: str) -> Answer:
    return json_answer({"success": False, "errorCode": code, "errorMsg": message, "content": None})
