"""Workday: one site of one tenant."""

from typing import Any

from replicas.base import CONTACT_LINE, MAIL, MOBILE, PERSON, Replica
from replicas.careers import city, place, title
from replicas.site import Answer, Asked

_SITE = "/wday/cxs/nvidia/NVIDIAExternalCareerSite"


class WorkdayReplica(Replica):
    """`workday-nvidia`: a search of twenty rows a page at most, its total on the first page alone, one page a posting."""

    source = "workday-nvidia"
    size = 20

    def answer(self, asked: Asked) -> Answer | None:
        """The search, or one posting."""
        numbers = range(self.count + 4)
        if self.is_list(asked):
            wanted = asked.json
            if wanted["limit"] > 20:
                return asked.answer_json({"errorCode": "HTTP_400", "httpStatus": 400}, 400)
            rows = [self._row(number) for number in numbers if wanted["searchText"] in title(number, self.count)]
            shown = self.shown(rows)[wanted["offset"] : wanted["offset"] + wanted["limit"]]
            total = 0 if wanted["offset"] else self.total(rows)
            return asked.answer_json({"total": total, "jobPostings": shown, "facets": [], "userAuthenticated": False})
        number = next((number for number in numbers if asked.path == _SITE + _path(number)), None)
        return None if number is None else asked.answer_json(self._detail(number))

    def is_list(self, asked: Asked) -> bool:
        """The address of the search."""
        return (asked.method, asked.path) == ("POST", f"{_SITE}/jobs")

    def is_detail(self, asked: Asked) -> bool:
        """Below the site."""
        return asked.path.startswith(f"{_SITE}/job/")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {
            f"JR{1990000 + number}": {
                "title": title(number, self.count),
                "company": "NVIDIA",
                "description": f"What you'll be doing:\nTrain model {number}.\nWhat we need to see:\nCUDA",
                "city_text": f"{place(number)}/Hong Kong",
                "cities": [city(number), "香港"],
                "employment_text": "Full time",
                "employment_type": "full_time",
                "published_text": "Posted 30+ Days Ago",
                "published_on": None,
                "url": f"https://nvidia.wd5.myworkdayjobs.com/NVIDIAExternalCareerSite{_path(number)}",
                "salary_text": None,
            }
            for number in range(self.count)
        }

    def changed(self) -> list[Answer]:
        """A total without rows, and rows of another form."""
        return [Answer('{"total": 31, "jobPostings": []}'), Answer('{"total": 1, "jobPostings": [{"title": "x"}]}')]

    def closed(self) -> list[Answer]:
        """Gone, no longer public, no longer posted."""
        return [
            Answer(status=404),
            Answer('{"errorCode": "S22", "httpStatus": 403, "message": "permission denied"}', 403),
            Answer('{"jobPostingInfo": {"title": "x", "posted": false}}'),
        ]

    def _row(self, number: int) -> dict[str, Any]:
        return {
            "title": title(number, self.count),
            "externalPath": _path(number),
            "locationsText": "2 Locations",
            "postedOn": "Posted 30+ Days Ago",
            "bulletFields": [f"JR{1990000 + number}"],
        }

    def _detail(self, number: int) -> dict[str, Any]:
        description = (
            f"<p><b>What you&#39;ll be doing:</b></p><ul><li>Train model {number}.</li></ul>"
            f"<p>What we need to see:</p><ul><li>CUDA</li></ul><p>{CONTACT_LINE}</p>"
        )
        return {
            "jobPostingInfo": {
                "id": f"{number:032x}",
                "title": title(number, self.count),
                "jobDescription": description,
                "location": place(number),
                "additionalLocations": ["Hong Kong"],
                "postedOn": "Posted 30+ Days Ago",
                "startDate": "2026-05-06",
                "timeType": "Full time",
                "jobReqId": f"JR{1990000 + number}",
                "jobPostingId": _path(number).rsplit("/", 1)[1],
                "country": {"descriptor": "China", "id": "-"},
                "canApply": True,
                "posted": True,
                "includeResumeParsing": True,
                "externalUrl": f"https://nvidia.wd5.myworkdayjobs.com/NVIDIAExternalCareerSite{_path(number)}",
            },
            "hiringOrganization": {"name": "NVIDIA Semiconductor Technology (Shanghai)", "url": ""},
            "recruiter": {"name": PERSON, "phone": MOBILE, "email": MAIL},
            "userAuthenticated": False,
        }


def _path(number: int) -> str:
    return f"/job/China-{city(number).encode().hex()}/Engineer_JR{1990000 + number}"
