"""拉勾: answers of its search as they were until 2021, its old list page, and the pages of postings.

Since 2026 the search answers in cipher. That is told as a refusal and never decoded.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parsel import Selector

from crawler.contract import Posting
from crawler.fields import text_of
from crawler.problems import Blocked, FormatChanged
from crawler.readers.page import (
    block_at,
    company_facts,
    job_facts,
    line_at,
    lines_at,
    mapping_of,
    named,
    path_of_link,
    strings_at,
)
from crawler.readers.saved_shapes import Shape, is_markup, read_as, unreadable_rows, with_search
from crawler.reply import Reply
from taxonomy.employment import read_employment_type
from taxonomy.places import read_cities
from taxonomy.salary import read_salary

SITE = "https://www.lagou.com"
TOO_FREQUENT = 2402

_CARD = ".con_list_item[data-positionid]"
_SLIDER = b"CF_APP_WAF"
_PATH = re.compile(r"/jobs/(\d+)\.html$")
_CIPHER = re.compile(r"[A-Za-z0-9+/=\s.]+")
_SEPARATORS = re.compile(r"[，,、；;]+")
_HEADING = re.compile(r"^(?:职位诱惑|职位描述)\s*[:：]?\s*")
_MONTHS = range(13, 37)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the search.

    Attributes:
        rows: Its rows as they came; `read_row` reads them.
        total: How many rows the search has.
        show_id: What the next page wants to know of this one.
    """

    rows: Sequence[Any]
    total: int
    show_id: str


def read_answer(reply: Reply) -> Answer:
    """Read an answer of `positionAjax.json`.

    Raises:
        Blocked: it is in cipher, asks to come back later, or is the slider.
        FormatChanged: it is no list.
    """
    _refuse_slider(reply)
    answer = reply.json()
    if isinstance(cipher := answer.get("data"), str) and _CIPHER.fullmatch(cipher) and "content" not in answer:
        raise Blocked("the search answers in cipher, which is not decoded: save pages of postings instead")
    if answer.get("state") == TOO_FREQUENT:
        raise Blocked(f"state {TOO_FREQUENT}: {answer.get('msg')}")
    if answer.get("success") is not True:
        raise FormatChanged(f"state {answer.get('state')}, code {answer.get('code')}: {answer.get('msg')}")
    result = answer["content"]["positionResult"]
    rows = result["result"]
    if not isinstance(rows, list):
        raise FormatChanged("the list is none")
    return Answer(rows, int(result["totalCount"]), text_of(answer["content"], "showId") or "")


def read_row(row: Mapping[str, Any]) -> Posting | None:
    """A row of the search; None when it has no id or title."""
    source_id, title = str(row.get("positionId") or ""), text_of(row, "positionName")
    if not source_id or not title:
        return None
    months = str(row.get("salaryMonth") or "")
    salary = text_of(row, "salary")
    zones = "·".join(named(row.get("businessZones")))
    tags = [tag for name in ("skillLables", "positionLables", "industryLables") for tag in named(row.get(name))]
    gains = _SEPARATORS.split(text_of(row, "positionAdvantage") or "")
    return Posting(
        source_id=source_id,
        url=f"{SITE}{path_of(source_id)}",
        title=title,
        company=text_of(row, "companyFullName", "companyShortName"),
        city_text="·".join(filter(None, (text_of(row, "city"), text_of(row, "district"), zones))),
        salary_text=f"{salary}·{months}薪" if salary and months.isdecimal() and int(months) in _MONTHS else salary,
        experience_text=text_of(row, "workYear"),
        education_text=text_of(row, "education"),
        employment_text=text_of(row, "jobNature"),
        industry_text=text_of(row, "industryField"),
        company_size_text=text_of(row, "companySize"),
        company_stage_text=text_of(row, "financeStage"),
        published_text=text_of(row, "createTime", "formatCreateTime"),
        site_category="/".join(filter(None, (text_of(row, name) for name in ("firstType", "secondType", "thirdType")))),
        site_tags=tuple(dict.fromkeys(tags)),
        benefits=tuple(dict.fromkeys([*named(row.get("companyLabelList")), *map(str.strip, gains)])),
    )


def read_cards(reply: Reply) -> list[Posting]:
    """Read the cards of the old list page.

    Raises:
        Blocked: it is the slider.
        FormatChanged: it has no card, as the list of today has none whose parts are named.
    """
    _refuse_slider(reply)
    cards = reply.html.css(_CARD)
    postings = [posting for card in cards if (posting := _card(card)) is not None]
    if not postings:
        raise FormatChanged("no card with an id and a title: of today's lists, save the pages of the postings")
    return [*postings, *unreadable_rows(len(cards) - len(postings))]


