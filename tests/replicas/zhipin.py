"""BOSS直聘: its search and details for a browser that is logged in, its refusals, and the pages that people see."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.codes import load_codes
from replicas.base import CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked

COOKIES = Path(__file__).parent / "zhipin_cookies.txt"
LIST = "/wapi/zpgeek/search/joblist.json"
DETAIL = "/wapi/zpgeek/job/detail.json"
SECURITY = "/web/passport/zp/security.html"
SECURITY_PAGE = "<html><head><title>请稍候</title></head><body><script src='/security.js'></script></body></html>"
VERIFICATION = "<html><head><title>安全验证 - BOSS直聘</title></head><body><div id='slider'></div></body></html>"
AWAY = "<html><body><script>window.location.href = 'about:blank';</script></body></html>"
MOST_ROWS = 300

_CITIES = ("北京", "上海", "杭州")
_DISTRICTS = {"北京": ("海淀区", "中关村"), "上海": ("徐汇区", "漕河泾"), "杭州": ("余杭区", "未来科技城")}
_EMPLOYMENT = ((0, "全职"), (4, "实习"), (6, "兼职"))
_FIRST_DAY = date(2026, 6, 3)
_SALARIES = ("25-50K·15薪", "200-300元/天", "面议")
_DECOYS = (
    "<style>.HsDyPBbi{display:inline-block;width:0.1px;height:0.1px;overflow:hidden;visibility: hidden;}"
    ".nfJJHr{display:none!important;}.RFNf{font-style:normal;font-weight:normal}</style>"
)


def refusal(code: int, message: str) -> dict[str, Any]:
    """An answer with an error code."""
    data = {"seed": "c2VlZA==", "name": "9a324475", "ts": 1790000000000} if code == 37 else {}
    return {"code": code, "message": message, "zpData": data}


class ZhipinReplica(Replica):
    """The search by form, 15 rows a page and 300 in all, and details by the ticket of a row."""

    source = "zhipin"
    size = 15

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.circles = False
        """The list goes on for ever and shows its first page again and again."""

    def settings(self, url: str) -> dict[str, Any]:
        """With the session of a browser."""
        return {"base_urls": {self.source: url}, "cookie_files": {self.source: str(COOKIES)}}

    def answer(self, asked: Asked) -> Answer | None:
        """A list, a detail, or what the site says instead."""
        if asked.path == SECURITY:
            return asked.answer(SECURITY_PAGE)
        if not (self.is_list(asked) or self.is_detail(asked)):
            return None
        if "__zp_stoken__" not in asked.cookies or asked.headers.get("x-requested-with") != "XMLHttpRequest":
            return asked.answer_json(refusal(37, "您的环境存在异常."))
        if "wt2" not in asked.cookies:
            return asked.answer_json(refusal(7, "当前登录状态已失效"))
        if self.is_list(asked):
            return asked.answer_json(
                {"code": 0, "message": "Success", "zpData": self.search_data(asked.form or asked.query)}
            )
        number = int(asked.query["securityId"].removeprefix("ticket-").removesuffix("~"))
        if not 0 <= number < self.count or asked.query["lid"] != f"110kFiN0MAZ.search.{number}":
            return asked.answer_json(refusal(17, "参数错误"))
        return asked.answer_json({"code": 0, "message": "Success", "zpData": self.detail(number)})

    def is_list(self, asked: Asked) -> bool:
        """The search, as the site's own pages ask for it; older clients send a query."""
        return asked.path == LIST

    def is_detail(self, asked: Asked) -> bool:
        """The one address of details."""
        return (asked.method, asked.path) == ("GET", DETAIL)

    def search_data(self, form: dict[str, str]) -> dict[str, Any]:
        """The data of a list page."""
        rows = [row for row in map(self.row, range(self.count + 5)) if form["query"] in row["jobName"]]
        code = form["city"]
        if code != "100010000":
            rows = [row for row in rows if load_codes("zhipin_cities")[row["cityName"]] == code]
        shown = self.shown(rows)[:MOST_ROWS]
        page, size = int(form["page"]), min(int(form["pageSize"]), 30)
        begin = 0 if self.circles else (page - 1) * size
        return {
            "resCount": self.total(rows),
            "filterString": "",
            "lid": "110kFiN0MAZ",
            "hasMore": self.circles or begin + size < len(shown),
            "totalCount": min(self.total(rows), MOST_ROWS),
            "brandCard": None,
            "jobList": shown[begin : begin + size],
        }

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {self.job_id(number): self._expected(number, url) for number in range(self.count)}

    def blocked(self) -> list[Answer]:
        """Risk codes, and the pages to which the site leads."""
        codes = {
            9: "您的操作过于频繁",
            31: "IP",
            35: "完成验证后即可正常使用",
            36: "您的账户存在异常行为.",
            37: "您的环境存在异常.",
        }
        answers = [_json(refusal(code, text)) for code, text in {**codes, 121: "安全系统拦截", 400061: "滑块"}.items()]
        to_security = Answer(status=302, headers={"Location": f"{SECURITY}?seed=1&name=2&ts=3&callbackUrl=%2F"})
        return [
            *answers,
            Answer(VERIFICATION),
            Answer(AWAY),
            to_security,
            Answer(status=302, headers={"Location": "about:blank"}),
        ]

    def login(self) -> list[Answer]:
        """The codes for a visitor without an account."""
        return [_json(refusal(code, "用户未登录")) for code in (1, 3, 7, 200404)]

    def changed(self) -> list[Answer]:
        """Wrong parameters, and lists that are none."""
        soundless = {"resCount": 3, "totalCount": 3, "hasMore": False, "jobList": []}
        return [
            _json(refusal(17, "参数错误")),
            _json({"code": 0, "message": "Success", "zpData": {}}),
            _json({"code": 0, "message": "Success", "zpData": soundless}),
            _json({"code": 0, "message": "Success", "zpData": {"jobList": [{"title": "改名了"}]}}),
            _json({"code": "0", "message": "Success"}),
        ]

    def closed(self) -> list[Answer]:
        """A detail that says so in its status, and one in its flag."""
        detail = self.detail(0)
        return [
            _json({"code": 0, "zpData": {**detail, "jobInfo": {**detail["jobInfo"], **change}}})
            for change in ({"jobStatusDesc": "职位已关闭"}, {"invalidStatus": True})
        ]

    @staticmethod
    def job_id(number: int) -> str:
        """The id of a posting, which looks like those of the site."""
        return f"{number:016x}1XZ-{number:02d}~"

    def row(self, number: int) -> dict[str, Any]:
        """A row of a list, recruiter included."""
        city = _CITIES[number % 3]
        district, business = _DISTRICTS[city]
        changed = datetime.combine(_FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=number % 100)
        return {
            **_RECRUITER,
            "securityId": f"ticket-{number}~",
            "encryptJobId": self.job_id(number),
            "expectId": 0,
            "jobName": f"{KEYWORD}应用工程师 {number}" if number < self.count else f"行政专员 {number}",
            "lid": f"110kFiN0MAZ.search.{number}",
            "salaryDesc": _SALARIES[number % 3],
            "jobLabels": ["3-5年", "本科", "PyTorch"],
            "jobValidStatus": 1,
            "skills": ["PyTorch", "检索增强"],
            "jobExperience": "3-5年",
            "daysPerWeekDesc": "",
            "leastMonthDesc": "",
            "jobDegree": "本科",
            "cityName": city,
            "areaDistrict": district,
            "businessDistrict": business,
            "jobType": _EMPLOYMENT[number % 3][0],
            "proxyJob": 0,
            "gps": None,
            "lastModifyTime": int(changed.timestamp() * 1000),
            "encryptBrandId": f"brand{number % 4}~",
            "brandName": f"海图智能{number % 4}",
            "brandLogo": "https://img.bosszhipin.com/logo.png",
            "brandStageName": "B轮",
            "brandIndustry": "人工智能",
            "brandScaleName": "100-499人",
            "welfareList": ["五险一金", "带薪年假"],
            "industry": 100028,
            "contact": False,
        }

    def detail(self, number: int) -> dict[str, Any]:
        """The data of detail.json."""
        row = self.row(number)
        return {
            "pageType": 0,
            "selfAccess": False,
            "securityId": row["securityId"],
            "lid": "",
            "jobInfo": {
                "encryptId": row["encryptJobId"],
                "encryptUserId": "u-" + PERSON,
                "invalidStatus": False,
                "jobName": row["jobName"],
                "position": 101310,
                "positionName": "自然语言处理算法",
                "location": int(load_codes("zhipin_cities")[row["cityName"]]),
                "locationName": row["cityName"],
                "experienceName": row["jobExperience"],
                "degreeName": row["jobDegree"],
                "jobType": row["jobType"],
                "salaryDesc": row["salaryDesc"],
                "payTypeDesc": None,
                "postDescription": f"{self.text(number)}\n{CONTACT_LINE}",
                "address": f"{row['cityName']}{row['areaDistrict']}云谷路 {number} 号",
                "showSkills": row["skills"],
                "anonymous": 0,
                "jobStatusDesc": "招聘中",
            },
            "bossInfo": {
                "name": PERSON,
                "title": "招聘经理",
                "tiny": MAIL,
                "large": MOBILE,
                "activeTimeDesc": "刚刚活跃",
            },
            "brandComInfo": {
                "encryptBrandId": row["encryptBrandId"],
                "brandName": row["brandName"],
                "stage": 804,
                "stageName": row["brandStageName"],
                "scale": 303,
                "scaleName": row["brandScaleName"],
                "industry": 100028,
                "industryName": row["brandIndustry"],
                "introduce": "做海图的公司。",
                "labels": row["welfareList"],
            },
        }

    @staticmethod
    def text(number: int) -> str:
        """A description without contact data."""
        return f"岗位职责：\n1、负责第 {number} 个方向的检索增强；\n2、评测 vector<float> 检索。\n\n任职要求：\n1、熟悉 PyTorch。"

    def posting_page(self, number: int) -> str:
        """The page of a posting as a browser shows it: hidden words, and a salary in the site's own font."""
        row = self.row(number)
        text = self.text(number).replace("<", "&lt;").replace("\n", "<br>")
        text = text.replace("负责", '负<span class="HsDyPBbi">kanzhun</span>责<span class="nfJJHr">来自BOSS直聘</span>')
        text = text.replace("评测", '<span style="display:none">boss</span><i class="RFNf">评测</i>')
        return (
            f"<!DOCTYPE html><html><head><title>「{row['jobName']}招聘」-BOSS直聘</title>"
            f'<link rel="canonical" href="https://www.zhipin.com/job_detail/{row["encryptJobId"]}.html"></head><body>'
            f'<div class="job-banner"><div class="info-primary"><div class="name"><h1>{row["jobName"]}</h1>'
            f'<span class="salary">\ue032\ue036-\ue036\ue031K</span></div>'
            f'<a class="text-desc text-city" href="/beijing/">{row["cityName"]}</a>'
            f'<span class="text-desc text-experiece">{row["jobExperience"]}</span>'
            f'<span class="text-desc text-degree">{row["jobDegree"]}</span>'
            f'<div class="job-tags"><span>五险一金</span><span>带薪年假</span></div></div></div>'
            f'<div class="job-detail"><div class="job-detail-section"><ul class="job-keyword-list"><li>PyTorch</li>'
            f"<li>检索增强</li></ul><div class='job-sec-text'>{_DECOYS}{text}<br>{CONTACT_LINE}</div></div>"
            f'<div class="job-boss-info"><h2 class="name">{PERSON}</h2><div class="boss-info-attr">{MOBILE}</div></div>'
            f'<div class="job-detail-company"><div class="job-sec-text">做海图的公司。</div></div></div>'
            f'<div class="sider-company"><div class="company-info"><a href="/gongsi/x.html"><img src="x.png"></a>'
            f'<a href="/gongsi/x.html">{row["brandName"]}</a></div><p><i class="icon-stage"></i>B轮</p>'
            f'<p><i class="icon-scale"></i>100-499人</p><p><i class="icon-industry"></i>'
            f'<a href="/i100028/">人工智能</a></p></div></body></html>'
        )

    def list_page(self, numbers: range, opened: int | None = None) -> str:
        """A list as a browser shows it, since 2025; the panel of one row may stand open."""
        cards = "".join(map(self._card, numbers))
        panel = (
            ""
            if opened is None
            else (
                f'<div class="job-detail-box"><div class="job-detail-header"><span class="job-name">x</span></div>'
                f'<div class="job-detail-body"><p class="desc">{_DECOYS}{self.text(opened).replace("<", "&lt;")}'
                f'<span class="nfJJHr">kanzhun</span></p><div class="job-boss-info"><h2 class="name">{PERSON}</h2></div>'
                f'<a class="more-job-btn" href="/job_detail/{self.job_id(opened)}.html?securityId=t">查看更多信息</a></div></div>'
            )
        )
        return f'<html><head><title>职位-BOSS直聘</title></head><body><ul class="rec-job-list">{cards}</ul>{panel}</body></html>'

    def _card(self, number: int) -> str:
        row = self.row(number)
        return (
            f'<div class="job-card-wrap"><li class="job-card-box"><div class="job-info"><div class="job-title clearfix">'
            f'<a href="/job_detail/{row["encryptJobId"]}.html" class="job-name">{row["jobName"]}</a>'
            f'<span class="job-salary">-K</span></div><ul class="tag-list"><li>3-5年</li><li>本科</li><li>PyTorch</li></ul></div>'
            f'<div class="job-card-footer"><a class="boss-info" href="/gongsi/x.html"><span class="boss-name">{row["brandName"]}'
            f'</span></a><span class="company-location">{row["cityName"]}·{row["areaDistrict"]}</span></div></li></div>'
        )

    def _expected(self, number: int, url: str) -> dict[str, Any]:
        row = self.row(number)
        changed = _FIRST_DAY + timedelta(days=number % 100)
        months = {0: (25_000, 50_000, 15.0, "month"), 1: (4_350, 6_525, None, "day"), 2: (None, None, None, None)}
        low, high, paid, period = months[number % 3]
        return {
            "title": row["jobName"],
            "company": row["brandName"],
            "description": self.text(number),
            "url": f"{url}/job_detail/{row['encryptJobId']}.html",
            "city_text": "·".join((row["cityName"], row["areaDistrict"], row["businessDistrict"])),
            "cities": [row["cityName"]],
            "salary_text": row["salaryDesc"],
            "salary_min": low,
            "salary_max": high,
            "salary_months": paid,
            "salary_period": period,
            "experience_text": "3-5年",
            "education_text": "本科",
            "industry_text": "人工智能",
            "company_size_text": "100-499人",
            "company_stage_text": "B轮",
            "employment_text": _EMPLOYMENT[number % 3][1],
            "published_on": changed,
            "published_text": changed.isoformat(),
            "site_category": "自然语言处理算法",
            "site_tags": ["PyTorch", "检索增强"],
            "benefits": ["五险一金", "带薪年假"],
        }


_RECRUITER = {
    "bossAvatar": f"https://img.bosszhipin.com/{MOBILE}.jpg",
    "bossCert": 3,
    "encryptBossId": f"b-{MAIL}",
    "bossName": PERSON,
    "bossTitle": "招聘经理",
    "goldHunter": 0,
    "bossOnline": True,
}


def _json(value: dict[str, Any]) -> Answer:
    return Asked("GET", "", {}, {}, b"").answer_json(value)
