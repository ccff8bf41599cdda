"""智联招聘: list pages (state, cards of two designs), detail pages, and the JSON of its own front end.

A list shows the salary; a detail page masks it (**-**元) for visitors without an account. What is masked is kept as
found where nothing better is known; it is no salary, and reads as none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from parsel import Selector

from crawler.codes import load_codes
from crawler.contract import Posting, row_version
from crawler.fields import text_of
from crawler.markup import html_to_text
from crawler.problems import Blocked, FormatChanged, LoginRequired
from crawler.readers.page import (
    block_at,
    company_facts,
    completed,
    job_facts,
    line_at,
    lines_at,
    mapping_of,
    named,
    path_of_link,
    script_object,
    strings_at,
)
from crawler.readers.saved_shapes import Shape, is_markup, read_as, unreadable_rows, with_search
from crawler.reply import Reply

SITE = "https://www.zhaopin.com"
MOST_ANONYMOUS_PAGES = 5
"""Pages that a visitor without an account is shown; `pages` then says 5 of any longer list."""

NOTHING_FOUND = "您搜索的职位找不到"
ONLY_FOR_ACCOUNTS = "登录之后再搜索"
"""What an anonymous visitor is told who filters a list; it is not that there are no postings."""

_STATE = "__INITIAL_STATE__"
_CARDS = ".joblist-box__item"
_CARDS_B = ".job-card"
_TEXT = ".describtion-card__detail-content"  # the site's own spelling
_NUMBER = re.compile(r"(?:/jobdetail/|^/)([A-Za-z0-9]+)\.html?$")
_COMPANY_NUMBER = re.compile(r"/companydetail/(\w+)\.htm")
_MASKED = re.compile(r"\*")
_OK = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """One list page.

    Attributes:
        postings: Its rows; those without an address have no page of their own.
        unreadable: Rows that could not be read.
        count: How many rows the site says the list has; None where it does not say.
        pages: How many pages it says the list has; None where it does not say.
        anonymous: Whether it was made for a visitor without an account.
    """

    postings: Sequence[Posting]
    unreadable: int = 0
    count: int | None = None
    pages: int | None = None
    anonymous: bool = True


def read_list_page(reply: Reply, site: str = SITE) -> Listing:
    """Read a list page, from the state in its script where it has one, else from its cards.

    Args:
        reply: The page.
        site: The server on which postings have their pages.

    Raises:
        LoginRequired: the list is filtered, which is for accounts.
        Blocked: it counts rows and shows none, the site's soft refusal.
        FormatChanged: neither rows nor the words for none.
    """
    state = script_object(reply, _STATE) or {}
    if isinstance(rows := state.get("positionList"), list) and rows:
        postings = [posting for row in rows if (posting := _row(mapping_of(row), site)) is not None]
    else:
        rows = reply.html.css(_CARDS) or reply.html.css(_CARDS_B)
        postings = [posting for card in rows if (posting := _card(card, site)) is not None]
    count, pages = _number(state.get("positionCount")), _number(state.get("pages")) or _last_page(reply)
    if not rows:
        said = html_to_text(reply.text)
        if ONLY_FOR_ACCOUNTS in said:
            raise LoginRequired(f"filters are for accounts ({ONLY_FOR_ACCOUNTS})")
        if count and (_number(state.get("pageIndex")) or 1) <= (pages or 1):
            raise Blocked(f"counts {count} rows and shows none, the site's soft refusal")
        if count is None and NOTHING_FOUND not in said:
            raise FormatChanged("neither rows nor the words for none")
    elif not postings:
        raise FormatChanged("no row has a title")
    return Listing(postings, len(rows) - len(postings), count, pages, state.get("isLogged") is not True)


def read_positions(reply: Reply) -> Listing:
    """Read an answer of `/c/i/search/positions`, or of its predecessor `/c/i/sou`.

    Raises:
        Blocked: it counts rows and shows none.
        FormatChanged: it is no list.
    """
    data = _data(reply)
    rows = data["list"] if "list" in data else data["results"]
    count = int(data["count"] if "count" in data else data["numFound"])
    if not isinstance(rows, list):
        raise FormatChanged("the list is none")
    if count and not rows and not data.get("isEndPage"):
        raise Blocked(f"counts {count} rows and shows none, the site's soft refusal")
    postings = [posting for row in rows if (posting := _row(mapping_of(row), SITE)) is not None]
    if rows and not postings:
        raise FormatChanged("no row has a number and a title")
    return Listing(postings, len(rows) - len(postings), count)


def read_detail_page(reply: Reply, source_id: str = "") -> Posting:
    """Read the page of a posting, from the state in its script where it has one, else from its elements.

    Args:
        reply: The page.
        source_id: The posting's number, where it is known; else the address or the page has to say it.

    Raises:
        FormatChanged: it has no text or no number.
    """
    shown = _shown(reply)
    state = mapping_of((script_object(reply, _STATE) or {}).get("jobDetail"))
    if state.get("detailedPosition"):
        shown = completed(_detail(state), shown)
    source_id = source_id or shown.source_id or number_of(reply.url)
    if not shown.description:
        raise FormatChanged("no text of the posting")
    if not source_id:
        raise FormatChanged("the page does not say its number: save it together with its address")
    return replace(shown, source_id=source_id, url=detail_address(source_id))


def read_position(reply: Reply) -> Posting:
    """Read an answer of `/c/i/jobs/position-detail-new`.

    Raises:
        FormatChanged: it holds no posting.
    """
    posting = _detail(_data(reply))
    if not posting.source_id or not posting.title:
        raise FormatChanged("no number or no title")
    return replace(posting, url=detail_address(posting.source_id))


def read_saved(reply: Reply) -> Sequence[Posting] | None:
    """Read a page or answer that an operator saved.

    Returns:
        Its postings, with the search's keyword where the page's request tells it; one without title is a row that
        could not be read. None when it is none of this site's pages.

    Raises:
        PageProblem: it cannot be read, or says that the site refused it.
    """
    postings = read_as(_SHAPES, "zhaopin.com", reply)
    return with_search(with_search(postings, reply, "kw"), reply, "S_SOU_FULL_INDEX")


def with_row(detail: Posting, row: Posting) -> Posting:
    """What the list and the page of a posting state together: a masked salary gives way to one that is not."""
    salaries = [text for text in (row.salary_text, detail.salary_text) if text]
    clear = [text for text in salaries if not _MASKED.search(text)]
    # A list row's text is a summary.
    both = completed(replace(row, description=detail.description), detail)
    return replace(both, salary_text=next(iter(clear or salaries), None))


def detail_address(source_id: str, site: str = SITE) -> str:
    """The page of a posting."""
    return f"{site}/jobdetail/{source_id}.htm"


def number_of(url: str) -> str:
    """The number of a posting in its address, or an empty string."""
    found = _NUMBER.search(path_of_link(url))
    return found[1] if found else ""


def _data(reply: Reply) -> Mapping[str, Any]:
    """What an answer of the front end's server holds.

    Raises:
        FormatChanged: it reports an error.
    """
    answer = reply.json()
    if answer["code"] != _OK:
        raise FormatChanged(f"code {answer['code']}: {answer.get('message') or answer.get('taskId')}")
    data: Mapping[str, Any] = answer["data"]
    return data


def _row(row: Mapping[str, Any], site: str) -> Posting | None:
    """A row of the API or of a page's state; None when it has no number or title."""
    parts = mapping_of(mapping_of(row.get("jobDetailData")).get("position"))
    base, place = mapping_of(parts.get("base")), mapping_of(parts.get("workLocation"))
    source_id = text_of(row, "number") or text_of(base, "positionNumber")
    title = text_of(row, "name", "jobName") or text_of(base, "positionName")
    if not source_id or not title:
        return None
    city = text_of(row, "workCity") or _city(row.get("cityId") or place.get("positionCityId"))
    text = text_of(mapping_of(parts.get("desc")), "description") or text_of(row, "jobSummary")
    return Posting(
        source_id=source_id,
        url=detail_address(source_id, site),
        title=title,
        company=text_of(row, "companyName"),
        description=html_to_text(text or ""),
        city_text="·".join(filter(None, (city, text_of(row, "cityDistrict"), text_of(row, "streetName")))),
        salary_text=_salary(text_of(row, "salary60") or text_of(base, "salary"), text_of(row, "salaryCount")),
        experience_text=text_of(row, "workingExp") or text_of(base, "positionWorkingExp"),
        education_text=text_of(row, "education"),
        employment_text=text_of(row, "workType", "emplType") or text_of(base, "workType"),
        industry_text=text_of(row, "industryName"),
        company_size_text=text_of(row, "companySize"),
        published_text=text_of(row, "publishTime") or (str(_number(row.get("jobPostingTime")) or "") or None),
        site_category=text_of(row, "subJobTypeLevelName"),
        site_tags=_tags(row),
        benefits=_benefits(row),
    )


