"""哔哩哔哩's own portal: an anonymous token, then the list of 社招."""

from datetime import date, timedelta
from typing import Any

from replicas.base import CHAT, CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_FIRST_DAY = date(2026, 6, 18)
_PLACES = ("上海", "上海/北京", "杭州")
TOKEN = "0f6b4f0e-token"


class BilibiliReplica(Replica):
    """The search: takes the token as a header and a cookie, and the codes of the lists."""

    source = "bilibili-social"
    size = 50

    def answer(self, asked: Asked) -> Answer | None:
        """A token, or a page of the search."""
        if asked.headers.get("x-appkey") != "ops.ehr-api.auth" or asked.headers.get("x-usertype") != "2":
            return asked.answer_json({"code": -101, "message": "ajSessionId不能为空"})
        if (asked.method, asked.path) == ("GET", "/api/auth/v1/csrf/token"):
            # The cookie is set for another domain; browsers that would not keep it send it from the page.
            cookie = {"Set-Cookie": f"X-CSRF={TOKEN}; Domain=bilibili.example; Path=/"}
            return asked.answer_json({"code": 0, "message": "0", "data": TOKEN}, headers=cookie)
        if not self.is_list(asked):
            return None
        if asked.headers.get("x-csrf") != TOKEN or asked.cookies.get("X-CSRF") != TOKEN:
            return asked.answer_json({"code": -3, "message": "csrf不能为空"})
        wanted = asked.json
        rows = [
            row
            for row in self._rows()
            if wanted["positionName"] in row["positionName"]
            and (wanted["recruitType"], wanted["workTypeList"], wanted["positionTypeList"]) == (0, ["3"], ["3"])
        ]
        number, size = wanted["pageNum"], min(wanted["pageSize"], 100)
        page = self.shown(rows)[(number - 1) * size : number * size]
        # `pages` is worked out from the rows of the page, so that it grows on the last one.
        data = {
            "total": self.total(rows),
            "pages": -(-self.total(rows) // max(len(page), 1)),
            "size": len(page),
            "list": page,
        }
        return asked.answer_json({"code": 0, "message": "0", "data": data})

    def is_list(self, asked: Asked) -> bool:
        """The one address of the search."""
        return (asked.method, asked.path) == ("POST", "/api/srs/position/positionList")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {
            str(26600 + number): {
                "title": f"{KEYWORD}内容理解工程师 {number}",
                "company": "哔哩哔哩",
                "description": f"工作职责：\n1、理解第 {number} 个分区的视频；\n工作要求：\n1、熟悉多模态。",
                "city_text": _PLACES[number % 3],
                "cities": _PLACES[number % 3].split("/"),
                "employment_text": "社招/全职",
                "employment_type": "full_time",
                "site_category": "技术类",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "published_text": f"{_FIRST_DAY + timedelta(days=number)} 15:22:24",
                "url": f"{url}/social/positions/{26600 + number}",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def login(self) -> list[Answer]:
        """What the portal says to visitors without an account."""
        return [
            json_answer({"code": -101, "message": "ajSessionId不能为空"}),
            json_answer({"code": -403, "message": "访问权限不足"}),
        ]

    def changed(self) -> list[Answer]:
        """A total without rows, rows of another kind, and an error nobody has met."""
        return [
            json_answer({"code": 0, "message": "0", "data": {"total": 300, "list": []}}),
            json_answer({"code": 0, "message": "0", "data": {"total": 1, "list": [{"name": KEYWORD}]}}),
            json_answer({"code": 0, "message": "0", "data": None}),
            json_answer({"code": -500, "message": "服务器错误"}),
        ]

    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(number) for number in range(self.count + 4)]

    def _row(self, number: int) -> dict[str, Any]:
        duties = f"工作职责：<br/>1、理解第 {number} 个分区的视频；<br/>工作要求：<br/>1、熟悉多模态。"
        return {
            "id": 26600 + number,
            "positionName": f"{KEYWORD}内容理解工程师 {number}" if number < self.count else f"法务专员 {number}",
            "positionDescription": f"{duties}<br/>{CONTACT_LINE}",
            "positionTypeName": "全职",
            "postCodeName": "技术类",
            "pushTime": f"{_FIRST_DAY + timedelta(days=number)} 15:22:24",
            "workLocation": _PLACES[number % 3],
            "recruitType": 0,
            "hotRecruit": 0,
            "publisher": {"name": PERSON, "phone": MOBILE, "email": MAIL, "wechat": CHAT},
        }
