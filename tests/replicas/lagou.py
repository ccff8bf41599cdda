"""拉勾: its search as it was in plain, behind a slider that the operator's session passes, and pages of postings."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from replicas.base import CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.job51 import COOKIES, SESSION
from replicas.site import Answer, Asked

SEARCH = "/jobs/positionAjax.json"
SLIDER = "<!DOCTYPE html><html><head><script>var appkey = 'CF_APP_WAF';</script></head><body>请滑动滑块进行验证</body></html>"
CIPHER = '{"data": "c2FtcGxlIG9mIG91ciBvd24sIG5vdCBhIGNhcHR1cmVkIG9uZQ=="}'
TOO_FREQUENT = '{"status":false,"msg":"您操作太频繁,请稍后再访问","clientIp":"192.0.2.1","state":2402}'
_CITIES = ("北京", "上海", "成都")
_FIRST_DAY = date(2026, 3, 1)


class LagouReplica(Replica):
    """One list; a page names the one before it."""

    source = "lagou"
    size = 15

    def settings(self, url: str) -> dict[str, Any]:
        """With the operator's session."""
        return {**super().settings(url), "cookie_files": {self.source: str(COOKIES)}}

    def answer(self, asked: Asked) -> Answer | None:
        """The search, the page of a posting, or the slider for whom it does not know."""
        name, value = SESSION
        if asked.cookies.get(name) != value:
            return asked.answer(SLIDER)
        if self.is_list(asked):
            return asked.answer_json(self._search(asked))
        row = next((row for row in self._rows() if asked.path == f"/wn/jobs/{row['positionId']}.html"), None)
        return None if row is None else asked.answer(detail(row, f"负责第 {row['positionId'] % 1000} 个智能体"))

    def is_list(self, asked: Asked) -> bool:
        """The one address of the search."""
        return (asked.method, asked.path) == ("POST", SEARCH)

    def is_detail(self, asked: Asked) -> bool:
        """The page of a posting."""
        return asked.path.startswith("/wn/jobs/")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Row and page together."""
        return {
            str(9000000 + number): {
                "title": f"{KEYWORD}产品经理 {number}",
                "company": "示例科技有限公司",
                "description": f"职责：\n负责第 {number} 个智能体",
                "city_text": f"{_CITIES[number % 3]}·示范区·软件园",
                "city": _CITIES[number % 3],
                "salary_text": "20k-35k·14薪",
                "salary_max": 35000,
                "salary_months": 14.0,
                "experience_text": "3-5年",
                "education_text": "本科",
                "employment_text": "全职",
                "employment_type": "full_time",
                "industry_text": "工具类产品,人工智能服务",
                "company_size_text": "50-150人",
                "company_stage_text": "A轮",
                "published_text": f"{_FIRST_DAY + timedelta(days=number)} 08:47:23",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "site_category": "产品|需求|项目类/产品经理/AI产品经理",
                "site_tags": ["Agent", "B端"],
                "benefits": ["午餐补助", "双休", "期权"],
                "url": f"{url}/wn/jobs/{9000000 + number}.html",
            }
            for number in range(self.count)
        }

    def blocked(self) -> Sequence[Answer]:
        """Too often, in cipher, or the slider."""
        return Answer(TOO_FREQUENT), Answer(CIPHER), Answer(SLIDER)

    def changed(self) -> Sequence[Answer]:
        """An error, and rows that are counted and missing."""
        return (
            Answer('{"success": false, "msg": "系统错误", "code": 1}'),
            Answer('{"success": true, "content": {"positionResult": {"totalCount": 7, "result": []}}}'),
        )

    def _search(self, asked: Asked) -> dict[str, Any]:
        form, city = asked.form, asked.query["city"]
        page = int(form["pn"])
        known = form["first"] == "true" if page == 1 else form.get("sid") == f"show-{page - 1}"
        plain = asked.headers.get("x-anit-forge-token") == "None" and "/jobs/list_" in asked.headers.get("referer", "")
        rows = [row for row in self._rows() if form["kd"] in row["positionName"] and city in {"全国", row["city"]}]
        rows = rows if known and plain else []
        shown = self.shown(rows)[(page - 1) * self.size : page * self.size]
        result = {"totalCount": self.total(rows), "resultSize": len(shown), "result": shown}
        hr = {str(row["positionId"]): {"realName": PERSON, "phone": MOBILE, "mail": MAIL} for row in shown}
        content = {"showId": f"show-{page}", "hrInfoMap": hr, "pageNo": page, "positionResult": result}
        return {"success": True, "msg": None, "code": 0, "content": content}

    def _rows(self) -> list[dict[str, Any]]:
        return [
            row(number, **({} if number < self.count else {"positionName": "出纳"})) for number in range(self.count + 5)
        ]


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A row of the search."""
    values = {
        "positionId": 9000000 + number,
        "positionName": f"{KEYWORD}产品经理 {number}",
        "companyFullName": "示例科技有限公司",
        "companyShortName": "示例科技",
        "companySize": "50-150人",
        "industryField": "工具类产品,人工智能服务",
        "financeStage": "A轮",
        "companyLabelList": ["午餐补助"],
        "firstType": "产品|需求|项目类",
        "secondType": "产品经理",
        "thirdType": "AI产品经理",
        "skillLables": ["Agent"],
        "positionLables": ["Agent", "B端"],
        "industryLables": [],
        "createTime": f"{_FIRST_DAY + timedelta(days=number)} 08:47:23",
        "formatCreateTime": "08:47发布",
        "city": _CITIES[number % 3],
        "district": "示范区",
        "businessZones": ["软件园"],
        "salary": "20k-35k",
        "salaryMonth": "14",
        "workYear": "3-5年",
        "jobNature": "全职",
        "education": "本科",
        "positionAdvantage": "双休，期权",
        "publisherId": 7,
    }
    return {**values, **changes}


def detail(row: dict[str, Any], duty: str) -> str:
    """The page of a posting."""
    return f"""<html><body><div class="position-head"><div class="name"><h1>{row["positionName"]}</h1></div>
        <dd class="job_request"><h3><span class="salary">{row["salary"]}</span><span>/{row["city"]} /</span>
        <span>经验3-5年 /</span><span>本科及以上 /</span><span>全职</span></h3></dd></div>
        <dd class="job-advantage"><span class="advantage">职位诱惑：</span><p>双休，期权</p></dd>
        <dd class="job_bt"><h3 class="description">职位描述：</h3><div class="job-detail"><p>职责：</p><p>{duty}</p>
        <p>{CONTACT_LINE}</p></div></dd><div class="work_addr">{row["city"]} - 示范区</div>
        <div class="publisher">{PERSON} {MOBILE}</div>
        <dl class="job_company"><dt><em class="fl-cn">示例科技</em></dt><dd><ul class="c_feature"><li>
        <h4 class="c_feature_name">工具类产品</h4><span>领域</span></li><li><h4 class="c_feature_name">A轮</h4><span>发展阶段
        </span></li><li><h4 class="c_feature_name">50-150人</h4><span>规模</span></li></ul></dd></dl></body></html>"""
