"""北森 iTalent: one portal, with what it asks of its callers and what it leaves out unless asked."""

import json
from datetime import date, timedelta
from typing import Any

from replicas.base import CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

PORTAL_ID = "5b1f7c1e-8a52-4d6f-9a3e-2f60c1d7e904"
_PLACES = (["广东省·深圳市"], ["上海市", "上海市", "北京市"], ["浙江省·杭州市"])
_CITIES = (["深圳"], ["上海", "北京"], ["杭州"])
_CATEGORIES = (
    ("1", "社会招聘", "social"),
    ("2", "校园招聘", "campus"),
    ("3", "实习生", "intern"),
    ("5", "飞跃计划", "5"),
)
_FIRST_DAY = date(2026, 5, 4)
_OPTIONAL = {
    "Category": ("Category", None),
    "Kind": ("Kind", None),
    "LocId": ("LocNames", []),
    "DetailAddress": ("DetailAddress", None),
    "Org": ("Org", None),
    "Degree": ("Degree", None),
    "YearsOfWorking": ("YearsOfWorking", None),
    "Salary": ("Salary", None),
    "PostDate": ("PostDate", "0001-01-01T00:00:00"),
    "ClassificationOne": ("ClassificationOne", None),
}
"""Field of DisplayFields -> the field of a row that it fills, and what stands there unless asked for."""


class BeisenReplica(Replica):
    """The portal `beisen-iflytek`: its page, and the list under one of the two spellings.

    Attributes:
        spelling: The folder of the list.
        status: Whether the portal is switched on (1).
    """

    source = "beisen-iflytek"
    size = 50
    spelling = "Jobad"
    unauthorized_is_login = False
    status = 1

    def answer(self, asked: Asked) -> Answer | None:
        """The portal's page, the list, and the page of one posting."""
        if asked.path == "/":
            return asked.answer(self.portal())
        if asked.path == "/api/JobAd/GetJobAdInfo":
            return asked.answer_json(self.info(asked.query["jobAdId"]))
        if (asked.method, asked.path) != ("POST", f"/api/{self.spelling}/GetJobAdPageList"):
            return None
        wanted = asked.json
        if wanted["PortalId"] not in {PORTAL_ID, ""}:
            return asked.answer_json({"Code": 400, "Message": "portal not found", "Data": None, "Count": 0, "Total": 0})
        rows = [row for row in self.rows() if wanted["KeyWords"] in row["JobAdName"] and self._wanted(row, wanted)]
        start = wanted["PageIndex"] * wanted["PageSize"]
        page = [
            _displayed(row, wanted["DisplayFields"]) for row in self.shown(rows)[start : start + wanted["PageSize"]]
        ]
        answer = {"Code": 200, "Message": "operation success", "Data": page, "Count": self.total(rows), "Total": 0}
        return asked.answer_json(answer)

    def is_list(self, asked: Asked) -> bool:
        """Under either spelling."""
        return asked.path.casefold() == "/api/jobad/getjobadpagelist"

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {
            _id(number): {
                "title": f"{KEYWORD}工程师 {number}(J1{number:04})",
                "company": "科大讯飞",
                "description": f"1、负责第 {number} 号方向；\n2、延迟 <50ms。\n\n1、本科及以上；\n2、熟悉 PyTorch。",
                "city_text": "/".join(dict.fromkeys(_PLACES[number % 3])),
                "cities": _CITIES[number % 3],
                "salary_text": "25K-50K 元/月",
                "salary_min": 25000,
                "salary_max": 50000,
                "experience_text": "5-10年",
                "experience": "5-10年",
                "education_text": "本科",
                "education": "本科",
                "employment_text": f"{_CATEGORIES[number % 4][1]}/全职",
                "employment_type": "internship" if number % 4 == 2 else "full_time",
                "site_category": "研发类",
                "published_on": _FIRST_DAY + timedelta(days=number) if number else None,
                "published_text": f"{_FIRST_DAY + timedelta(days=number)}T11:19:40" if number else None,
                "url": f"{url}/{_CATEGORIES[number % 4][2]}/detail?jobAdId={_id(number)}",
            }
            for number in range(self.count)
        }

    def blocked(self) -> list[Answer]:
        """The status by which it puts a caller off."""
        return [Answer(status=202)]

    def changed(self) -> list[Answer]:
        """Codes, counts without rows, and rows of another kind."""
        return [
            json_answer(answer)
            for answer in (
                {"Code": 500, "Message": "error", "Data": None, "Count": 0},
                {"Code": 200, "Message": "operation success", "Data": [], "Count": 31, "Total": 0},
                {"Code": 200, "Message": "operation success", "Data": [{"JobId": 7}], "Count": 1, "Total": 0},
                {"Code": 200, "Message": "operation success", "Total": 31},
            )
        ]

    def portal(self) -> str:
        """The portal's page."""
        tenant = {"Id": 100001, "Name": "iflytek", "Status": self.status, "SystemVersion": 2}
        portal = {"PortalId": PORTAL_ID, "tenantInfo": tenant, "Pages": [{"Name": "社会招聘; 首页"}]}
        script = f"var BSGlobal = {json.dumps(portal, ensure_ascii=False)}; window.ready = true;"
        return f"<html><head><title>招聘官网</title><script>{script}</script></head><body></body></html>"

    def info(self, source_id: str) -> dict[str, Any]:
        """What the portal says of one posting."""
        row = next((row for row in self.rows() if row["Id"] == source_id), None)
        return {"Code": 200, "Message": "operation success", "Data": row, "Count": 0, "Total": 0}

    def rows(self) -> list[dict[str, Any]]:
        """All postings of the portal."""
        return [self.row(number) for number in range(self.count + 5)]

    def row(self, number: int) -> dict[str, Any]:
        """One posting."""
        category_id, category, _ = _CATEGORIES[number % 4]
        published = f"{_FIRST_DAY + timedelta(days=number)}T11:19:40" if number else "0001-01-01T00:00:00"
        title = f"{KEYWORD}工程师" if number < self.count else "财务分析师"
        return {
            "Id": _id(number),
            "JobAdId": 190800000 + number,
            "JobAdName": f"{title} {number}(J1{number:04})",
            "Category": category,
            "CategoryId": category_id,
            "Org": "研究院",
            "OrgId": 1000001,
            "LocNames": _PLACES[number % 3],
            "LocId": None,
            "Salary": "25K-50K 元/月",
            "Kind": "全职",
            "HeadCount": 1,
            "PostDate": published,
            "EndTime": "0001-01-01T00:00:00",
            "ChangeDate": published,
            "Degree": "本科",
            "Status": 1,
            "Duty": f"1、负责第 {number} 号方向；\r\n2、延迟 <50ms。",
            "Require": f"1、本科及以上；\r\n2、熟悉 PyTorch。\r\n{CONTACT_LINE}",
            "YearsOfWorking": "5-10年",
            "DetailAddress": "科技园一路 1 号",
            "ClassificationOne": "研发类",
            "ClassificationTwo": None,
            "WorkWeChatQrCode": {"Name": PERSON, "Mobile": MOBILE, "Email": MAIL},
        }

    @staticmethod
    def _wanted(row: dict[str, Any], wanted: dict[str, Any]) -> bool:
        return not wanted["Category"] or row["CategoryId"] in wanted["Category"]


def _id(number: int) -> str:
    return f"{number:08x}-1a2b-4c3d-8e4f-5a6b7c8d9e0f"


def _displayed(row: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    missing = {name: empty for field, (name, empty) in _OPTIONAL.items() if field not in fields}
    return {**row, **missing}
