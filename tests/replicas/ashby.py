"""Ashby: one board."""

from typing import Any

from replicas.base import CONTACT_LINE, MAIL, MOBILE, PERSON, Replica
from replicas.careers import city, day, place, title
from replicas.site import Answer, Asked


class AshbyReplica(Replica):
    """The board of `ashby-cohere`: all postings at once, one that is not listed among them."""

    source = "ashby-cohere"
    size = 30
    pages = False
    reports_total = False
    others = 3

    def answer(self, asked: Asked) -> Answer | None:
        """The board; without includeCompensation=true it has no pay."""
        if not self.is_list(asked):
            return None
        rows = [self._row(number) for number in range(self.listed)]
        rows.append({**self._row(0), "id": "not-listed", "isListed": False})
        if asked.query.get("includeCompensation") != "true":
            rows = [{name: value for name, value in row.items() if name != "compensation"} for row in rows]
        return asked.answer_json({"jobs": rows, "apiVersion": "1"})

    def is_list(self, asked: Asked) -> bool:
        """The one address of the board."""
        return (asked.method, asked.path) == ("GET", "/posting-api/job-board/cohere")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {
            f"{number:08x}-1111-4111-8111-111111111111": {
                "title": title(number, self.count),
                "company": "Cohere",
                "description": f"About the role\nTrain model {number}.\n\nPyTorch",
                "city_text": f"{place(number)}/IFC Office, Hong Kong",
                "cities": [city(number), "香港"],
                "employment_text": "FullTime",
                "employment_type": "full_time",
                "site_category": "Research/Modeling",
                "salary_text": "360000-480000元/年",
                "salary_min": 30000,
                "salary_max": 40000,
                "published_on": day(number),
                "url": f"https://jobs.ashbyhq.com/cohere/{number:08x}-1111-4111-8111-111111111111",
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """Rows of another form, and no list."""
        return [Answer('{"jobs": [{"name": "x"}], "apiVersion": "1"}'), Answer('{"jobs": null, "apiVersion": "1"}')]

    def _row(self, number: int) -> dict[str, Any]:
        key = f"{number:08x}-1111-4111-8111-111111111111"
        pay = {"interval": "1 YEAR", "currencyCode": "CNY", "minValue": 360000, "maxValue": 480000}
        equity = {"compensationType": "EquityPercentage", "interval": "NONE", "currencyCode": None, "minValue": None}
        return {
            "id": key,
            "title": title(number, self.count),
            "department": "Research",
            "team": "Modeling",
            "employmentType": "FullTime",
            "location": place(number),
            "shouldDisplayCompensationOnJobPostings": True,
            "secondaryLocations": [
                {
                    "location": "IFC Office",
                    "address": {"postalAddress": {"addressLocality": "Hong Kong", "addressCountry": "Hong Kong"}},
                }
            ],
            "publishedAt": f"{day(number)}T16:27:43.679+08:00",
            "isListed": True,
            "isRemote": None,
            "workplaceType": "Hybrid",
            "address": {"postalAddress": {"addressCountry": "China"}},
            "jobUrl": f"https://jobs.ashbyhq.com/cohere/{key}",
            "applyUrl": f"https://jobs.ashbyhq.com/cohere/{key}/application",
            "descriptionHtml": (
                f'<p style="min-height:1.5em"><strong>About the role</strong></p><p>Train model {number}.</p>'
                f"<p><br /></p><p>PyTorch</p><p>{CONTACT_LINE}</p>"
            ),
            "descriptionPlain": f"About the role\n\nTrain model {number}.\n\nPyTorch",
            "compensation": {
                "compensationTierSummary": "CN¥360K – CN¥480K • Offers Equity",
                "scrapeableCompensationSalarySummary": "CN¥360K - CN¥480K",
                "compensationTiers": [],
                "summaryComponents": [equity, {"compensationType": "Salary", **pay}],
            },
            "hiringTeam": [{"name": PERSON, "phone": MOBILE, "email": MAIL}],
        }
