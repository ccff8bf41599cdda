"""Greenhouse: one board."""

import html
from typing import Any

from replicas.base import CONTACT_LINE, MAIL, MOBILE, PERSON, Replica
from replicas.careers import city, day, place, title
from replicas.site import Answer, Asked


class GreenhouseReplica(Replica):
    """The board of `greenhouse-xpengmotors`: all postings at once, descriptions with their entities escaped twice."""

    source = "greenhouse-xpengmotors"
    size = 30
    pages = False
    others = 4

    def answer(self, asked: Asked) -> Answer | None:
        """The board; without content=true it has no texts."""
        if not self.is_list(asked):
            return None
        rows = [self._row(number) for number in range(self.listed)]
        if asked.query.get("content") != "true":
            rows = [{name: value for name, value in row.items() if name != "content"} for row in rows]
        return asked.answer_json({"jobs": rows, "meta": {"total": self.total(rows)}})

    def is_list(self, asked: Asked) -> bool:
        """The one address of the board."""
        return (asked.method, asked.path) == ("GET", "/v1/boards/xpengmotors/jobs")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {
            str(8100000000 + number): {
                "title": title(number, self.count),
                "company": "小鹏汽车",
                "description": f"What you'll do\nTrain model {number} & serve it.\nRequirements\nPyTorch < 1 year is fine",
                "city_text": place(number),
                "cities": [city(number)],
                "employment_text": "Full-time",
                "employment_type": "full_time",
                "site_category": "AI Platform",
                "published_on": day(number),
                "url": f"https://job-boards.greenhouse.io/xpengmotors/jobs/{8100000000 + number}",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """A count without postings, and rows of another form."""
        return [Answer('{"jobs": [], "meta": {"total": 7}}'), Answer('{"jobs": [{"name": "x"}], "meta": {"total": 1}}')]

    def _row(self, number: int) -> dict[str, Any]:
        content = (
            f"<h3>What you'll do</h3><ul><li>Train model {number} &amp; serve it.</li></ul>"
            f"<h3>Requirements</h3><p>PyTorch &lt; 1 year is fine</p><p>{CONTACT_LINE}</p>"
        )
        return {
            "absolute_url": f"https://job-boards.greenhouse.io/xpengmotors/jobs/{8100000000 + number}",
            "data_compliance": [{"type": "gdpr", "requires_consent": False}],
            "internal_job_id": 5100000000 + number,
            "location": {"name": place(number)},
            "metadata": [
                {"id": 1, "name": "Employment Type", "value": "Full-time", "value_type": "single_select"},
                {"id": 2, "name": "Recruiter", "value": f"{PERSON} {MOBILE} {MAIL}", "value_type": "short_text"},
            ],
            "id": 8100000000 + number,
            "updated_at": "2026-09-30T03:12:00-04:00",
            "requisition_id": f"R{number}",
            "title": title(number, self.count),
            "company_name": "XPENG",
            "first_published": f"{day(number)}T09:30:00+08:00",
            "content": html.escape(content, quote=False),
            "departments": [{"id": 40, "name": "AI Platform", "child_ids": [], "parent_id": None}],
            "offices": [{"id": 50, "name": "APAC", "location": place(number), "child_ids": [], "parent_id": None}],
        }
