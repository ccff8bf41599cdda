"""前程无忧 (51job): answers of its search, which carry the whole text, its search page and the pages of postings."""

import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from parsel import Selector

from crawler.contract import Posting
from crawler.fields import text_of
from crawler.markup import element_text, html_to_text
from crawler.problems import Blocked, Closed, FormatChanged
from crawler.readers.page import (
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

PAGES = "https://jobs.51job.com"

_SLIDER = '.waf-nc-title, script[name^="aliyunwaf_"]'
_CARD = '[sensorsname="JobShortExposure"]'
_TEXT = ".bmsg.job_msg"
_CLOSED = re.compile(r"职位已下线|该职位已删除|目前已经暂停招聘")
_NOTHING_FOUND = re.compile(r"没有找到|未找到|暂无.{0,4}职位")
_PATH = re.compile(r"/(\d+)\.html$")
_LABEL = re.compile(r"^(职能类别|关键字)\s*[:：]\s*")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the search.

    Attributes:
        rows: Its rows as they came; `read_row` reads them.
        total: How many rows the search has.
        request_id: What the next page wants to know of this one; empty where the answer has none.
    """

    rows: Sequence[Any]
    total: int
    request_id: str


def read_answer(reply: Reply) -> Answer:
    """Read an answer of `search-pc`.

    Raises:
        Blocked: it is the slider that stands before the site.
        FormatChanged: it is no list.
    """
    _refuse_slider(reply)
    answer = reply.json()
    if str(answer["status"]) != "1":
        raise FormatChanged(f"status {answer['status']}: {answer.get('message')}")
    body = answer["resultbody"]
    job = body["job"]
    total, rows = job["totalCount"] if "totalCount" in job else job["totalcount"], job["items"]
    if not isinstance(rows, list):
        raise FormatChanged("the list is none")
    return Answer(rows, int(total), text_of(body, "requestId") or text_of(job, "requestId") or "")


def read_row(row: Mapping[str, Any]) -> Posting | None:
    """A row of the search; None when it has no id or title."""
    source_id, title = str(row.get("jobId") or ""), text_of(row, "jobName")
    if not source_id or not title:
        return None
    place = mapping_of(row.get("jobAreaLevelDetail"))
    levels = [text_of(place, "cityString"), text_of(place, "districtString")]
    tags = [*named(row.get("jobTags")), *named(row.get("jobTagsList"), "jobTagName")]
    return Posting(
        source_id=source_id,
        url=_address(source_id, text_of(row, "jobHref")),
        title=title,
        company=text_of(row, "fullCompanyName", "companyName"),
        description=html_to_text(text_of(row, "jobDescribe") or ""),
        city_text=text_of(row, "jobAreaString") or "·".join(filter(None, levels)),
        salary_text=text_of(row, "provideSalaryString"),
        experience_text=text_of(row, "workYearString"),
        education_text=text_of(row, "degreeString"),
        employment_text=text_of(row, "termStr"),
        industry_text=text_of(row, "companyIndustryType1Str", "industryType1Str"),
        company_size_text=text_of(row, "companySizeString"),
        company_stage_text=company_facts(filter(None, [text_of(row, "companyTypeString")]))["company_stage_text"],
        published_text=text_of(row, "issueDateString", "confirmDateString", "updateDateTime"),
        site_tags=tuple(dict.fromkeys(tags)),
        benefits=tuple(dict.fromkeys(named(row.get("jobWelfareCodeDataList"), "chineseTitle"))),
    )


def read_cards(reply: Reply) -> list[Posting]:
    """Read the cards of the search page as a browser shows it.

    Raises:
        Blocked: it is the slider.
        FormatChanged: it has no card, and does not say that nothing was found.
    """
    _refuse_slider(reply)
    cards = reply.html.css(_CARD)
    postings = [posting for card in cards if (posting := _card(card)) is not None]
    if not postings:
        if not cards and _NOTHING_FOUND.search(element_text(reply.html.root)):
            return []
        raise FormatChanged("no card with an id and a title")
    return [*postings, *unreadable_rows(len(cards) - len(postings))]


def read_detail(reply: Reply) -> Posting:
    """Read the page of a posting.

    Raises:
        Blocked: it is the slider.
        Closed: it says so.
        FormatChanged: it has no text, or its address is not known.
    """
    _refuse_slider(reply)
    text, labelled = _text_and_labels(reply)
    if _CLOSED.search(element_text(reply.html.root).replace(text or "", "")):
        raise Closed("the page says that the posting is offline")
    if not text:
        raise FormatChanged("no text of the posting")
    found = _PATH.search(path_of_link(reply.url))
    if not found:
        raise FormatChanged("the page does not say its id: save it together with its address")
    said = " ".join(lines_at(reply.html, ".cn .msg.ltype"))
    facts, rest = job_facts(part.strip() for part in said.split("|") if part.strip())
    return Posting(
        source_id=found[1],
        url=_address(found[1], reply.url),
        title=line_at(reply.html, ".cn h1") or "",
        company=line_at(reply.html, ".cname a"),
        description=text,
        city_text=next(iter(rest), None),
        salary_text=line_at(reply.html, ".cn strong"),
        site_category="/".join(labelled.get("职能类别", ())) or None,
        site_tags=tuple(labelled.get("关键字", ())),
        benefits=tuple(lines_at(reply.html, ".t1 span")),
        **facts,
        **company_facts(lines_at(reply.html, ".com_tag p")),
    )


def read_saved(reply: Reply) -> Sequence[Posting] | None:
    """Read a page or answer that an operator saved.

    Returns:
        Its postings, with the search's keyword where the page's request tells it; one without title is a row that
        could not be read. None when it is none of this site's pages.

    Raises:
        PageProblem: it cannot be read, or says that the site refused it.
    """
    return with_search(read_as(_SHAPES, "51job.com", reply), reply, "keyword")


def _card(card: Selector) -> Posting | None:
    """A card of the search page; what it exposes to the site's own counting is what it shows."""
    try:
        told = mapping_of(json.loads(card.attrib.get("sensorsdata", "")))
    except ValueError:
        told = {}
    source_id, title = str(told.get("jobId") or ""), text_of(told, "jobTitle")
    if not source_id or not title:
        return None
    whole = card.xpath('ancestor-or-self::*[contains(concat(" ", @class, " "), " joblist-item ")]')[-1:] or [card]
    item = whole[0]
    facts = [part.strip() for text in lines_at(item, ".bc .dc") for part in text.split("|") if part.strip()]
    return Posting(
        source_id=source_id,
        url=_address(source_id, item.css('a[href*="jobs.51job.com"]::attr(href)').get()),
        title=title,
        company=line_at(item, ".cname"),
        city_text=text_of(told, "jobArea"),
        salary_text=text_of(told, "jobSalary"),
        experience_text=text_of(told, "jobYear"),
        education_text=text_of(told, "jobDegree"),
        published_text=text_of(told, "jobTime"),
        site_tags=tuple(dict.fromkeys(lines_at(item, ".joblist-item-tags .tag"))),
        **company_facts(facts),
    )


def _text_and_labels(reply: Reply) -> tuple[str | None, dict[str, list[str]]]:
    """The text of a posting, and what stands below it under labels: 职能类别, 关键字."""
    labelled: dict[str, list[str]] = {}
    for line in reply.html.css(".bmsg .fp"):
        if label := _LABEL.match(" ".join(element_text(line.root).split())):
            values = strings_at(line, "a") or [_LABEL.sub("", " ".join(element_text(line.root).split()))]
            labelled[label[1]] = [value for value in values if value]
    found = reply.html.css(_TEXT)
    if not found:
        return None, labelled
    root = deepcopy(found[0].root)
    for below in root.xpath('.//*[contains(concat(" ", @class, " "), " fp ")]'):
        below.getparent().remove(below)
    return element_text(root) or None, labelled


def _refuse_slider(reply: Reply) -> None:
    """Raise Blocked where the page is the slider of the site's firewall."""
    if is_markup(reply) and reply.html.css(_SLIDER):
        raise Blocked("a slider stands before the site")


def _address(source_id: str, shown: str | None) -> str:
    """The page of a posting: the one that is shown, without what counts clicks; any area will do in its place."""
    path = path_of_link(shown)
    return f"{PAGES}{path}" if _PATH.search(path) else f"{PAGES}/all/{source_id}.html"


def _saved_answer(reply: Reply) -> list[Posting]:
    answer = read_answer(reply)
    postings = [posting for row in answer.rows if (posting := read_row(mapping_of(row))) is not None]
    if answer.rows and not postings:
        raise FormatChanged("no row has an id and a title")
    return [*postings, *unreadable_rows(len(answer.rows) - len(postings))]


def _is_answer(reply: Reply) -> bool:
    answer = {} if is_markup(reply) else mapping_of(reply.json())
    return "items" in mapping_of(mapping_of(answer.get("resultbody")).get("job"))


_SHAPES = (
    Shape(re.compile(r"(?:we|cupid)\.51job\.com/(?:api/job|open/noauth)/search-pc$"), _is_answer, _saved_answer),
    Shape(
        re.compile(r"jobs\.51job\.com/[\w-]+/\d+\.html$"),
        lambda reply: is_markup(reply) and bool(reply.html.css(_TEXT)),
        lambda reply: [read_detail(reply)],
        detail=True,
    ),
    Shape(
        re.compile(r"we\.51job\.com/pc/search\b"),
        lambda reply: is_markup(reply) and bool(reply.html.css(_CARD)),
        read_cards,
    ),
)