def _detail(data: Mapping[str, Any]) -> Posting:
    """The position and company of a detail answer or of the state of a detail page."""
    job, company = mapping_of(data.get("detailedPosition")), mapping_of(data.get("detailedCompany"))
    return Posting(
        source_id=text_of(job, "number", "positionNumber") or "",
        title=text_of(job, "name", "positionName") or "",
        company=text_of(company, "companyName") or text_of(job, "companyName"),
        description=html_to_text(text_of(job, "jobDesc", "jobDescPC", "description") or ""),
        city_text="·".join(filter(None, (text_of(job, "workCity"), text_of(job, "cityDistrict")))),
        salary_text=_salary(text_of(job, "salary60", "salary"), text_of(job, "salaryCount")),
        experience_text=text_of(job, "workingExp", "positionWorkingExp"),
        education_text=text_of(job, "education"),
        employment_text=text_of(job, "emplType", "workType"),
        industry_text=text_of(company, "industryNameLevel", "industryName"),
        company_size_text=text_of(company, "companySize"),
        company_stage_text=text_of(company, "financingStageName"),
        published_text=text_of(job, "positionPublishTime", "publishTime"),
        site_category=text_of(job, "jobTypeLevelName", "subJobTypeLevelName"),
        site_tags=_tags(job),
        benefits=_benefits(job),
    )


