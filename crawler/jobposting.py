"""schema.org JobPosting as sites really write it.

Found in all `application/ld+json` scripts, in lists and `@graph`; with CDATA guards, HTML entities, raw control
characters and keys in PascalCase. Where a page has none, `meta[name^="job-"]` stands in.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from parsel import Selector

from crawler.contract import Posting
from crawler.markup import html_to_text
from crawler.pay import PERIODS, amount_text, pay_text
from crawler.problems import FormatChanged, NotAPosting

Node = Mapping[str, Any]

# <![CDATA[, <!-- and the comment signs that hide them from scripts, at both ends.
_OPENING = re.compile(r"^(?:\s|//|/\*|\*/|<!--|<!\[CDATA\[)+")
_CLOSING = re.compile(r"(?:\s|//|/\*|\*/|-->|\]\]>|;)+$")
_IS_JOB_POSTING = re.compile(r"JobPosting\b")
_MOST_DEPTH = 12
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def find_job_postings(page: Selector) -> list[Node]:
    """The JobPosting objects of a page, with keys that begin in lower case.

    Raises:
        NotAPosting: the page has none.
        FormatChanged: the page has some, and none can be read.
    """
    found: list[Node] = []
    broken = ""
    for script in page.css('script[type^="application/ld+json" i]::text').getall():
        try:
            found.extend(_job_postings(_parse(script), 0))
        except ValueError as error:
            if _IS_JOB_POSTING.search(script):
                broken = str(error)
    if not found and (stand_in := _from_meta(page)):
        found.append(stand_in)
    if found:
        return found
    if broken:
        raise FormatChanged(f"JSON-LD that cannot be read: {broken}")
    raise NotAPosting("no JobPosting")


def to_posting(node: Node, source_id: str, url: str, company: str = "") -> Posting:
    """A JobPosting object as a posting.

    Args:
        node: One of `find_job_postings`.
        source_id: Its id.
        url: The page it stands on.
        company: The company, where the node does not name one.

    Raises:
        FormatChanged: it has no title.
    """
    title = _text(node.get("title")) or _text(node.get("name"))
    if not title:
        raise FormatChanged("a JobPosting without title")
    published = _text(node.get("datePosted"))
    day = _ISO_DAY.match(published or "")
    parts = (_text(node.get(name)) for name in ("description", "responsibilities", "qualifications"))
    return Posting(
        source_id=source_id,
        url=own if (own := _text(node.get("url")) or "").startswith(("http://", "https://")) else url,
        title=html_to_text(title),
        company=_text(node.get("hiringOrganization")) or company or None,
        description="\n\n".join(dict.fromkeys(filter(None, (html_to_text(part or "") for part in parts)))),
        city_text=_places(node),
        salary_text=_salary(node.get("baseSalary")),
        experience_text=_experience(node.get("experienceRequirements")),
        education_text=_requirement(node.get("educationRequirements"), "credentialCategory"),
        industry_text=_joined(node.get("industry")),
        employment_text=_joined(node.get("employmentType")),
        published_text=published,
        published_on=date.fromisoformat(day[0]) if day and _is_day(day[0]) else None,
        site_category=_joined(node.get("occupationalCategory")),
        site_tags=tuple(_list(node.get("skills"))),
        benefits=tuple(_list(node.get("jobBenefits"))),
    )


def _parse(script: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The JSON of a script, raw or with its HTML entities resolved.

    Raises:
        ValueError: it is no JSON either way.
    """
    text = _CLOSING.sub("", _OPENING.sub("", script))
    # strict=False takes raw control characters inside strings, which many sites leave there.
    for candidate in (text, html.unescape(text)):
        try:
            return json.loads(candidate, strict=False)
        except ValueError as error:
            problem = error
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
    raise problem


