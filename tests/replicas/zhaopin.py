"""智联招聘: one list by path, with its state in a script or as cards, and pages of postings that mask the salary."""

import json
from collections.abc import Sequence
from typing import Any

from replicas.base import CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked

LIST = "/sou/jl765/kw01500O80EO062"
"""The token is the site's own, made for this list."""

EDGEONE = (
    "<!DOCTYPE html><html><head><title>Security Verification</title></head><body><div id='wrap'></div>"
    "<script>document.cookie = 'EO-Bot-Js-Token=' + run();</script></body></html>"
)
FILTERED = "<html><body><div class='sou-empty'>登录之后再搜索，海量职位等你挑！</div></body></html>"
NOTHING = "<html><body><div class='sou-empty'>很抱歉，您搜索的职位找不到！</div></body></html>"
ROBOTS = "User-agent: *\nDisallow: /*?*\nDisallow: */api/*\nDisallow: /*.json*\n"
"""As copied in September 2026."""


class ZhaopinReplica(Replica):
    """A visitor without an account: five pages at most, details without state."""

    source = "zhaopin"
    size = 8
    most_pages = 5

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.shape = "state"
        """How lists are shown: state, cards a, cards b."""
        self.logged = False

    def settings(self, url: str) -> dict[str, Any]:
        """The list that an operator would name."""
        return {"base_urls": {self.source: url}, "start_urls": {self.source: [url + LIST]}}

    def answer(self, asked: Asked) -> Answer | None:
        """A list page or the page of a posting."""
        if asked.query:
            return asked.answer(FILTERED)
        if self.is_list(asked):
            page = int(asked.path.rpartition("/p")[2]) if "/p" in asked.path else 1
            return asked.answer(self._list(page))
        number = asked.path.removeprefix("/jobdetail/").removesuffix(".htm")
        row = next((row for row in self._rows() if row["number"] == number), None)
        return asked.answer(self._detail(row)) if row is not None and self.is_detail(asked) else None

    def is_list(self, asked: Asked) -> bool:
        """The path of the list and its pages."""
        return asked.path.startswith(LIST)

    def is_detail(self, asked: Asked) -> bool:
        """The page of a posting."""
        return asked.path.startswith("/jobdetail/")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """List and page together: the text of the one, the salary of the other."""
        return {
            row["number"]: {
                "title": row["name"],
                "company": "示例智能",
                "description": f"岗位职责：\n负责第 {number} 个模型的训练\n任职要求：\n熟悉 PyTorch",
                "city_text": "深圳·南山·科技园",
                "city": "深圳",
                "salary_text": row["salary60"] + ("·15薪" if number % 2 else ""),
                "salary_min": 20000 + 1000 * (number % 10),
                "salary_max": 35000,
                "experience_text": "3-5年",
                "education_text": "本科",
                "employment_text": "全职",
                "employment_type": "full_time",
                "industry_text": "人工智能",
                "company_size_text": "100-299人",
                "company_stage_text": "B轮",
                "published_text": f"2026-09-{1 + number % 28:02d} 10:12:33",
                "site_category": "算法工程师",
                "site_tags": ["PyTorch", "大模型训练"],
                "benefits": ["五险一金", "双休"],
                "url": f"{url}/jobdetail/{row['number']}.htm",
            }
            for number, row in enumerate(self._rows())
        }

    def blocked(self) -> Sequence[Answer]:
        """EdgeOne's script, and rows that are counted and not shown."""
        return Answer(EDGEONE), Answer(_page({"positionList": [], "positionCount": 60, "pages": 3, "pageIndex": 1}))

    def login(self) -> Sequence[Answer]:
        """What an anonymous visitor with a filter is told."""
        return (Answer(FILTERED),)

    def changed(self) -> Sequence[Answer]:
        """A state without rows, and rows without titles."""
        return Answer(_page({"positions": []})), Answer(
            _page({"positionList": [{"number": "CC1"}], "positionCount": 1})
        )

    def _list(self, page: int) -> str:
        rows = self.shown(self._rows())
        pages = min(-(-len(rows) // self.size), self.most_pages)
        shown = rows[(page - 1) * self.size : page * self.size] if page <= pages else []
        if self.shape == "cards a":
            numbers = "".join(f'<a class="soupager__index">{number + 1}</a>' for number in range(pages))
            return f"<html><body>{''.join(map(_card_a, shown))}<div class='soupager'>{numbers}</div></body></html>"
        if self.shape == "cards b":
            return f"<html><body><div class='joblist-box'>{''.join(map(_card_b, shown))}</div></body></html>"
        if not rows:
            return NOTHING
        total = self.total(self._rows())
        state = {
            "positionList": shown,
            "isLogged": self.logged,
            "pageIndex": page,
            "pages": pages,
            "positionCount": total,
        }
        return _page(state)

    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(number) for number in range(self.count)]

    def _row(self, number: int) -> dict[str, Any]:
        low = 20000 + 1000 * (number % 10)
        return {
            "number": f"CC0001112{number:02d}J40700{number:06d}",
            "name": f"{KEYWORD}算法工程师 {number}",
            "companyName": "示例智能",
            "companyNumber": "CZ000111200",
            "companySize": "100-299人",
            "salary60": f"{low / 10000:g}-3.5万",
            "salaryReal": f"{low}-35000",
            "salaryCount": "15薪" if number % 2 else "",
            "workCity": "深圳",
            "cityId": "765",
            "cityDistrict": "南山",
            "streetName": "科技园",
            "workingExp": "3-5年",
            "education": "本科",
            "workType": "全职",
            "industryName": "人工智能",
            "propertyName": "民营",
            "publishTime": f"2026-09-{1 + number % 28:02d} 10:12:33",
            "jobSkillTags": [{"name": "PyTorch"}],
            "skillLabel": [{"state": 0, "value": "大模型训练"}],
            "showSkillTags": [{"tag": "PyTorch"}],
            "welfareLabel": [{"state": 0, "value": "五险一金"}, {"state": 0, "value": "双休"}],
            "jobSummary": "负责模型的训练",
            "subJobTypeLevelName": "算法工程师",
            "staffCard": {"staffName": PERSON, "mobile": MOBILE, "hrJob": "招聘经理", "mail": MAIL},
        }

    def _detail(self, row: dict[str, Any]) -> str:
        number = int(row["number"][-6:])
        text = f"<p>岗位职责：</p><p>负责第 {number} 个模型的训练</p><p>任职要求：</p><p>熟悉 PyTorch</p><p>{CONTACT_LINE}</p>"
        state = ""
        if self.logged:
            job = {**row, "jobDesc": text, "emplType": "全职"}
            company = {"companyName": "示例智能", "companySize": "100-299人", "financingStageName": "B轮"}
            value = {"jobDetail": {"detailedPosition": job, "detailedCompany": company}}
            state = f"<script>__INITIAL_STATE__={json.dumps(value, ensure_ascii=False)}</script>"
        return f"""<html><body><div class="summary-plane"><h1 class="summary-plane__title">{row["name"]}</h1>
            <span class="summary-plane__salary">{row["salary60"] if self.logged else "**-**元"}</span>
            <ul class="summary-plane__info"><li>深圳-南山</li><li>3-5年</li><li>本科</li><li>招1人</li></ul></div>
            <div class="staff">{PERSON} {MOBILE}</div>
            <div class="describtion-card"><div class="describtion-card__detail-content">{text}</div></div>
            <a href="/companydetail/CZ000111200.htm">示例智能</a>
            <ul class="company-summary__list"><li>B轮</li><li>100-299人</li><li>人工智能</li></ul>{state}</body></html>"""


def _page(state: dict[str, Any]) -> str:
    value = json.dumps(state, ensure_ascii=False)
    return f"<html><body><div id='root'></div><script>__INITIAL_STATE__={value}</script></body></html>"


def _card_a(row: dict[str, Any]) -> str:
    return f"""<div class="joblist-box__item joblist-box__item-unlogin"><div class="jobinfo"><div class="jobinfo__top">
        <a href="http://www.zhaopin.com/jobdetail/{row["number"]}.htm?refcode=4019" class="jobinfo__name">{row["name"]}</a>
        <p class="jobinfo__salary">{row["salary60"]}</p></div>
        <div class="jobinfo__tag"><div class="joblist-box__item-tag">PyTorch</div><div>大模型训练</div></div>
        <div class="jobinfo__other-info"><div class="jobinfo__other-info-item"><img><span>深圳·南山·科技园</span></div>
        <div class="jobinfo__other-info-item">3-5年</div><div class="jobinfo__other-info-item">本科</div></div></div>
        <div class="companyinfo"><a class="companyinfo__name">示例智能</a><div class="companyinfo__tag"><div>民营</div>
        <div>100-299人</div><div>人工智能</div></div></div><div class="companyinfo__staff">{PERSON}</div></div>"""


def _card_b(row: dict[str, Any]) -> str:
    return f"""<div class="job-card"><div class="job-card__title-row"><div class="job-card__title-main"><div
        class="vue-clamp"><span><span aria-label="{row["name"]}" class="vue-clamp__text">{row["name"]}</span></span></div>
        </div> <span class="job-card__salary">**-**元</span></div><div class="job-card__skill-tags">
        <span class="job-card__skill-tag">
          本科
        </span><span class="job-card__skill-tag">3-5年</span><span class="job-card__skill-tag">PyTorch</span></div>
        <div class="job-card__company-row"><a href="https://www.zhaopin.com/companydetail/CZ000111200.htm?refcode=4019"
        class="job-card__company-name job-card__company-name--link">
          示例智能
        </a><div class="job-card__location"><span title="深圳 南山 科技园">深圳 南山 科技园</span></div></div></div>"""
