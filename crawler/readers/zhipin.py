"""BOSS直聘: which of an operator's saved pages are its own, and what they hold.

Its robots.txt and its user agreement keep programs away; an operator's own browser is how its postings come here. Read
are the answers of its lists and details, the pages of postings and the lists that people see.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.contract import Posting
from crawler.markup import html_to_text
from crawler.problems import Blocked, FormatChanged
from crawler.readers.saved_shapes import Shape, is_markup, read_as
from crawler.readers.zhipin_answers import holds_detail, holds_list, read_posting, read_rows
from crawler.readers.zhipin_pages import holds_cards, holds_posting, read_card_page, read_posting_page
from crawler.readers.zhipin_refusals import RISK_ADDRESS, data_of, refuse_risk_page
from crawler.reply import Reply

_NEVER = re.compile(r"(?!)")
_LIST_ADDRESS = re.compile(r"/web/geek/jobs?$")
_LONGEST_SHELL = 1000
_NOTHING = "没有找到相关职位"


def read_saved(reply: Reply) -> Sequence[Posting] | None:
    """Read a page that an operator saved.

    Returns:
        Its postings, with the search's keyword where the page's address or request tells it; a posting without title
        is a row that could not be read. None when it is no page with postings of this site.

    Raises:
        PageProblem: it is such a page and cannot be read, is closed, or says that the site refused it.
    """
    postings = read_as(_SHAPES, "zhipin.com", reply)
    if postings is None and _LIST_ADDRESS.match(urlsplit(reply.url).path) and is_markup(reply):
        # As the server sends it, a list is an empty shell; one that shows something has cards of another design.
        shown = html_to_text(reply.text)
        if len(shown) > _LONGEST_SHELL and _NOTHING not in shown:
            raise FormatChanged("a list without a known card")
    keyword = _keyword(reply)
    if not postings or not keyword:
        return postings
    return [replace(posting, keywords=(keyword,)) for posting in postings]


def _read_list(reply: Reply) -> list[Posting]:
    page = read_rows(data_of(reply))
    unreadable = [Posting(source_id="", title="")] * page.unreadable
    return [*(row.posting for row in page.rows), *unreadable]


def _read_detail(reply: Reply) -> list[Posting]:
    return [read_posting(data_of(reply))]


def _read_page(reply: Reply) -> list[Posting]:
    refuse_risk_page(reply)
    return read_posting_page(reply)


def _read_refusal(reply: Reply) -> list[Posting]:
    data_of(reply)
    raise FormatChanged("neither a list nor a posting")


def _is_refusal(reply: Reply) -> bool:
    """Whether a page without a known address is one of the site's refusals."""
    if is_markup(reply):
        try:
            refuse_risk_page(reply)
        except Blocked:
            return True
        return False
    # Beside lists and details the site asks for much that it refuses to visitors without an account.
    answer = {} if urlsplit(reply.url).hostname else _answer(reply)
    return "zpData" in answer and answer.get("code") not in {0, None}


def _answer(reply: Reply) -> Mapping[str, Any]:
    answer = None if is_markup(reply) else reply.json()
    return answer if isinstance(answer, Mapping) else {}


def _data(reply: Reply) -> Mapping[str, Any]:
    data = _answer(reply).get("zpData")
    return data if isinstance(data, Mapping) else {}


_API = r"(?:\w+\.)?zhipin\.com/wapi/zpgeek/(?:\w+/)*"
_SHAPES = (
    Shape(re.compile(rf"(?:\w+\.)?zhipin\.com{RISK_ADDRESS.pattern}"), _is_refusal, _read_refusal),
    Shape(
        re.compile(rf"{_API}(?:joblist|job/list)\.json$"),
        lambda reply: holds_list(_data(reply)),
        _read_list,
    ),
    Shape(
        re.compile(rf"{_API}job/(?:detail|card)\.json$"),
        lambda reply: holds_detail(_data(reply)),
        _read_detail,
        detail=True,
    ),
    Shape(re.compile(r"(?:\w+\.)?zhipin\.com/job_detail/[^/]+\.html$"), holds_posting, _read_page, detail=True),
    Shape(_NEVER, holds_cards, read_card_page),
)


def _keyword(reply: Reply) -> str:
    """The search word of a list, from its address or from what was sent."""
    for text in (urlsplit(reply.url).query, reply.sent):
        if words := parse_qs(text).get("query"):
            return words[0].strip()
    return ""
