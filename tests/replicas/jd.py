"""京东's portal for 社招: a bare array, and its total at another address."""

from datetime import date, timedelta
from typing import Any

from replicas.base import CHAT, CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked, json_answer

_FIRST_DAY = date(2026, 5, 11)
_PLACES = ("北京市", "广东省", "上海市")


class JdReplica(Replica):
    """The search: heeds forms only."""

    source = "jd"
    size = 100

    def answer(self, asked: Asked) -> Answer | None:
        """A page of the search, or its total."""
        if asked.method != "POST" or asked.path not in {"/web/job/job_list", "/web/job/job_count"}:
            return None
        wanted = asked.form
        rows = [row for row in self._rows() if wanted.get("jobSearch", "") in row["positionNameOpen"]]
        if asked.path == "/web/job/job_count":
            return asked.answer_json(self.total(rows))
        number, size = int(wanted.get("pageIndex", 1)), int(wanted.get("pageSize", 10))
        return asked.answer_json(self.shown(rows)[(number - 1) * size : number * size])

    def is_list(self, asked: Asked) -> bool:
        """The pages with rows; their total is no page of the list."""
        return (asked.method, asked.path) == ("POST", "/web/job/job_list")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Rows as they are stored."""
        return {
            str(217000 + number): {
                "title": f"{KEYWORD}平台架构师 {number}",
                "company": "京东",
                "description": f"1、建设第 {number} 号推理集群；\n2、降低时延。\n\n1、五年以上经验；\n2、熟悉 vLLM。",
                "city_text": _PLACES[number % 3],
                "cities": [["北京"], None, ["上海"]][number % 3],
                "employment_text": "社招",
                "employment_type": "full_time",
                "site_category": "研发类",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "published_text": str(_FIRST_DAY + timedelta(days=number)),
                "url": f"{url}/web/job-info-detail?requementId={217000 + number}",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def login(self) -> list[Answer]:
        """The way to the account pages, which the portal shows where it takes no visitors."""
        return [Answer(status=302, headers={"Location": "https://passport.jd.com/new/login.aspx?ReturnUrl=x"})]

    def changed(self) -> list[Answer]:
        """An object in place of the array, rows of another kind."""
        return [
            json_answer({"success": True, "body": {"items": []}}),
            json_answer([{"jobName": KEYWORD}]),
            json_answer(None),
        ]

    def _rows(self) -> list[dict[str, Any]]:
        return [self._row(number) for number in range(self.count + 4)]

    def _row(self, number: int) -> dict[str, Any]:
        name = f"{KEYWORD}平台架构师 {number}" if number < self.count else f"商业分析岗 {number}"
        return {
            "id": 162000 + number,
            "positionId": 216000 + number,
            "positionName": "平台架构岗",
            "positionNameOpen": name,
            "positionDeptName": "京东零售",
            "requirementId": 217000 + number,
            "workCity": _PLACES[number % 3],
            "workCityCode": "11",
            "jobType": "研发类",
            "jobTypeCode": "YANFA",
            "workContent": f"1、建设第 {number} 号推理集群；\r\n2、降低时延。",
            "qualification": f"1、五年以上经验；\r\n2、熟悉 vLLM。\r\n{CONTACT_LINE}",
            "formatPublishTime": str(_FIRST_DAY + timedelta(days=number)),
            "publishTime": 1778428800000 + number * 86_400_000,
            "reqNumber": f"ZP26{number:08d}",
            "recruiterErp": {"name": PERSON, "mobile": MOBILE, "mail": MAIL, "wechat": CHAT},
        }