def read_detail(reply: Reply, source_id: str = "") -> Posting:
    """Read the page of a posting.

    Args:
        reply: The page.
        source_id: The posting's id, where it is known; else the page's address has to say it.

    Raises:
        Blocked: it is the slider.
        FormatChanged: it has no text or no id.
    """
    _refuse_slider(reply)
    text = block_at(reply.html, ".job-detail") or block_at(reply.html, "dd.job_bt") or ""
    text = _HEADING.sub("", text).strip()
    if not text:
        raise FormatChanged("no text of the posting")
    found = _PATH.search(path_of_link(reply.url))
    source_id = source_id or (found[1] if found else "")
    if not source_id:
        raise FormatChanged("the page does not say its id: save it together with its address")
    said = line_at(reply.html, "dd.job_request h3, dd.job_request p, dd.job_request") or ""
    facts, rest = job_facts(part.strip() for part in said.split("/") if part.strip())
    company = strings_at(reply.html, ".job_company")
    about = company_facts(company[1:])
    about["industry_text"] = line_at(reply.html, ".job_company .c_feature_name")
    gains = _SEPARATORS.split(_HEADING.sub("", line_at(reply.html, ".job-advantage") or ""))
    return Posting(
        source_id=source_id,
        url=f"{SITE}{path_of(source_id)}",
        title=line_at(reply.html, ".name h1, .position-head-wrap-name, .job-name .name") or "",
        company=next(iter(company), None),
        description=text,
        city_text=next((part for part in rest if read_cities(part)), None),
        salary_text=next((part for part in rest if read_salary(part)), None) or line_at(reply.html, ".salary"),
        employment_text=next((part for part in rest if read_employment_type(part)), None),
        benefits=tuple(filter(None, map(str.strip, gains))),
        **facts,
        **about,
    )


def read_saved(reply: Reply) -> Sequence[Posting] | None:
    """Read a page or answer that an operator saved.

    Returns:
        Its postings, with the search's keyword where the page's request tells it; one without title is a row that
        could not be read. None when it is none of this site's pages.

    Raises:
        PageProblem: it cannot be read, or says that the site refused it.
    """
    return with_search(read_as(_SHAPES, "lagou.com", reply), reply, "kd")


def path_of(source_id: str) -> str:
    """The path of the page of a posting."""
    return f"/wn/jobs/{source_id}.html"


def _card(card: Selector) -> Posting | None:
    """A card of the old list page; None when it has no id or title."""
    source_id, title = card.attrib["data-positionid"], line_at(card, ".position_link h3")
    if not source_id or not title:
        return None
    salary = line_at(card, ".money")
    # The first of these lines says what is wanted, the others are tags.
    lines = card.css(".li_b_l")
    said = " ".join(strings_at(lines[:1], "*")).removeprefix(salary or "")
    facts, _ = job_facts(part.strip() for part in said.split("/") if part.strip())
    facts["published_text"] = line_at(card, ".format-time")
    about = lines_at(card, ".industry")
    gains = (line_at(card, ".li_b_r") or "").strip("“”\"' ")
    return Posting(
        source_id=source_id,
        url=f"{SITE}{path_of(source_id)}",
        title=title,
        company=line_at(card, ".company_name a, .company_name"),
        city_text=line_at(card, ".position_link .add em, .position_link em"),
        salary_text=salary,
        site_tags=tuple(strings_at(lines[1:], "*")),
        benefits=tuple(filter(None, map(str.strip, _SEPARATORS.split(gains)))),
        **facts,
        **company_facts(part.strip() for line in about for part in line.split("/")),
    )


def _refuse_slider(reply: Reply) -> None:
    """Raise Blocked where the page is the slider of the site's firewall."""
    if _SLIDER in reply.body and is_markup(reply):
        raise Blocked("a slider stands before the site")


def _saved_answer(reply: Reply) -> list[Posting]:
    answer = read_answer(reply)
    postings = [posting for row in answer.rows if (posting := read_row(mapping_of(row))) is not None]
    if answer.rows and not postings:
        raise FormatChanged("no row has an id and a title")
    return [*postings, *unreadable_rows(len(answer.rows) - len(postings))]


def _is_answer(reply: Reply) -> bool:
    answer = {} if is_markup(reply) else mapping_of(reply.json())
    return "positionResult" in mapping_of(answer.get("content")) or answer.get("state") == TOO_FREQUENT


_SHAPES = (
    Shape(re.compile(r"www\.lagou\.com/jobs/(?:v\d/)?positionAjax\.json$"), _is_answer, _saved_answer),
    Shape(
        re.compile(r"(?:www|m)\.lagou\.com/(?:wn/)?jobs/\d+\.html$"),
        lambda reply: is_markup(reply) and bool(reply.html.css("dd.job_bt")),
        lambda reply: [read_detail(reply)],
        detail=True,
    ),
    Shape(
        re.compile(r"www\.lagou\.com/(?:jobs/list_|wn/jobs$)"),
        lambda reply: is_markup(reply) and bool(reply.html.css(_CARD)),
        read_cards,
    ),
)
