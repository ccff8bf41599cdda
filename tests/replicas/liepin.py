"""猎聘: the search with its headers, promoted cards and ten pages, and the pages of postings, both kinds of address."""

import json
from collections.abc import Sequence
from typing import Any

from crawler.codes import load_codes
from replicas.base import CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked

SEARCH = "/api/com.liepin.searchfront4c.pc-search-job"
BAD_HEADERS = {"flag": 0, "code": "-1400", "msg": "出错了（400）！"}
REFUSED = {"flag": 0, "code": "20000", "msg": "请求太快了"}
CLOSED = (
    "<html><head><title>职位详情-猎聘</title></head><body><div class='offline-tip'>该职位已结束</div></body></html>"
)
CHECK = (
    "<html><head><script src='https://concat.lietou-static.com/security.min.js'></script></head><body></body></html>"
)
_CITIES = ("上海", "北京", "深圳")
_WANTED_HEADERS = {"x-client-type": "web", "x-fscp-version": "1.1", "x-requested-with": "XMLHttpRequest"}


class LiepinReplica(Replica):
    """The search of both hosts on one server; every third posting is a headhunter's."""

    source = "liepin"
    size = 8
    promoted = 1
    """Cards that stand on the first page above its full size."""
    most_pages = 10

    def answer(self, asked: Asked) -> Answer | None:
        """The search, or the page of a posting."""
        if self.is_list(asked):
            return asked.answer_json(self._search(asked))
        row = next((row for row in self._rows() if asked.path == _path(row)), None)
        return asked.answer(self._page(row)) if row is not None and not asked.query else None

    def is_list(self, asked: Asked) -> bool:
        """The one address of the search."""
        return (asked.method, asked.path) == ("POST", SEARCH)

    def is_detail(self, asked: Asked) -> bool:
        """The page of a posting."""
        return asked.path.startswith(("/job/", "/a/"))

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Card and page together."""
        return {
            str(84000000 + number): {
                "title": f"{KEYWORD}架构师 {number}",
                "company": "示例云" if number % 3 else "某知名公司",
                "description": f"岗位职责：\n1、设计第 {number} 套推理系统\n任职要求：熟悉 CUDA",
                "city_text": f"{_CITIES[number % 3]}-示范区",
                "city": _CITIES[number % 3],
                "salary_text": "40-70k·16薪" if number % 2 else "面议",
                "salary_max": 70000 if number % 2 else None,
                "experience_text": "5年以上",
                "education_text": "统招本科",
                "education": "本科",
                "industry_text": "人工智能",
                "company_size_text": "500-999人",
                "company_stage_text": "C轮" if number % 3 else None,
                "published_text": f"202609{1 + number % 28:02d}212231",
                "site_tags": ["CUDA"],
                "url": url + _path(self._row(number)),
            }
            for number in range(self.count)
        }

    def blocked(self) -> Sequence[Answer]:
        """A refusal that stays."""
        return (Answer(json.dumps(REFUSED)),)

    def changed(self) -> Sequence[Answer]:
        """Other headers are wanted; cards that are counted and missing."""
        nothing = {"data": {"jobCardList": []}, "pagination": _pagination(0, 8, 1, 7)}
        return Answer(json.dumps(BAD_HEADERS)), Answer(json.dumps({"flag": 1, "data": nothing}))

    def closed(self) -> Sequence[Answer]:
        """What the site says of a posting that is over."""
        return *super().closed(), Answer(CLOSED)

    def _search(self, asked: Asked) -> dict[str, Any]:
        sent = asked.headers
        complete = all(sent.get(name) == value for name, value in _WANTED_HEADERS.items())
        telemetry = all(name in sent for name in ("x-fscp-trace-id", "x-fscp-bi-stat", "x-fscp-fe-version"))
        if not complete or not telemetry or json.loads(sent["x-fscp-std-info"]) != {"client_id": "40108"}:
            return BAD_HEADERS
        form = asked.json["data"]["mainSearchPcConditionForm"]
        rows = [row for row in self._rows() if form["key"] in row["title"] and self._is_in(row, form["dq"])]
        shown = self.shown(rows)
        # The first page has its promoted cards on top of a full page.
        cuts = [0, *range(self.size + self.promoted, len(shown), self.size), len(shown)]
        page = int(form["currentPage"])
        pages = min(len(cuts) - 1, self.most_pages) if shown else 0
        cards = shown[cuts[page] : cuts[page + 1]] if page < pages else []
        found = {
            "jobCardList": [_card(row, page == 0 and place == 0) for place, row in enumerate(cards)],
            "compList": [],
        }
        pagination = _pagination(page, self.size, pages, self.total(rows))
        return {"flag": 1, "data": {"data": found, "passThroughData": {"scene": "init"}, "pagination": pagination}}

    @staticmethod
    def _is_in(row: dict[str, Any], code: str) -> bool:
        return code == "410" or load_codes("liepin_cities")[row["dq"].split("-")[0]] == code

    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(number) for number in range(self.count + 5)]

    def _row(self, number: int) -> dict[str, Any]:
        headhunter = number % 3 == 0
        return {
            "labels": ["CUDA"],
            "dq": f"{_CITIES[number % 3]}-示范区",
            "jobId": str(84000000 + number),
            "jobKind": "1" if headhunter else "2",
            "title": f"{KEYWORD}架构师 {number}" if number < self.count else f"财务总监 {number}",
            "refreshTime": f"202609{1 + number % 28:02d}212231",
            "salary": "40-70k·16薪" if number % 2 else "面议",
            "link": f"https://www.liepin.com/{'a/' if headhunter else 'job/19'}{84000000 + number}.shtml",
            "requireWorkYears": "5年以上",
            "requireEduLevel": "统招本科",
        }

    def _page(self, row: dict[str, Any]) -> str:
        number = int(row["jobId"]) - 84000000
        config = {
            "jobId": int(row["jobId"]),
            "jobKind": row["jobKind"],
            "compName": _company(row)["compName"],
            "jobOwnerId": CONTACT_LINE,
            "jobTitle": row["title"],
        }
        return f"""<html><head><title>【{row["dq"][:2]} {row["title"]}招聘】-示例云招聘信息-猎聘</title>
            <meta name="description" content="示例云招聘{row["title"]}岗位，薪资{row["salary"]},示例云公司规模500-999人">
            <script>var $CONFIG = {json.dumps(config)};</script></head><body>
            <div class="name-box"><span class="name">{row["title"]}</span><span class="salary">{row["salary"]}</span></div>
            <div class="job-properties"><span>{row["dq"]}</span> <span>5年以上</span> <span>统招本科</span>
            <span>招2人</span> <span>9月17日更新</span></div>
            <div class="recruiter">{PERSON} {MOBILE} {MAIL}</div>
            <section class="job-intro-container"><dl><dt>职位介绍</dt><dd data-selector="job-intro-content">岗位职责：
            <br>1、设计第 {number} 套推理系统<br>任职要求：熟悉 CUDA<br>{CONTACT_LINE}</dd></dl></section>
            <div class="company-info-container"><div class="company-card"><div class="name">{config["compName"]}</div>
            <div class="label-box"><span class="label">企业行业：</span><span>人工智能</span></div></div></div>
            </body></html>"""


def _path(row: dict[str, Any]) -> str:
    return f"/a/{row['jobId']}.shtml" if row["jobKind"] == "1" else f"/job/19{row['jobId']}.shtml"


def _company(row: dict[str, Any]) -> dict[str, Any]:
    known = {"compScale": "500-999人", "compIndustry": "人工智能", "compLogo": "x.png"}
    if row["jobKind"] == "1":
        return {**known, "compName": "某知名公司", "link": ""}
    company = {"compId": 9000001, "compName": "示例云", "compStage": "C轮"}
    return {**known, **company, "link": "https://www.liepin.com/company/9000001/"}


def _card(row: dict[str, Any], promoted: bool) -> dict[str, Any]:
    recruiter = {"recruiterName": PERSON, "recruiterTitle": "HR", "imId": "zhaoyt_2020", "recruiterId": MOBILE}
    return {"job": {**row, "topJob": promoted}, "recruiter": recruiter, "comp": _company(row), "dataParams": "{}"}


def _pagination(page: int, size: int, pages: int, count: int) -> dict[str, Any]:
    return {"currentPage": page, "pageSize": size, "totalPage": pages, "hasNext": False, "totalCounts": count}
