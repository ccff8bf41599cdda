"""SmartRecruiters: one company."""

from typing import Any

from replicas.base import CONTACT_LINE, MAIL, MOBILE, PERSON, Replica
from replicas.careers import PLACES, city, day, title
from replicas.site import Answer, Asked

_LIST = "/v1/companies/BoschGroup/postings"


class SmartRecruitersReplica(Replica):
    """`smartrecruiters-boschgroup`: a search with a total, a hundred rows a page at most, and one page a posting."""

    source = "smartrecruiters-boschgroup"
    size = 100

    @classmethod
    def usual_count(cls) -> int:
        """One full page and a bit; each posting is a page of its own."""
        return cls.size + 3

    def answer(self, asked: Asked) -> Answer | None:
        """The search, or one posting."""
        numbers = range(self.count + 6)
        if self.is_list(asked):
            wanted = asked.query
            rows = [self._row(number) for number in numbers if wanted.get("q", "") in title(number, self.count)]
            rows = [row for row in rows if wanted.get("country", "cn") == row["location"]["country"]]
            limit, offset = min(int(wanted.get("limit", "10")), 100), int(wanted.get("offset", "0"))
            content = self.shown(rows)[offset : offset + limit]
            envelope = {"offset": offset, "limit": limit, "totalFound": self.total(rows), "content": content}
            return asked.answer_json(envelope)
        row = next((self._row(number) for number in numbers if asked.path == f"{_LIST}/{_key(number)}"), None)
        return asked.answer_json(self._detail(row)) if row else None

    def is_list(self, asked: Asked) -> bool:
        """The address of the search."""
        return (asked.method, asked.path) == ("GET", _LIST)

    def is_detail(self, asked: Asked) -> bool:
        """Below it."""
        return asked.path.startswith(f"{_LIST}/")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {
            _key(number): {
                "title": title(number, self.count),
                "company": "Bosch 博世",
                "description": (
                    f"Train model {_key(number)}.\nServe it.\n\nBachelor and above\n\nShuttle bus\n\n"
                    "Company Description\nWe make things."
                ),
                "city_text": PLACES[number % 3][0],
                "cities": [city(number)],
                "employment_text": "Full-time",
                "employment_type": "full_time",
                "experience_text": "Mid-Senior Level",
                "industry_text": "Automotive",
                "site_category": "AI Center/Engineering",
                "published_on": day(number),
                "url": f"https://jobs.smartrecruiters.com/BoschGroup/{_key(number)}-engineer",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """A total without rows, and rows of another form."""
        return [
            Answer('{"offset": 0, "limit": 100, "totalFound": 31, "content": []}'),
            Answer('{"offset": 0, "limit": 100, "totalFound": 1, "content": [{"title": "x"}]}'),
        ]

    def closed(self) -> list[Answer]:
        """Gone, or no longer active."""
        return [Answer(status=404), Answer('{"id": "1", "name": "x", "active": false}')]

    def _row(self, number: int) -> dict[str, Any]:
        location = PLACES[number % 3][0]
        return {
            "id": _key(number),
            "name": title(number, self.count),
            "uuid": f"{number:08x}-2222-4222-8222-222222222222",
            "refNumber": f"REF{number}V",
            "company": {"identifier": "BoschGroup", "name": "Bosch Group"},
            "releasedDate": f"{day(number)}T02:11:33.000Z",
            "location": {
                "city": location.split(",")[0],
                "region": "SH",
                "country": "cn",
                "remote": False,
                "fullLocation": location,
            },
            "industry": {"id": "automotive", "label": "Automotive"},
            "department": {"id": "7", "label": "AI Center"},
            "function": {"id": "engineering", "label": "Engineering"},
            "typeOfEmployment": {"id": "permanent", "label": "Full-time"},
            "experienceLevel": {"id": "mid_senior_level", "label": "Mid-Senior Level"},
            "ref": f"https://api.smartrecruiters.com{_LIST}/{_key(number)}",
            "creator": {"name": PERSON},
            "language": {"code": "en", "label": "English"},
        }

    def _detail(self, row: dict[str, Any]) -> dict[str, Any]:
        key = row["id"]
        return {
            **row,
            "active": True,
            "visibility": "PUBLIC",
            "postingUrl": f"https://jobs.smartrecruiters.com/BoschGroup/{key}-engineer",
            "applyUrl": f"https://jobs.smartrecruiters.com/BoschGroup/{key}-engineer?oga=true",
            "creator": {"name": PERSON, "phone": MOBILE, "email": MAIL},
            "jobAd": {
                "sections": {
                    "companyDescription": {"title": "Company Description", "text": "<p>We make things.</p>"},
                    "jobDescription": {
                        "title": "Job Description",
                        "text": f"<ul><li>Train model {key}.</li><li>Serve it.</li></ul>",
                    },
                    "qualifications": {"title": "Qualifications", "text": "<p>Bachelor and above</p>"},
                    "additionalInformation": {
                        "title": "Additional Information",
                        "text": f"<p>Shuttle bus</p><p>{CONTACT_LINE}</p>",
                    },
                }
            },
        }


def _key(number: int) -> str:
    return str(744000090000000 + number)
