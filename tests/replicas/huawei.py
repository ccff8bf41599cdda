"""华为's own portal: lists by job type, and a page for each posting."""

import re
from datetime import date, timedelta
from typing import Any

from replicas.base import CHAT, CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_SERVICES = "/reccampportal/services/portal/portalpub"
_LIST = re.compile(rf"{_SERVICES}/getJob/newHr/page/(\d+)/(\d+)")
_FIRST_DAY = date(2026, 3, 2)
_PLACES = (("中国/深圳", ["深圳"]), ("中国/东莞,中国/上海", ["东莞", "上海"]), ("中国/武汉", ["武汉"]))


def skeleton() -> dict[str, Any]:
    """What the portal gives for an id that it does not know: all fields, hardly any filled."""
    named = ("jobId", "jobname", "nameCn", "mainBusiness", "jobRequire", "jobArea", "jobAddress", "degree", "workYear")
    empty: dict[str, Any] = dict.fromkeys((*named, *(f"field{number}" for number in range(95))))
    return {**empty, "dataSource": "1", "language": "zh_CN", "isHotJob": 0, "orderBy": "P_COUNT_DESC", "favorite": "N"}


class HuaweiReplica(Replica):
    """The lists, by path, and the postings they name; search words are passed over."""

    source = "huawei"
    size = 50
    others = 7

    @classmethod
    def usual_count(cls) -> int:
        """One full page and a bit: every posting costs a request."""
        return cls.size + 3

    def answer(self, asked: Asked) -> Answer | None:
        """A page of the search, or a posting."""
        if self.is_detail(asked):
            known = {str(row["jobId"]): row for row in self._rows()}
            row = known.get(asked.query["jobId"])
            return asked.answer_json(skeleton() if row is None else {**skeleton(), **row, **self._text(row["jobId"])})
        path = _LIST.fullmatch(asked.path)
        if path is None:
            return None
        size, number = min(int(path[1]), self.size), int(path[2])
        wanted = asked.query
        rows = [row for row in self._rows() if row["jobType"] == wanted["jobType"]]
        total = self.total(rows) if wanted["jobType"] == "1" else len(rows)
        paging = {"totalRows": total, "totalPages": -(-total // size), "curPage": number, "pageSize": size}
        return asked.answer_json({"pageVO": paging, "result": self.shown(rows)[(number - 1) * size : number * size]})

    def is_list(self, asked: Asked) -> bool:
        """Pages of the search."""
        return _LIST.fullmatch(asked.path) is not None

    def is_detail(self, asked: Asked) -> bool:
        """The address of single postings."""
        return asked.path == f"{_SERVICES}/getJobDetail/newHr"

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        page = f"{url}/reccampportal/portal5/social-recruitment-detail.html"
        return {
            str(29900 + number): {
                "title": f"{KEYWORD}推理优化专家 {number}",
                "company": "华为",
                "description": f"1、优化第 {number} 代芯片上的推理；\n2、压缩键值缓存。\n\n1、熟悉算子开发；\n2、本科及以上。",
                "city_text": _PLACES[number % 3][0],
                "cities": _PLACES[number % 3][1],
                "experience_text": "5年以上",
                "education_text": "本科",
                "education": "本科",
                "employment_text": "社招",
                "employment_type": "full_time",
                "site_category": "研发族",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "url": f"{page}?jobId={29900 + number}&dataSource=1",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """A total without rows, rows of another kind, no total."""
        return [
            json_answer({"pageVO": {"totalRows": 13, "totalPages": 1, "curPage": 1, "pageSize": 50}, "result": []}),
            json_answer({"pageVO": {"totalRows": 1}, "result": [{"id": 1, "title": KEYWORD}]}),
            json_answer({"pageVO": None, "result": []}),
        ]

    def closed(self) -> list[Answer]:
        """Besides what all sites say: the skeleton of a posting."""
        return [*super().closed(), json_answer(skeleton())]

    def _rows(self) -> list[dict[str, Any]]:
        others = [
            {**self._row(number), "jobType": "3", "jobname": f"法务实习生 {number}"} for number in range(900, 903)
        ]
        return [*(self._row(number) for number in range(self.count + 4)), *others]

    def _row(self, number: int) -> dict[str, Any]:
        name = f"{KEYWORD}推理优化专家 {number}" if number < self.count else f"综合法务专员 {number}"
        return {
            "jobId": 29900 + number,
            "jobname": name,
            "nameCn": name,
            "jobArea": _PLACES[number % 3][0],
            "jobAddress": "China\\Guangdong-Shenzhen",
            "jobFamilyName": "研发族",
            "jobType": "1",
            "workYear": "",
            "degree": "",
            "deptName": "2012实验室",
            "mainBusiness": f"1、优化第 {number} 代芯片上的推理；",
            "dataSource": "1",
        }

    def _text(self, job_id: int) -> dict[str, Any]:
        number = job_id - 29900
        return {
            "mainBusiness": f"1、优化第 {number} 代芯片上的推理；<br>2、压缩键值缓存。",
            "jobRequire": f"1、熟悉算子开发；<br>2、本科及以上。<br>{CONTACT_LINE}",
            "workYear": "5年以上",
            "degree": "本科",
            "releaseDate": f"{_FIRST_DAY + timedelta(days=number)} 00:00:00",
            "creator": {"name": PERSON, "phone": MOBILE, "mail": MAIL, "welink": CHAT},
        }
