"""Moka: one portal small enough to be on one page."""

import html
import json
from datetime import date, timedelta
from typing import Any

from replicas.base import CHAT, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked

PORTAL = "/social-recruitment/biren/44726"
_FIRST_DAY = date(2026, 5, 4)
_GROUPS = [
    {"id": "上海市", "label": "上海市", "cityId": 310000, "jobCount": 3},
    {"id": "南京市", "label": "南京市", "cityId": 320114, "jobCount": 2},
    {"id": "海外", "label": "海外", "cityId": None, "jobCount": 1},
]
_LOCATIONS = (
    [{"id": 1, "cityId": 310000, "country": "中国", "address": ""}],
    [{"id": 2, "cityId": 310115, "country": "中国"}, {"id": 3, "cityId": 320100, "country": "中国"}],
    [{"id": 4, "cityId": None, "country": "中国", "address": "深圳市南山区"}],
)
_CITIES = (["上海"], ["上海", "南京"], ["深圳"])
_CITY_TEXTS = ("上海市", "上海市/南京市", "深圳市南山区")


class MokaReplica(Replica):
    """The portal `moka-biren`. The list behind its page is obfuscated, and nobody asks for it.

    Attributes:
        total: How many postings it says it has; as many as are on its page unless set.
    """

    source = "moka-biren"
    keyword = ""
    size = 9
    pages = False
    portals = (PORTAL,)

    def answer(self, asked: Asked) -> Answer | None:
        """The portal's page, after the hop that sets the language."""
        if asked.path.startswith("/api/"):
            blob = {"data": "q83vEjRWeJq83vEjRWeJqw==", "necromancer": "40f32df3d78ac97d"}
            return asked.answer_json(blob)
        if asked.path not in self.portals:
            return asked.answer("<html><title>404</title><body>页面不存在</body></html>", 404)
        if "locale" not in asked.cookies:
            return asked.answer(
                status=302,
                headers={"Location": f"{asked.path}?locale=zh-CN", "Set-Cookie": "locale=zh-CN; Path=/"},
            )
        return asked.answer(self.page())

    def is_list(self, asked: Asked) -> bool:
        """The portal's page."""
        return asked.path in self.portals

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {
            _id(number): {
                "title": f"大模型编译工程师 {number} <GPU>",
                "company": "壁仞科技",
                "description": None,
                "city_text": _CITY_TEXTS[number % 3],
                "cities": _CITIES[number % 3],
                "employment_text": "全职" if number % 2 else "实习",
                "employment_type": "full_time" if number % 2 else "internship",
                "site_category": "软件 & 算法",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "url": f"{url}{PORTAL}#/job/{_id(number)}",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """A page without its data, and data of another kind."""
        return [
            Answer(page(data))
            for data in (
                {"jobs": [], "jobStats": {"orgId": "biren", "total": 31}},
                {"jobs": [{"name": "x"}], "jobStats": {"orgId": "biren", "total": 1}},
                {"jobs": []},
                [],
            )
        ]

    def page(self) -> str:
        """The portal's page as the server renders it."""
        rows = [self.row(number) for number in range(self.count)]
        return page(
            {
                "org": {"id": "biren", "siteId": 44726, "type": "social", "hr": {"name": PERSON, "wechat": CHAT}},
                "siteId": 44726,
                "aesIv": "de7c21ed8d6f50fe",
                "jobs": rows,
                "jobStats": {"orgId": "biren", "total": self.total(rows)},
                "jobsGroupedByLocation": _GROUPS,
            }
        )

    def row(self, number: int) -> dict[str, Any]:
        """A posting."""
        return {
            "id": _id(number),
            "title": f"大模型编译工程师 {number} <GPU>",
            "hireMode": 1,
            "commitment": "全职" if number % 2 else "实习",
            "zhineng": {"id": 72363, "name": "软件 & 算法"},
            "department": {"id": 430278, "name": "编译器部"},
            "locations": _LOCATIONS[number % 3],
            "publishedAt": f"{_FIRST_DAY + timedelta(days=number)}T08:41:14",
            "hiringManager": {"name": PERSON, "phone": MOBILE, "email": MAIL, "wechat": CHAT},
        }


def page(data: Any) -> str:
    """A portal's page around its data."""
    value = html.escape(json.dumps(data, ensure_ascii=False))
    return (
        "<!doctype html><html><head><title>社会招聘</title></head><body>"
        f'<input id="init-data" type="hidden" value="{value}"><div id="app"></div></body></html>'
    )


def _id(number: int) -> str:
    return f"{number:08x}-0c44-4abe-9f6d-1a2b3c4d5e6f"
