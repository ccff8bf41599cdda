"""前程无忧: its search behind a slider that the operator's session passes, with the whole text in the list."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from crawler.codes import load_codes
from replicas.base import CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked

SEARCH = "/api/job/search-pc"
SESSION = ("operator_session", "LENT-BY-THE-OPERATOR")
COOKIES = Path(__file__).with_name("cookies.txt")
"""A cookies.txt with this session."""

SLIDER = (
    "<!DOCTYPE html><html><head><title>滑动验证页面</title></head><body><div class='waf-nc-title'>访问验证</div>"
    "<script name='aliyunwaf_6a6f5ea8'>run()</script></body></html>"
)
_CITIES = ("北京", "广州", "成都")
_FIRST_DAY = date(2026, 6, 1)


class Job51Replica(Replica):
    """One list; a page is named by the one before it."""

    source = "51job"
    size = 50

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.total_is_text = False

    def settings(self, url: str) -> dict[str, Any]:
        """With the operator's session."""
        return {**super().settings(url), "cookie_files": {self.source: str(COOKIES)}}

    def answer(self, asked: Asked) -> Answer | None:
        """The search, or the slider for whom it does not know."""
        name, value = SESSION
        if asked.cookies.get(name) != value:
            return asked.answer(SLIDER)
        return asked.answer_json(self._search(asked.query)) if self.is_list(asked) else None

    def is_list(self, asked: Asked) -> bool:
        """The one address of the search."""
        return (asked.method, asked.path) == ("GET", SEARCH)

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {
            str(160000000 + number): {
                "title": f"{KEYWORD}测试工程师 {number}",
                "company": "示例信息技术有限公司",
                "description": f"岗位职责：\n评测第 {number} 个模型\n任职要求：\n熟悉 Python",
                "city_text": f"{_CITIES[number % 3]}·示范区",
                "city": _CITIES[number % 3],
                "salary_text": "1.5-2.5万·13薪",
                "salary_min": 15000,
                "experience_text": "3年及以上",
                "education_text": "本科",
                "employment_text": "全职",
                "employment_type": "full_time",
                "industry_text": "计算机软件",
                "company_size_text": "150-500人",
                "company_stage_text": "已上市",
                "published_text": f"{_FIRST_DAY + timedelta(days=number)} 15:04:00",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "site_tags": ["Python", "评测"],
                "benefits": ["五险一金"],
                "url": f"https://jobs.51job.com/beijing/{160000000 + number}.html",
            }
            for number in range(self.count)
        }

    def blocked(self) -> Sequence[Answer]:
        """The slider."""
        return (Answer(SLIDER),)

    def changed(self) -> Sequence[Answer]:
        """An error, and rows that are counted and missing."""
        return (
            Answer('{"status": "0", "message": "系统错误"}'),
            Answer('{"status": "1", "resultbody": {"job": {"totalCount": 7, "items": []}}}'),
        )

    def _search(self, query: dict[str, str]) -> dict[str, Any]:
        page = int(query["pageNum"])
        size = min(int(query["pageSize"]), self.size)
        area = query["jobArea"]
        rows = [row for row in self._rows() if query["keyword"] in row["jobName"]]
        rows = [row for row in rows if area in {"000000", row["jobAreaCode"]}]
        if query["issueDate"] or query["requestId"] != (f"r{page - 1}" if page > 1 else ""):
            rows = []
        total = self.total(rows)
        job = {
            "totalCount": str(total) if self.total_is_text else total,
            "items": self.shown(rows)[(page - 1) * size : page * size],
        }
        return {"status": "1", "message": "成功", "resultbody": {"requestId": f"r{page}", "searchData": {}, "job": job}}

    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(number) for number in range(self.count + 5)]

    def _row(self, number: int) -> dict[str, Any]:
        city = _CITIES[number % 3]
        text = f"<p>岗位职责：</p><p>评测第 {number} 个模型</p><p>任职要求：</p>熟悉 Python<br>{CONTACT_LINE}"
        return {
            "jobId": str(160000000 + number),
            "jobType": "0",
            "jobName": f"{KEYWORD}测试工程师 {number}" if number < self.count else f"会计 {number}",
            "jobTags": ["Python"],
            "jobTagsList": [{"jobTagName": "Python"}, {"jobTagName": "评测"}],
            "jobAreaCode": load_codes("job51_cities")[city],
            "jobAreaString": f"{city}·示范区",
            "jobAreaLevelDetail": {"cityString": city, "districtString": "示范区"},
            "provideSalaryString": "1.5-2.5万·13薪",
            "jobSalaryMin": "15000",
            "jobSalaryMax": "25000",
            "issueDateString": f"{_FIRST_DAY + timedelta(days=number)} 15:04:00",
            "workYear": "5",
            "workYearString": "3年及以上",
            "degreeString": "本科",
            "termStr": "全职",
            "companyIndustryType1Str": "计算机软件",
            "function1Code": "0107",
            "companyName": "示例信息",
            "fullCompanyName": "示例信息技术有限公司",
            "companyTypeString": "已上市",
            "companySizeString": "150-500人",
            "jobHref": f"https://jobs.51job.com/beijing/{160000000 + number}.html?s=sou_sou_soulb&t=0_0",
            "jobDescribe": text,
            "jobWelfareCodeDataList": [{"code": "1", "chineseTitle": "五险一金", "typeTitle": "社保"}],
            "isIntern": False,
            "hrName": PERSON,
            "hrPosition": "招聘经理",
            "hrUid": MOBILE,
            "hrMail": MAIL,
        }