def _job_postings(node: Any, depth: int) -> Iterator[Node]:  # noqa: ANN401 - as above
    """The JobPosting objects in a JSON value: itself, in a list, a @graph, or the value of a key."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(node, list):
        for item in node:
            yield from _job_postings(item, depth + 1)
    elif isinstance(node, Mapping):
        types = node.get("@type") or node.get("@Type")
        if any(isinstance(type_, str) and _is_type(type_) for type_ in (types if isinstance(types, list) else [types])):
            yield _lowered(node, 0)
            return
        for value in node.values():
            if isinstance(value, list | Mapping):
                yield from _job_postings(value, depth + 1)


def _lowered(value: Any, depth: int) -> Any:  # noqa: ANN401 - as above
    """The value with all keys beginning in lower case, cut off where it is nested beyond reason."""
    if isinstance(value, list | Mapping) and depth > _MOST_DEPTH:
        return None
    if isinstance(value, list):
        return [_lowered(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {key[:1].lower() + key[1:]: _lowered(item, depth + 1) for key, item in value.items()}
    return value


def _is_type(type_: str) -> bool:
    return type_.rsplit("/", 1)[-1].rsplit(":", 1)[-1] == "JobPosting"


def _from_meta(page: Selector) -> Node | None:
    """What `meta[name^="job-"]` says, under the names of schema.org."""
    values = {
        meta.attrib["name"].lower().removeprefix("job-"): meta.attrib.get("content", "")
        for meta in page.css('meta[name^="job-" i]')
    }
    if not values.get("title"):
        return None
    return {
        "title": values["title"],
        "description": values.get("description", ""),
        "hiringOrganization": values.get("company", ""),
        "jobLocation": values.get("location", ""),
        "baseSalary": values.get("salary", ""),
        "employmentType": values.get("type", ""),
        "datePosted": values.get("date", ""),
    }


def _text(value: Any) -> str | None:  # noqa: ANN401 - as above
    """A value as text: itself, a number, the first of a list, the name of an object."""
    while isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("@value") or value.get("value")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return html.unescape(str(value)).strip() or None


def _list(value: Any) -> Sequence[str]:  # noqa: ANN401 - as above
    """A list of texts; a single text is split at the marks between its parts."""
    if isinstance(value, list):
        return [text for item in value if (text := _text(item))]
    text = html_to_text(_text(value) or "")
    return [part.strip() for part in re.split(r"[,，、;；|\n]", text) if part.strip()]


def _joined(value: Any) -> str | None:  # noqa: ANN401 - as above
    values = [text for item in value if (text := _text(item))] if isinstance(value, list) else [_text(value)]
    return "/".join(filter(None, values)) or None


def _places(node: Node) -> str | None:
    """The places, city first; one of several stands between slashes. A job without a place is where it says so."""
    locations = node.get("jobLocation")
    places = locations if isinstance(locations, list) else [locations]
    texts = [_place(item) for item in places]
    names = [_text(item.get("name")) for item in places if isinstance(item, Mapping)]
    if len(set(names)) > 1 and len(set(texts)) == 1:
        # Some sites repeat one address under all names.
        texts = names
    if not any(texts) and _text(node.get("jobLocationType")) == "TELECOMMUTE":
        texts = ["远程"]
    return "/".join(dict.fromkeys(filter(None, texts))) or None


def _place(place: Any) -> str | None:  # noqa: ANN401 - as above
    if not isinstance(place, Mapping):
        return _text(place)
    address = place.get("address")
    if not isinstance(address, Mapping):
        return _text(address) or _text(place.get("name"))
    parts = [_text(address.get(name)) for name in ("addressRegion", "addressLocality", "streetAddress")]
    return "·".join(dict.fromkeys(filter(None, parts))) or _text(place.get("name"))


def _salary(value: Any) -> str | None:  # noqa: ANN401 - as above
    """A salary as text: the site's own, or the amounts with their period; a page that names no currency means yuan."""
    if isinstance(value, list):
        return next(filter(None, map(_salary, value)), None)
    if not isinstance(value, Mapping):
        return _text(value)
    inner = value.get("value")
    amount: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {"value": inner}
    bounds = [amount_text(amount.get(name)) or amount_text(value.get(name)) for name in ("minValue", "maxValue")]
    amounts = bounds if any(bounds) else [amount.get("value")]
    unit = (_text(amount.get("unitText")) or _text(value.get("unitText")) or "").upper()
    currency = _text(value.get("currency")) or _text(amount.get("currency")) or "CNY"
    if found := pay_text(amounts, currency, PERIODS.get(unit, "")):
        return found
    words = _text(amount.get("value"))
    return words if words and not words.replace(".", "").isdecimal() else None


def _experience(value: Any) -> str | None:  # noqa: ANN401 - as above
    if isinstance(value, Mapping) and (months := amount_text(value.get("monthsOfExperience"))):
        return f"{float(months) / 12:g}年"
    return _requirement(value, "description")


def _requirement(value: Any, name: str) -> str | None:  # noqa: ANN401 - as above
    if isinstance(value, list):
        return "/".join(filter(None, (_requirement(item, name) for item in value))) or None
    text = _text(value.get(name)) if isinstance(value, Mapping) else None
    return text or _text(value)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
