"""腾讯: the lists of both hosts on one server, and what each tells of a posting."""

from datetime import date, timedelta
from typing import Any

from replicas.base import CONTACT_LINE, KEYWORD, MAIL, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_CITIES = ("深圳", "北京", "上海")
_FIRST_DAY = date(2025, 1, 6)
_SESSION = "c3VubnkgZGF5"
_LISTS = {0: "campus", 1: "campus", 2: "2", 3: "3"}
"""On which list the first postings are; all others are 社招."""


class TencentReplica(Replica):
    """Two postings of join.qq.com, the second one an internship; one each of `attrId` 2 and 3; 社招."""

    source = "tencent"
    size = 100

    def answer(self, asked: Asked) -> Answer | None:
        """Searches, postings, and the page of join.qq.com."""
        match asked.method, asked.path:
            case "GET", "/":
                return asked.answer("<title>腾讯校招</title>", headers={"Set-Cookie": f"JSESSIONID={_SESSION}; Path=/"})
            case "GET", "/tencentcareer/api/post/Query":
                return self._careers_search(asked.query)
            case "GET", "/tencentcareer/api/post/ByPostId":
                return self._careers_posting(asked.query["postId"])
            case "POST", "/api/v1/position/searchPosition":
                return self._campus_search(asked)
            case "GET", "/api/v1/jobDetails/getJobDetailsByPostId":
                return self._campus_posting(asked.query["postId"])
        return None

    def is_list(self, asked: Asked) -> bool:
        """The addresses of the two searches."""
        return asked.path in {"/tencentcareer/api/post/Query", "/api/v1/position/searchPosition"}

    def is_detail(self, asked: Asked) -> bool:
        """The addresses of postings."""
        return asked.path.endswith(("/ByPostId", "/getJobDetailsByPostId"))

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {self._id(number): self._stored(number, url) for number in range(self.count)}

    def changed(self) -> list[Answer]:
        """An error of each search, and a count without rows."""
        return [
            json_answer({"Code": 500, "Data": "E1001"}),
            json_answer({"Code": 200, "Data": {"Count": 69, "Posts": None}, "status": 1, "message": "参数错误"}),
        ]

    def closed(self) -> list[Answer]:
        """A closed posting has a status of its own."""
        return [*super().closed(), Answer('{"Code":500,"Data":"E1005"}', 500, {"Content-Type": "application/json"})]

    def _careers_search(self, wanted: dict[str, str]) -> Answer:
        rows = [
            self._careers_row(number)
            for number in range(self.count + 5)
            if _LISTS.get(number, "1") == wanted["attrId"] and wanted["keyword"] in self._title(number)
        ]
        page, size = int(wanted["pageIndex"]), min(int(wanted["pageSize"]), self.size)
        total = self.total(rows) if wanted["attrId"] == "1" else len(rows)
        shown = self.shown(rows)[(page - 1) * size : page * size]
        return json_answer({"Code": 200, "Data": {"Count": total, "Posts": shown or None}})

    def _careers_posting(self, post_id: str) -> Answer:
        for number in range(self.count):
            if self._id(number) == post_id:
                row = self._careers_row(number)
                text = {"Requirement": f"1.熟悉 PyTorch；\r\n2.沟通良好。\r\n{CONTACT_LINE}", "LocationId": 1}
                return json_answer({"Code": 200, "Data": {**row, **text}})
        return json_answer({"Code": 500, "Data": "E1003"}, 500)

    def _campus_search(self, asked: Asked) -> Answer:
        wanted = asked.json
        rows = [
            self._campus_row(number)
            for number in range(self.count + 5)
            if _LISTS.get(number) == "campus" and wanted["keyword"] in self._title(number)
        ]
        page, size = wanted["pageIndex"], wanted["pageSize"]
        shown = rows[(page - 1) * size : page * size] if asked.cookies.get("JSESSIONID") == _SESSION else []
        return json_answer({"status": 0, "message": "", "data": {"count": len(rows), "positionList": shown}})

    def _campus_posting(self, post_id: str) -> Answer:
        for number in range(self.count):
            if self._id(number) == post_id:
                row = self._campus_row(number)
                text = {
                    "title": row["positionTitle"],
                    "tidName": "技术",
                    "desc": f"1.负责第 {number} 个方向；\n2.与团队一起落地。",
                    "request": f"1.熟悉 PyTorch；\n2.沟通良好。\n{CONTACT_LINE}",
                    "workCityList": [],
                }
                return json_answer({"status": 0, "message": "", "data": {**row, **text}})
        return json_answer({"status": 1, "message": "职位不存在", "data": None})

    @staticmethod
    def _id(number: int) -> str:
        return str(1670301957484453888 + number)

    def _title(self, number: int) -> str:
        return f"混元{KEYWORD}工程师 {number}" if number < self.count else f"法律顾问 {number}"

    def _careers_row(self, number: int) -> dict[str, Any]:
        updated = _FIRST_DAY + timedelta(days=number)
        return {
            "Id": 0,
            "PostId": self._id(number),
            "RecruitPostId": 97000 + number,
            "RecruitPostName": self._title(number),
            "CountryName": "中国",
            "LocationName": _CITIES[number % 3],
            "BGName": "TEG",
            "ComCode": "",
            "ComName": "",
            "ProductName": "",
            "CategoryName": "技术",
            "Responsibility": f"1.负责第 {number} 个方向；\r\n2.与团队一起落地。",
            "LastUpdateTime": f"{updated:%Y年%m月%d日}",
            "PostURL": f"http://careers.tencent.com/jobdesc.html?postId={self._id(number)}",
            "SourceID": 1,
            "IsCollect": False,
            "IsValid": True,
            "RequireWorkYearsName": "三年以上工作经验",
            "Contact": {"Name": PERSON, "Mail": MAIL},
        }

    def _campus_row(self, number: int) -> dict[str, Any]:
        return {
            "postId": self._id(number),
            "id": number,
            "position": number,
            "positionFamily": 2,
            "projectId": 12 if number else 1,
            "positionTitle": self._title(number),
            "projectName": "项目实习生" if number else "应届生",
            "recruitLabelName": "日常实习" if number else "应届毕业生",
            "bgs": "TEG ",
            "workCities": "深圳总部 北京",
            "positionSource": "oa",
            "positionUrl": None,
        }

    def _stored(self, number: int, url: str) -> dict[str, Any]:
        description = f"1.负责第 {number} 个方向；\n2.与团队一起落地。\n\n1.熟悉 PyTorch；\n2.沟通良好。"
        both = {"title": self._title(number), "company": "腾讯", "description": description, "site_category": "技术"}
        kind = _LISTS.get(number, "1")
        if kind == "campus":
            return both | {
                "city_text": "深圳总部/北京",
                "cities": ["深圳", "北京"],
                "employment_text": "校招/日常实习" if number else "校招/应届毕业生",
                "employment_type": "internship" if number else "full_time",
                "published_on": None,
                "url": f"{url}/post_detail.html?postid={self._id(number)}",
            }
        return both | {
            "city_text": _CITIES[number % 3],
            "cities": [_CITIES[number % 3]],
            "experience_text": "三年以上工作经验",
            "experience": "3-5年",
            "employment_text": {"1": "社招", "2": "校招", "3": "实习"}[kind],
            "employment_type": "internship" if kind == "3" else "full_time",
            "published_on": _FIRST_DAY + timedelta(days=number),
            "url": f"{url}/jobdesc.html?postId={self._id(number)}",
        }
