"""智联招聘's pages as a browser shows them: cards of lists in two designs, and the elements of a posting's page."""

import re
from dataclasses import replace

from parsel import Selector

from crawler.contract import Posting, row_version
from crawler.readers.page import block_at, company_facts, job_facts, line_at, lines_at, path_of_link, strings_at
from crawler.readers.zhaopin_rows import detail_address
from crawler.reply import Reply

CARDS = ".joblist-box__item"
CARDS_B = ".job-card"
TEXT = ".describtion-card__detail-content"  # the site's own spelling

_NUMBER = re.compile(r"(?:/jobdetail/|^/)([A-Za-z0-9]+)\.html?$")
_COMPANY_NUMBER = re.compile(r"/companydetail/(\w+)\.htm")


def number_of(url: str) -> str:
    """The number of a posting in its address, or an empty string."""
    found = _NUMBER.search(path_of_link(url))
    return found[1] if found else ""


def read_shown(reply: Reply) -> Posting:
    """What the elements of a posting's page show; its number is not among it."""
    facts, places = job_facts(lines_at(reply.html, ".summary-plane__info li"))
    return Posting(
        source_id="",
        title=line_at(reply.html, ".summary-plane__title") or "",
        company=line_at(reply.html, 'a[href*="/companydetail/"]'),
        description=block_at(reply.html, TEXT),
        city_text=next(iter(places), None),
        salary_text=line_at(reply.html, ".summary-plane__salary"),
        **facts,
        **company_facts(lines_at(reply.html, ".company-summary__list > li")),
    )


def read_card(card: Selector, site: str) -> Posting | None:
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


def last_page(reply: Reply) -> int | None:
    """The highest number in the pager of a list page; None where it has none."""
    return max((int(text) for text in lines_at(reply.html, ".soupager__index") if text.isdecimal()), default=None)
