"""百度: three lists by form, ten postings a page, and the first page again behind the last one."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from replicas.base import CONTACT_LINE, KEYWORD, MAIL, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_CITIES = {"北京市": "1100", "上海市": "3100", "深圳市": "4403"}
_FIRST_DAY = date(2026, 5, 20)


class BaiduReplica(Replica):
    """One posting of 校招 and one of 日常实习; the others are 社招."""

    source = "baidu"
    size = 10

    def answer(self, asked: Asked) -> Answer | None:
        """The search, which takes forms from its own page alone."""
        if not self.is_list(asked):
            return None
        wanted = asked.form
        kind = wanted.get("recruitType")
        if "urlencoded" not in asked.headers["content-type"] or kind not in {"SOCIAL", "GRADUATE", "INTERN"}:
            return json_answer({"status": "fail", "message": "Illegal argument : recruitType", "data": None})
        if "/jobs/" not in asked.headers.get("referer", ""):
            return asked.answer(status=403)
        project = wanted["projectType"] if kind == "INTERN" else None
        rows = [
            row
            for number, row in enumerate(self._rows())
            if self._list_of(number) == (kind, project)
            and wanted["keyWord"] in row["name"]
            and (not wanted["workPlace"] or wanted["workPlace"] == _CITIES[row["workPlace"]])
        ]
        shown = self.shown(rows)
        pages = -(-len(shown) // self.size)
        page = int(wanted.get("curPage", 1))
        page = page if page <= pages else 1
        begin = (page - 1) * self.size
        return json_answer(
            {
                "status": "ok",
                "message": None,
                "data": {
                    "total": str(self.total(rows) if kind == "SOCIAL" else len(rows)),
                    "pages": pages,
                    "pageNum": 1,
                    "pageSize": self.size,
                    "hasNextPage": page < pages,
                    "list": shown[begin : begin + self.size] if wanted["pageSize"] == "10" else [],
                },
            }
        )

    def is_list(self, asked: Asked) -> bool:
        """The one address of the search."""
        return (asked.method, asked.path) == ("POST", "/httservice/getPostListNew")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        kinds = {"SOCIAL": "社招", "GRADUATE": "校招/AIDU项目", "INTERN": "实习/日常实习项目"}
        return {
            str(UUID(int=number + 1)): {
                "title": f"{KEYWORD}平台研发（J{90000 + number}）",
                "company": "百度",
                "description": f"-负责第 {number} 个平台\n-保证稳定\n\n-熟悉 C++",
                "city_text": list(_CITIES)[number % 3],
                "city": list(_CITIES)[number % 3].removesuffix("市"),
                "experience_text": "3-5年",
                "education_text": "本科",
                "employment_text": kinds[self._list_of(number)[0]],
                "employment_type": "internship" if self._list_of(number)[0] == "INTERN" else "full_time",
                "site_category": "技术",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "published_text": (_FIRST_DAY + timedelta(days=number)).isoformat(),
                "url": f"{url}/jobs/detail/{self._list_of(number)[0]}/{UUID(int=number + 1)}",
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """An argument that is no longer taken, and a total without rows."""
        return [
            json_answer({"status": "fail", "message": "Illegal argument : recruitType", "data": None}),
            json_answer({"status": "ok", "data": {"total": "1571", "pages": 158, "list": []}}),
            json_answer({"status": "ok", "data": {"list": []}}),
        ]

    @staticmethod
    def _list_of(number: int) -> tuple[str, str | None]:
        """The list and project of a posting."""
        return {0: ("GRADUATE", None), 1: ("INTERN", "-1")}.get(number, ("SOCIAL", None))

    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(number) for number in range(self.count + 5)]

    def _row(self, number: int) -> dict[str, Any]:
        projects = {"GRADUATE": "AIDU项目", "INTERN": "日常实习项目"}
        published = (_FIRST_DAY + timedelta(days=number)).isoformat()
        return {
            "postId": str(UUID(int=number + 1)),
            "jobId": str(90000 + number),
            "name": f"{KEYWORD}平台研发（J{90000 + number}）" if number < self.count else f"法务（J{90000 + number}）",
            "postType": "技术",
            "projectType": projects.get(self._list_of(number)[0]),
            "workPlace": list(_CITIES)[number % 3],
            "orgName": "百度",
            "education": "本科",
            "recruitNum": 1,
            "workYears": "3-5年",
            "workContent": f"-负责第 {number} 个平台<br>-保证稳定",
            "serviceCondition": f"-熟悉 C++<br>{CONTACT_LINE}",
            "publishDate": published,
            "updateDate": "2026-07-01",
            "hotFlag": 0,
            "recruiter": f"{PERSON} {MAIL}",
        }
