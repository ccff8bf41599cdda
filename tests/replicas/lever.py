"""Lever: one site."""

from datetime import UTC, datetime
from typing import Any

from replicas.base import CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.careers import city, day, place, title
from replicas.site import Answer, Asked


class LeverReplica(Replica):
    """The site of `lever-binance`: a bare list, a hundred rows a page at most, no total."""

    source = "lever-binance"
    size = 100
    reports_total = False
    others = 5

    def answer(self, asked: Asked) -> Answer | None:
        """A page of the site: JSON only for those who ask for it."""
        if not self.is_list(asked):
            return None
        if asked.query.get("mode") != "json" and "json" not in asked.headers.get("accept", ""):
            return asked.answer("<html><body>Derby App</body></html>")
        rows = self.shown([self._row(number) for number in range(self.listed)])
        skip, limit = int(asked.query.get("skip", "0")), min(int(asked.query.get("limit", "100")), 100)
        return asked.answer_json(rows[skip : skip + limit])

    def is_list(self, asked: Asked) -> bool:
        """The one address of the site."""
        return (asked.method, asked.path) == ("GET", "/v0/postings/binance")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {
            f"{number:08x}-0000-4000-8000-000000000000": {
                "title": title(number, self.count),
                "company": "币安 Binance",
                "description": f"We build model {number}.\n\nResponsibilities\n\nTrain\nServe\n\nRemote is fine.",
                "city_text": place(number),
                "cities": [city(number)],
                "employment_text": "Full-time",
                "employment_type": "full_time",
                "site_category": "Engineering/Machine Learning",
                "salary_text": "30000-45000元/月",
                "salary_min": 30000,
                "salary_max": 45000,
                "published_on": day(number),
                "url": f"https://jobs.lever.co/binance/{number:08x}-0000-4000-8000-000000000000",
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """A list in an envelope, and rows of another form."""
        return [Answer('{"ok": true, "data": []}'), Answer('[{"title": "x"}]')]

    def _row(self, number: int) -> dict[str, Any]:
        created = datetime.combine(day(number), datetime.min.time(), UTC)
        key = f"{number:08x}-0000-4000-8000-000000000000"
        return {
            "id": key,
            "text": title(number, self.count),
            "hostedUrl": f"https://jobs.lever.co/binance/{key}",
            "applyUrl": f"https://jobs.lever.co/binance/{key}/apply",
            "categories": {
                "commitment": "Full-time",
                "location": place(number),
                "team": "Machine Learning",
                "department": "Engineering",
                "allLocations": [place(number)],
            },
            "country": "CN",
            "workplaceType": "hybrid",
            "createdAt": int(created.timestamp() * 1000),
            "description": f"<div>We build model {number}.</div>",
            "descriptionPlain": f"We build model {number}.",
            "lists": [{"text": "Responsibilities", "content": "<li>Train</li><li>Serve</li>"}],
            "additional": f"<div>Remote is fine.</div><div>{CONTACT_LINE}</div>",
            "additionalPlain": "Remote is fine.",
            "salaryRange": {"currency": "CNY", "interval": "per-month-salary", "min": 30000, "max": 45000},
            "owner": {"name": PERSON, "phone": MOBILE, "email": MAIL, "keyword": KEYWORD},
        }