def _shown(reply: Reply) -> Posting:
    """What the elements of a detail page show."""
    facts, places = job_facts(lines_at(reply.html, ".summary-plane__info li"))
    return Posting(
        source_id="",
        title=line_at(reply.html, ".summary-plane__title") or "",
        company=line_at(reply.html, 'a[href*="/companydetail/"]'),
        description=block_at(reply.html, _TEXT),
        city_text=next(iter(places), None),
        salary_text=line_at(reply.html, ".summary-plane__salary"),
        **facts,
        **company_facts(lines_at(reply.html, ".company-summary__list > li")),
    )


def _card(card: Selector, site: str) -> Posting | None:
    """A card of a list page, in either design; None when it has no title.

    The second design names neither the posting's number nor its page: what it shows stands in for the number.
    """
    posting = _card_a(card) if card.css(".jobinfo__name") else _card_b(card)
    if not posting.title:
        return None
    if posting.source_id:
        return replace(posting, url=detail_address(posting.source_id, site))
    company = next(iter(card.css("a::attr(href)").re(_COMPANY_NUMBER)), None) or posting.company
    return replace(posting, source_id=f"card-{row_version(company, posting.title, posting.city_text)}")


def _card_a(card: Selector) -> Posting:
    facts, places = job_facts(lines_at(card, ".jobinfo__other-info-item"))
    return Posting(
        source_id=number_of(card.css("a.jobinfo__name::attr(href), .jobinfo__name a::attr(href)").get("")),
        title=line_at(card, ".jobinfo__name") or "",
        company=line_at(card, ".companyinfo__name"),
        city_text=next(iter(places), None),
        salary_text=line_at(card, ".jobinfo__salary"),
        site_tags=tuple(strings_at(card, ".jobinfo__tag")),
        **facts,
        **company_facts(strings_at(card, ".companyinfo__tag")),
    )


