"""猎聘: answers of its search and pages of postings.

Headhunters hide whom they recruit for (某知名公司): the name is kept as found. Recruiters are never read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parsel import Selector

from crawler.contract import Posting
from crawler.fields import text_of
from crawler.markup import element_text
from crawler.problems import Blocked, Closed, FormatChanged, InterfaceChanged, Unwilling
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
from taxonomy.places import read_cities
from taxonomy.salary import read_salary

SITE = "https://www.liepin.com"
BAD_HEADERS = "-1400"
"""The code with which the search answers when a header is missing that it wants."""

NOTHING_FOUND = re.compile(r"没有找到|暂无(?:相关)?职位|未找到")

_CARD = 'div[class*="job-card-pc-container"]'
_JOB_LINK = 'a[data-nick="job-detail-job-info"]'
_TEXT = '[data-selector="job-intro-content"]'
_CLOSED = re.compile(r"职位已下线|该职位已结束")
_PATH = re.compile(r"/(?:job|a)/(\d+)\.shtml$")
_ENTERPRISE_PATH = re.compile(r"^19(\d{8})$")
"""/job/19<id>.shtml is the page of posting <id>; /a/<id>.shtml, that of a headhunter's."""
_HEADHUNTER = "1"
_SECURITY_SCRIPT = re.compile(rb"<script[^>]{0,300}\bsrc=[^>]{0,300}security\.min\.js")
_FACT = re.compile(r"(?:企业|公司|所属)?(行业|规模|融资)[^:：\n]{0,4}[:：]\s*([^\n]+)")
_META = {
    "salary": re.compile(r"薪资([^,，]+)"),
    "size": re.compile(r"公司规模([^,，]+)"),
    "education": re.compile(r"岗位要求([^,，]+?)学历"),
    "experience": re.compile(r"[,，]([^,，]+?)相关(?:工作)?经验"),
}
_CITY_IN_TITLE = re.compile(r"^【(\S+)\s")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the search.

    Attributes:
        postings: Its cards, promoted ones among them; their addresses are those on the site itself.
        unreadable: Cards that could not be read.
        count: How many postings the site says the search has.
        pages: How many pages it shows; at most 10. Its `hasNext` is wrong and not read.
        size: Cards of a full page, without the promoted ones.
    """

    postings: Sequence[Posting]
    unreadable: int
    count: int
    pages: int
    size: int


def read_answer(reply: Reply) -> Answer:
    """Read an answer of `com.liepin.searchfront4c.pc-search-job`.

    Raises:
        Unwilling: the search refuses; it may answer after a rest.
        InterfaceChanged: it wants other headers than it did.
        FormatChanged: the answer has another form.
    """
    answer = reply.json()
    if answer["flag"] != 1:
        code, message = answer.get("code"), answer.get("msg")
        if str(code) == BAD_HEADERS:
            raise InterfaceChanged(f"code {code} ({message}): the search wants other headers than the known ones")
        raise Unwilling(f"flag {answer['flag']}, code {code}: {message}")
    data, pagination = answer["data"]["data"], answer["data"]["pagination"]
    cards = data["jobCardList"] or []
    postings = [posting for card in cards if (posting := _card(mapping_of(card))) is not None]
    count, page = int(pagination["totalCounts"]), int(pagination["currentPage"])
    if cards and not postings:
        raise FormatChanged("no card has an id and a title")
    if count and not cards and not page:
        raise FormatChanged(f"a count of {count} and no cards")
    unreadable = len(cards) - len(postings)
    return Answer(postings, unreadable, count, int(pagination["totalPage"]), int(pagination["pageSize"]))


def read_detail(reply: Reply, source_id: str = "") -> Posting:
    """Read the page of a posting: its elements, its script, and the summary in its head.

    Args:
        reply: The page.
        source_id: The posting's id, where it is known; else the page has to say it.

    Raises:
        Closed: the page says so.
        Blocked: it is the site's check of the browser.
        FormatChanged: it has no text or no id.
    """
    text = block_at(reply.html, _TEXT)
    if _CLOSED.search(element_text(reply.html.root).replace(text or "", "")):
        raise Closed("the page says that the posting is offline")
    if not text:
        if _SECURITY_SCRIPT.search(reply.body):
            raise Blocked("checks the browser (security.min.js)")
        raise FormatChanged("no text of the posting")
    config = script_object(reply, "$CONFIG") or {}
    source_id = source_id or str(config.get("jobId") or "") or id_of(reply.url)
    if not source_id:
        raise FormatChanged("the page does not say its id: save it together with its address")
    facts, places = job_facts(_properties(reply))
    shown = Posting(
        source_id=source_id,
        url=SITE + path_of(source_id, str(config.get("jobKind") or ""), reply.url),
        title=line_at(reply.html, ".name-box .name, .job-title") or text_of(config, "jobTitle") or "",
        company=line_at(reply.html, ".company-info-container .company-card .name") or text_of(config, "compName"),
        description=text,
        city_text=next(iter(places), None),
        salary_text=line_at(reply.html, ".name-box .salary"),
        **facts,
    )
    return completed(completed(shown, _with_facts(reply, shown)), _summary(reply, shown))


def read_cards(reply: Reply) -> list[Posting]:
    """Read the cards of the search page as a browser shows it.

    Raises:
        FormatChanged: it has none, or none of them can be read.
    """
    cards = reply.html.css(_CARD)
    postings = [posting for card in cards if (posting := _shown_card(card)) is not None]
    if not postings:
        if NOTHING_FOUND.search(element_text(reply.html.root)):
            return []
        raise FormatChanged("no card with an id and a title")
    return [*postings, *unreadable_rows(len(cards) - len(postings))]


def read_saved(reply: Reply) -> Sequence[Posting] | None:
    """Read a page or answer that an operator saved.

    Returns:
        Its postings, with the search's keyword where the page's request tells it; one without title is a row that
        could not be read. None when it is none of this site's pages.

    Raises:
        PageProblem: it cannot be read, or says that the site refused it.
    """
    return with_search(read_as(_SHAPES, "liepin.com", reply), reply, "key")


def path_of(source_id: str, kind: str, address: str = "") -> str:
    """The path of the page of a posting: that of its address, else by who recruits."""
    path = path_of_link(address)
    if _PATH.search(path):
        return path
    return f"/a/{source_id}.shtml" if kind == _HEADHUNTER else f"/job/19{source_id}.shtml"


def id_of(url: str) -> str:
    """The id of a posting in the address of its page, or an empty string."""
    found = _PATH.search(path_of_link(url))
    if found is None:
        return ""
    enterprise = _ENTERPRISE_PATH.match(found[1]) if "/job/" in url else None
    return enterprise[1] if enterprise else found[1]


def _card(card: Mapping[str, Any]) -> Posting | None:
    """A card of the search; None when it has no id or title."""
    job, company = mapping_of(card.get("job")), mapping_of(card.get("comp"))
    source_id, title = str(job.get("jobId") or ""), text_of(job, "title")
    if not source_id or not title:
        return None
    return Posting(
        source_id=source_id,
        url=SITE + path_of(source_id, str(job.get("jobKind") or ""), text_of(job, "link") or ""),
        title=title,
        company=text_of(company, "compName"),
        city_text=text_of(job, "dq"),
        salary_text=text_of(job, "salary"),
        experience_text=text_of(job, "requireWorkYears"),
        education_text=text_of(job, "requireEduLevel"),
        industry_text=text_of(company, "compIndustry"),
        company_size_text=text_of(company, "compScale"),
        company_stage_text=text_of(company, "compStage"),
        published_text=text_of(job, "refreshTime"),
        site_tags=tuple(named(job.get("labels"), "name")),
    )


def _shown_card(card: Selector) -> Posting | None:
    """A card as a browser shows it; None when it has no id or title.

    Only the two links are named for good; what the rest is called has changed often, so words tell what they are.
    """
    job, company = card.css(_JOB_LINK), strings_at(card, '[data-nick="job-detail-company-info"]')
    address = job.css("::attr(href)").get("")
    words = [word.strip("【】[] ") for word in strings_at(card, _JOB_LINK)]
    facts, rest = job_facts(word for word in words if word)
    if not id_of(address) or not rest:
        return None
    title, *rest = rest
    salary = line_at(card, ".job-salary") or next((word for word in rest if read_salary(word) or "面议" in word), None)
    city = next((word for word in rest if read_cities(word)), None)
    return Posting(
        source_id=id_of(address),
        url=SITE + path_of("", "", address),
        title=title,
        company=next(iter(company), None),
        city_text=city,
        salary_text=salary,
        site_tags=tuple(word for word in rest if word not in {salary, city}),
        **facts,
        **company_facts(company[1:]),
    )


def _properties(reply: Reply) -> list[str]:
    """What stands below the title: 佛山-顺德区 5年以上 本科 招5人 9月17日更新, in elements of their own or in one."""
    return [word for line in lines_at(reply.html, ".job-properties") for word in line.split()]


def _with_facts(reply: Reply, shown: Posting) -> Posting:
    """What the card of the company states as label and value; the label may be an element of its own."""
    text = block_at(reply.html, ".company-info-container") or ""
    text = re.sub(r"([:：])\s*\n\s*", r"\1", text)
    found = {label: value.strip() for label, value in reversed(_FACT.findall(text))}
    return Posting(
        source_id=shown.source_id,
        title=shown.title,
        industry_text=found.get("行业"),
        company_size_text=found.get("规模"),
        company_stage_text=found.get("融资"),
    )


def _summary(reply: Reply, shown: Posting) -> Posting:
    """What the summary and the title in the head of the page state."""
    summary = reply.html.css('meta[name="description"]::attr(content)').get("")
    found = {name: match[1] for name, pattern in _META.items() if (match := pattern.search(summary))}
    city = _CITY_IN_TITLE.search(reply.html.css("title::text").get("").strip())
    return Posting(
        source_id=shown.source_id,
        title=shown.title,
        city_text=city[1] if city else None,
        salary_text=found.get("salary"),
        company_size_text=found.get("size"),
        education_text=found.get("education"),
        experience_text=found.get("experience"),
    )


def _saved_answer(reply: Reply) -> list[Posting]:
    answer = read_answer(reply)
    return [*answer.postings, *unreadable_rows(answer.unreadable)]


def _is_answer(reply: Reply) -> bool:
    answer = {} if is_markup(reply) else mapping_of(reply.json())
    data = mapping_of(answer.get("data"))
    return "jobCardList" in mapping_of(data.get("data")) or str(answer.get("code")) == BAD_HEADERS


_SHAPES = (
    Shape(
        re.compile(r"[^/]+/api/com\.liepin\.searchfront4c\.pc-search-job$"),
        _is_answer,
        _saved_answer,
    ),
    Shape(
        re.compile(r"(?:www|m)\.liepin\.com/(?:job|a)/\d+\.shtml"),
        lambda reply: is_markup(reply) and bool(reply.html.css(f"{_TEXT}, .job-intro-container")),
        lambda reply: [read_detail(reply)],
        detail=True,
    ),
    # Pages of postings recommend others, on cards like those of the search.
    Shape(
        re.compile(r"www\.liepin\.com/zhaopin\b"),
        lambda reply: is_markup(reply) and bool(reply.html.css(_CARD)),
        read_cards,
    ),
)
