"""美团: two lists with text, and the page of a posting for those without."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from crawler.codes import load_codes
from replicas.base import CONTACT_LINE, KEYWORD, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_CITIES = ("北京", "上海", "深圳")
_FIRST_DAY = date(2026, 2, 9)


class MeituanReplica(Replica):
    """The second posting is 应届生, the third one 日常实习; of the first three the list has no text."""

    source = "meituan"
    size = 100

    def answer(self, asked: Asked) -> Answer | None:
        """The search and the page of a posting."""
        if self.is_detail(asked):
            found = {row["jobUnionId"]: row for row in self._rows()}.get(asked.json["jobUnionId"])
            return (
                json_answer({"status": 1, "message": "成功", "data": {**found, **self._text(found)}})
                if found
                else _CLOSED
            )
        return self._search(asked.json) if self.is_list(asked) else None

    def is_list(self, asked: Asked) -> bool:
        """The one address of the search."""
        return (asked.method, asked.path) == ("POST", "/api/official/job/getJobList")

    def is_detail(self, asked: Asked) -> bool:
        """The one address of postings."""
        return (asked.method, asked.path) == ("POST", "/api/official/job/getJobDetail")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {str(4100000000 + number): self._stored(number, url) for number in range(self.count)}

    def blocked(self) -> list[Answer]:
        """The empty list of those who ask too fast."""
        return [json_answer({"status": 1, "message": "成功", "data": _data([], 1, 100, 2830)})]

    def changed(self) -> list[Answer]:
        """An error of the search, and a search without its page count."""
        return [
            json_answer({"status": 0, "message": "系统错误", "data": None}),
            json_answer({"status": 1, "message": "成功", "data": {"list": []}}),
        ]

    def closed(self) -> list[Answer]:
        """What the site says of a posting that it no longer shows."""
        return [*super().closed(), _CLOSED]

    def _search(self, wanted: dict[str, Any]) -> Answer:
        """The site passes over job types that are no objects, and over page counts outside `page`."""
        asked_types = [kind for kind in wanted["jobType"] if isinstance(kind, dict)]
        page, size = wanted["page"]["pageNo"], min(wanted["page"]["pageSize"], self.size)
        rows = [
            row
            for number, row in enumerate(self._rows())
            if wanted["keywords"] in row["name"]
            and (not asked_types or any(self._is_of(number, kind) for kind in asked_types))
            and all(city["code"] in {place["code"] for place in row["cityList"]} for city in wanted["cityList"])
        ]
        social = [kind["code"] for kind in asked_types] == ["3"]
        shown = self.shown(rows)[(page - 1) * size : page * size]
        total = self.total(rows) if social else len(rows)
        return json_answer({"status": 1, "message": "成功", "data": _data(shown, page, size, total)})

    @staticmethod
    def _sub_code(number: int) -> str | None:
        return {1: "1", 2: "6"}.get(number)

    def _is_of(self, number: int, kind: dict[str, Any]) -> bool:
        sub_code = self._sub_code(number) if number < self.count else None
        return kind["code"] == "3" if sub_code is None else kind["code"] == "4" and sub_code in kind["subCode"]

    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(number) for number in range(self.count + 5)]

    def _row(self, number: int) -> dict[str, Any]:
        city = _CITIES[number % 3]
        published = datetime.combine(_FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=number)
        row = {
            "jobUnionId": str(4100000000 + number),
            "name": f"{KEYWORD}搜索算法工程师 {number}" if number < self.count else f"仓库主管 {number}",
            "jobType": {"1": "1", "6": "2"}.get(self._sub_code(number) or "", "3"),
            "jobFamily": "技术类",
            "jobFamilyGroup": "算法",
            "cityList": [{"code": load_codes("meituan_cities")[city], "name": f"{city}市"}],
            "department": [{"code": "BG041", "name": "核心本地商业-基础研发平台"}],
            "workYear": "3-5年",
            "jobDuty": None,
            "jobRequirement": None,
            "precedence": None,
            "highLight": "",
            "departmentIntro": "",
            "jobStatus": "000",
            "firstPostTime": int(published.timestamp() * 1000),
            "refreshTime": 1779000000000,
            "hr": {"name": PERSON, "mobile": MOBILE},
        }
        return row if number < 3 else {**row, **self._text(row)}

    @staticmethod
    def _text(row: dict[str, Any]) -> dict[str, str]:
        return {
            "jobDuty": f"1. 负责{row['name']}的工作。",
            "jobRequirement": f"1. 熟悉检索增强生成。\n{CONTACT_LINE}",
            "precedence": "有顶会论文",
        }

    def _stored(self, number: int, url: str) -> dict[str, Any]:
        kind = {1: "校招", 2: "实习"}.get(number, "社招")
        part = "social" if kind == "社招" else "campus"
        title = f"{KEYWORD}搜索算法工程师 {number}"
        return {
            "title": title,
            "company": "美团",
            "description": f"1. 负责{title}的工作。\n\n1. 熟悉检索增强生成。\n\n有顶会论文",
            "city_text": f"{_CITIES[number % 3]}市",
            "cities": [_CITIES[number % 3]],
            "experience": "3-5年",
            "employment_text": kind,
            "employment_type": "internship" if kind == "实习" else "full_time",
            "site_category": "技术类/算法",
            "published_on": _FIRST_DAY + timedelta(days=number),
            "url": f"{url}/web/position/detail?jobUnionId={4100000000 + number}&highlightType={part}",
        }


def _data(rows: list[Any], page: int, size: int, total: int) -> dict[str, Any]:
    pages = -(-total // size)
    return {"list": rows, "page": {"pageNo": page, "pageSize": size, "totalPage": pages, "totalCount": total}}


_CLOSED = json_answer({"data": None, "status": 0, "message": "职位已下线或不存在！"})