def _card_b(card: Selector) -> Posting:
    facts, tags = job_facts(lines_at(card, ".job-card__skill-tag"))
    return Posting(
        source_id="",
        title=card.css(".job-card__title-main .vue-clamp__text::attr(aria-label), .vue-clamp__text::attr(aria-label)")
        .get("")
        .strip(),
        company=line_at(card, ".job-card__company-name"),
        city_text=card.css(".job-card__location span::attr(title)").get(),
        salary_text=line_at(card, ".job-card__salary"),
        site_tags=tuple(tags),
        **facts,
    )


def _last_page(reply: Reply) -> int | None:
    """The highest number in the pager of a list page; None where it has none."""
    return max((int(text) for text in lines_at(reply.html, ".soupager__index") if text.isdecimal()), default=None)


def _salary(text: str | None, months: str | None) -> str | None:
    """The pay with the months that are paid, which the site states apart: 1.1-1.5万·13薪."""
    return f"{text}·{months}" if text and months and months not in text else text


def _tags(row: Mapping[str, Any]) -> tuple[str, ...]:
    lists = ("jobSkillTags", "name"), ("skillLabel", "value"), ("showSkillTags", "tag")
    return tuple(dict.fromkeys(tag for name, key in lists for tag in named(row.get(name), key)))


def _benefits(row: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("welfareLabel", "welfareTagList")
    return tuple(dict.fromkeys(text for name in names for text in named(row.get(name), "value", "name")))


def _city(code: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """The city of a code."""
    return next((city for city, known in load_codes("zhaopin_cities").items() if known == str(code)), None)


def _number(value: Any) -> int | None:  # noqa: ANN401 - as above
    """A whole number, also where it is written as text; None where it is none."""
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None


def _saved(listing: Listing) -> list[Posting]:
    return [*listing.postings, *unreadable_rows(listing.unreadable)]


def _has_rows(reply: Reply) -> bool:
    return "positionList" in (script_object(reply, _STATE) or {}) or bool(
        reply.html.css(f"{_CARDS} .jobinfo__name, {_CARDS_B} .job-card__salary")
    )


def _json_of(reply: Reply) -> Mapping[str, Any]:
    """The data of an answer; empty for a web page."""
    return {} if is_markup(reply) else mapping_of(mapping_of(reply.json()).get("data"))


def _is_row(row: Any) -> bool:  # noqa: ANN401 - as above
    return {"number", "companyName", "workingExp"} <= mapping_of(row).keys()


_SHAPES = (
    Shape(
        re.compile(r"[^/]+/c/i/(?:search/positions|sou)$"),
        lambda reply: _is_row(next(iter(_json_of(reply).get("list") or ()), None)),
        lambda reply: _saved(read_positions(reply)),
    ),
    Shape(
        re.compile(r"[^/]+/c/i/jobs/position-detail"),
        lambda reply: "detailedPosition" in _json_of(reply),
        lambda reply: [read_position(reply)],
        detail=True,
    ),
    Shape(
        re.compile(r"(?:www|m)\.zhaopin\.com/jobdetail/|jobs\.zhaopin\.com/\w+\.htm"),
        lambda reply: is_markup(reply) and bool(reply.html.css(_TEXT)),
        lambda reply: [read_detail_page(reply)],
        detail=True,
    ),
    Shape(
        re.compile(r"www\.zhaopin\.com/(?:sou|jobs)\b"),
        lambda reply: is_markup(reply) and _has_rows(reply),
        lambda reply: _saved(read_list_page(reply)),
    ),
)
