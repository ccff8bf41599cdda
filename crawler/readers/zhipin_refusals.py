"""BOSS直聘: how it refuses. Error codes, security pages, pages that lead away; and what an answer carries otherwise."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from crawler.problems import Blocked, FormatChanged, LoginRequired, PageProblem
from crawler.readers.saved_shapes import is_markup
from crawler.reply import Reply

# Seen in public clients, September 2026; the numbers are the fact, the site's wording changes.
_REFUSED: Final[Mapping[int, tuple[type[PageProblem], str]]] = {
    1: (LoginRequired, "not logged in"),
    3: (LoginRequired, "login invalid"),
    7: (LoginRequired, "login expired"),
    200404: (LoginRequired, "not logged in"),
    9: (Blocked, "too frequent"),
    31: (Blocked, "address blocked"),
    35: (Blocked, "address abnormal, verification wanted"),
    36: (Blocked, "account abnormal"),
    37: (Blocked, "environment abnormal"),
    121: (Blocked, "security system"),
    122: (Blocked, "security system"),
    400061: (Blocked, "slider wanted"),
    17: (FormatChanged, "parameters refused"),
    19: (FormatChanged, "parameters refused"),
}
RISK_ADDRESS = re.compile(r"/web/(?:passport/(?:\w+/)*(?:security|verify)|common/403|user/safe/verify)")
_RISK_TITLE = re.compile(r"\s*(?:安全验证|请稍候)\W*(?:BOSS直聘)?\s*")
_AWAY = re.compile(r"location(?:\.href)?\s*(?:=|\.replace\()\s*[\"']about:blank[\"']")
_LONGEST_NOTICE = 20_000
"""Bytes of a page that does nothing but lead away."""


def refuse_risk_page(reply: Reply) -> None:
    """Let every page pass but those by which the site refuses.

    Raises:
        Blocked: it is one of these.
    """
    path = urlsplit(reply.url).path
    if found := RISK_ADDRESS.match(path):
        raise Blocked(f"led to {found[0]}")
    if is_markup(reply):
        title = reply.html.css("title::text").get("")
        if _RISK_TITLE.fullmatch(title):
            raise Blocked(f"security page ({title.strip()})")
        if len(reply.body) < _LONGEST_NOTICE and _AWAY.search(reply.text):
            raise Blocked("leads to about:blank")


def data_of(reply: Reply) -> Mapping[str, Any]:
    """What an answer carries.

    Raises:
        PageProblem: it is an error code, or no answer of the site.
    """
    refuse_risk_page(reply)
    answer = reply.json()
    if not isinstance(answer, Mapping) or type(answer.get("code")) is not int:
        raise FormatChanged("no answer with a code")
    code = answer["code"]
    if code != 0:
        problem, meaning = _REFUSED.get(code, (FormatChanged, "unknown"))
        raise problem(f"code {code}: {meaning} ({answer.get('message') or 'no message'})")
    data = answer.get("zpData")
    if not isinstance(data, Mapping):
        raise FormatChanged("code 0 without data")
    return data
