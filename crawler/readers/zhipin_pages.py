"""BOSS直聘: the pages that people see, saved from a browser. The page of a posting, and lists with or without a panel.

Descriptions are strewn with words that styles hide (kanzhun, 来自BOSS直聘); only what a reader sees is taken. Digits of
salaries may be drawn with a private font: such a salary is kept as found, and nobody reads it.
"""

import re
from dataclasses import replace

from parsel import Selector, SelectorList

from crawler.contract import Posting
from crawler.hidden import seen_text
from crawler.problems import Closed, FormatChanged
from crawler.readers.page import job_facts
from crawler.readers.saved_shapes import is_markup
from crawler.readers.zhipin_answers import posting_id, posting_url
from crawler.reply import Reply
from taxonomy.salary import is_obfuscated

_CARDS = ".job-card-wrap, li.job-card-box, .job-card-wrapper"
_TEXT = ".job-sec-text"
_PANEL = ".job-detail-box"
_CLOSED = re.compile(r"(?:职位|岗位)已(?:关闭|下线|停止招聘)|停止招聘")
# What the page's own script says of its posting, in clear digits.
_OWN_WORDS = re.compile(r"var\s+_jobInfo\s*=\s*\{(.*?)\}", re.DOTALL)
_OWN_WORD = re.compile(r"\b(job_id|job_salary)\s*:\s*'([^'\n]*)'")


def holds_cards(reply: Reply) -> bool:
    """Whether a page shows a list of postings."""
    return is_markup(reply) and bool(reply.html.css(_CARDS))


def holds_posting(reply: Reply) -> bool:
    """Whether a page is that of one posting."""
    return is_markup(reply) and bool(reply.html.css(f".info-primary .name, {_TEXT}")) and not holds_cards(reply)


def read_posting_page(reply: Reply) -> list[Posting]:
    """The posting of a page.

    Raises:
        Closed: the page says so.
        FormatChanged: it has no id, title or text.
    """
    page = reply.html
    own = dict(_OWN_WORD.findall(found[1])) if (found := _OWN_WORDS.search(reply.text)) else {}
    head = page.css(".job-banner, .info-primary, .job-status")
    if said := _CLOSED.search(" ".join(seen_text(part, page) for part in head)):
        raise Closed(said[0])
    source_id = posting_id(reply.url) or own.get("job_id", "")
    title = _line(page.css(".info-primary .name h1, .info-primary h1"), page)
    own_company = f"ancestor::*[{_has_class('.job-detail-company')}]"
    description = _block(page.xpath(f"//*[{_has_class(_TEXT)}][not({own_company})]"), page)
    missing = [name for name, value in (("id", source_id), ("title", title), ("text", description)) if not value]
    if missing:
        raise FormatChanged(f"the page of a posting without {', '.join(missing)}")
    salary = _line(page.css(".info-primary .salary, .job-banner .salary"), page)
    posting = Posting(
        source_id=source_id,
        url=posting_url(source_id),
        title=title or "",
        company=_line(page.css(".sider-company .company-info a"), page),
        description=description,
        city_text=_line(page.css(".info-primary .text-city"), page),
        salary_text=salary if salary and not is_obfuscated(salary) else own.get("job_salary") or salary,
        experience_text=_line(page.css(".info-primary .text-experiece, .info-primary .text-experience"), page),
        education_text=_line(page.css(".info-primary .text-degree"), page),
        industry_text=_beside(page, "icon-industry"),
        company_size_text=_beside(page, "icon-scale"),
        company_stage_text=_beside(page, "icon-stage"),
        site_tags=_lines(page.css(".job-keyword-list li"), page),
        benefits=_lines(page.css(".job-tags span"), page),
    )
    return [posting]


def read_card_page(reply: Reply) -> list[Posting]:
    """The rows of a list; the one whose panel stands open has its text.

    A row that cannot be read is a posting without title.

    Raises:
        FormatChanged: no row can be read.
    """
    page = reply.html
    # A card stands in a wrap that has a class of a card, too.
    cards = [card for card in page.css(_CARDS) if not card.xpath(f"ancestor::*[{_has_class('.job-card-wrap')}]")]
    postings = [_card(card, page) for card in cards]
    if not any(posting.title for posting in postings):
        raise FormatChanged("no card has an address and a title")
    texts = {
        posting_id(panel.css('a[href*="/job_detail/"]::attr(href)').get("")): text
        for panel in page.css(_PANEL)
        if (text := _block(panel.css(".job-detail-body .desc, .job-sec-text"), page))
    }
    return [replace(posting, description=texts.get(posting.source_id)) for posting in postings]


def _card(card: Selector, page: Selector) -> Posting:
    source_id = posting_id(card.css('a[href*="/job_detail/"]::attr(href)').get(""))
    facts, tags = job_facts(_lines(card.css(".tag-list li"), page))
    return Posting(
        source_id=source_id,
        url=posting_url(source_id),
        title=(_line(card.css(".job-name"), page) or "") if source_id else "",
        # In the design of 2025 the place of the recruiter's name holds the company's.
        company=_line(card.css(".company-name"), page) or _line(card.css(".job-card-footer .boss-name"), page),
        city_text=_line(card.css(".company-location, .job-area"), page),
        salary_text=_line(card.css(".job-salary, .salary"), page),
        experience_text=facts["experience_text"],
        education_text=facts["education_text"],
        site_tags=tuple(tags),
    )


def _beside(page: Selector, icon: str) -> str | None:
    """A fact of the company, by the icon in front of it."""
    return _line(page.xpath(f"//*[{_has_class('.sider-company')}]//p[.//i[{_has_class(f'.{icon}')}]]"), page)


def _has_class(name: str) -> str:
    """Class selectors as a condition of XPath, for what CSS cannot say."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name.removeprefix('.')} ')"


def _line(found: SelectorList[Selector], page: Selector) -> str | None:
    return next(iter(_lines(found, page)), None)


def _lines(found: SelectorList[Selector], page: Selector) -> tuple[str, ...]:
    """What is seen of each element, in one line; each once, blank ones left out."""
    return tuple(dict.fromkeys(filter(None, (" ".join(seen_text(element, page).split()) for element in found))))


def _block(found: SelectorList[Selector], page: Selector) -> str | None:
    """What is seen of the first element that is not blank; the site shows its texts with their own line breaks."""
    texts = (seen_text(element, page, preformatted=not element.css("br")) for element in found)
    return next(filter(None, texts), None)
