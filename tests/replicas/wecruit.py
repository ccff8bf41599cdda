"""大易 Wecruit: one suite whose postings are in the channel 社招."""

from datetime import date, timedelta
from typing import Any

from replicas.base import CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

SUITE = "SU6588fd1a1eb80578ea63e804"
MOST_ROWS = 20
_FIRST_DAY = date(2026, 5, 4)
_CITIES = ("上海市", "北京市", "北京市,深圳市")
_NAMES = (["上海"], ["北京"], ["北京", "深圳"])


class WecruitReplica(Replica):
    """The host of `wecruit-qianxin`: lists that know only currentPage, and a page for each posting."""

    source = "wecruit-qianxin"
    size = 15

    def answer(self, asked: Asked) -> Answer | None:
        """The list, the page of a posting, and which suite is behind the host."""
        if asked.method != "POST":
            return None
        form = asked.form
        if asked.path == "/wecruit/common/getSLD":
            link = {"link": f"https://{form['sld']}/{SUITE}/pb/index.html#/", "title": "招聘官网"}
            return asked.answer_json({"state": "200", "type": "success", "data": {"linkData": link}})
        if self.is_list(asked):
            return asked.answer_json(_envelope(self.page(form)))
        if self.is_detail(asked):
            number = int(form["postId"][-4:], 16)
            if form["recruitType"] != "2" or number >= self.count + 5:
                return asked.answer_json({"state": "1017", "msg": "该职位招聘已经关闭", "type": "warning"})
            return asked.answer_json(_envelope(self.detail(number)))
        return None

    def is_list(self, asked: Asked) -> bool:
        """The search of the suite."""
        return asked.path == f"/wecruit/positionInfo/listPosition/{SUITE}"

    def is_detail(self, asked: Asked) -> bool:
        """The page of a posting."""
        return asked.path == f"/wecruit/positionInfo/listPositionDetail/{SUITE}"

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {
            _id(number): {
                "title": f"{KEYWORD}算法研究员 {number}",
                "company": "奇安信",
                "description": f"1. 负责第 {number} 号方向\n2. 落地\n\n1. 硕士及以上\n2. 熟悉 C++",
                "city_text": _CITIES[number % 3],
                "cities": _NAMES[number % 3],
                "experience_text": "3-5年",
                "education_text": "硕士",
                "education": "硕士",
                "employment_text": "社招",
                "employment_type": "full_time",
                "site_category": "技术类",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "url": f"{url}/{SUITE}/pb/posDetail.html?postId={_id(number)}&postType=society",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """Other states, counts without rows, and rows of another kind."""
        return [
            json_answer(answer)
            for answer in (
                {"state": "500", "msg": "系统异常", "type": "error"},
                {"state": "200", "type": "success"},
                _envelope({"pageForm": {"pageData": [], "dataCount": 31, "totalPage": 3}}),
                _envelope({"pageForm": {"pageData": [{"id": 1}], "dataCount": 1, "totalPage": 1}}),
            )
        ]

    def closed(self) -> list[Answer]:
        """The state of a closed posting."""
        return [*super().closed(), json_answer({"state": "1017", "msg": "该职位招聘已经关闭", "type": "warning"})]

    def page(self, form: dict[str, str]) -> dict[str, Any]:
        """A page of the list: a page size above the cap is cut, other names of the page number are not known."""
        every = [self.row(number) for number in range(self.count + 5)] if form["recruitType"] == "2" else []
        rows = [row for row in every if form.get("postName", "") in row["postName"]]
        asked = int(form["pageSize"])
        number = int(form.get("currentPage", "1"))
        start = (number - 1) * asked
        total = self.total(rows) if rows else 0
        page = {
            "currentPage": number if total else 0,
            "pageSize": min(asked, MOST_ROWS) if total else 0,
            "totalPage": -(-total // asked),
            "dataCount": total,
            "pageData": self.shown(rows)[start : start + min(asked, MOST_ROWS)],
        }
        return {"pageForm": page, "positonNum": total}

    def row(self, number: int) -> dict[str, Any]:
        """A posting in the list, where it has no text."""
        title = f"{KEYWORD}算法研究员" if number < self.count else "财务分析师"
        return {
            "postId": _id(number),
            "postName": f"{title} {number}",
            "postType": "0/1227/121201",
            "postTypeName": "技术类",
            "workPlaceStr": _CITIES[number % 3],
            "workPlace": "0/4/396",
            "company": "奇安信科技集团",
            "department": "研究院",
            "recruitType": 2,
            "publishDate": f"{_FIRST_DAY + timedelta(days=number)} 08:59:37",
            "endDate": "2026-12-31",
            "educationStr": "硕士",
            "workYearName": "3-5年",
            "recruitNumStr": "若干",
            "canDelivery": False,
            "workContent": "",
            "serviceCondition": "",
            "recruiter": {"name": PERSON, "phone": MOBILE, "mail": MAIL},
        }

    def detail(self, number: int) -> dict[str, Any]:
        """A posting on its own page, which repeats only part of its row."""
        return {
            "postId": _id(number),
            "recruitType": 2,
            "workContent": f"1. 负责第 {number} 号方向\n2. 落地",
            "serviceCondition": f"1. 硕士及以上\n2. 熟悉 C++\n{CONTACT_LINE}",
            "contactName": PERSON,
            "contactPhone": MOBILE,
        }


def _id(number: int) -> str:
    return f"66b1c2d3e4f5a6b7c8d9{number:04x}"


def _envelope(data: dict[str, Any]) -> dict[str, Any]:
    return {"state": "200", "msg": "", "type": "success", "data": data}
