"""Where a posting names the word by which it was found.

A search finds every posting whose text holds the word, those among them whose company only introduces itself with it.
They are kept; how far a posting is about AI is told by its labels. What is counted here tells the operator at once how
much of a search is about its keyword.
"""

import re
from functools import cache
from typing import Literal

Place = Literal["title", "text", "introduction", "nowhere"]
"""`text` is the work and its requirements, `introduction` what the company says of itself. `nowhere` is what a site
finds by other means: its own categories, synonyms, or fields that are not read."""

_HEADING = re.compile(
    r"(?:^|\n)[ \t]*[【\[（(]?[ \t]*(?:[一二三四五六七八九十\d]{1,2}[、.．)） ]*)?"
    r"(?:(?P<introduction>公司(?:介绍|简介|概况|背景)|企业(?:介绍|简介)|团队(?:介绍|简介)|品牌介绍|部门介绍|关于(?!岗位|职位|工作|[你您])[^\n：:】]{1,12}"
    r"|我们是谁|about (?:us|the company|the team)|company description)"
    r"|(?P<work>(?:岗位|工作|职位|主要)?(?:职责|内容|描述|任务)|(?:任职|岗位|职位|应聘)?(?:要求|资格|条件)|你(?:将|需要|会)[^\n]{0,8}"
    r"|我们(?:希望|需要|期待)[^\n]{0,8}|加分项|优先条件"
    r"|responsibilities|requirements|qualifications|what you[^\n]{0,20}))"
    r"[ \t]*[】\]）)]?[ \t]*(?:[:：]|(?=\n)|$)",
    re.IGNORECASE,
)


_LATIN = re.compile(r"[A-Za-z]")


def place_of(keyword: str, title: str, description: str | None) -> Place:
    """Where a posting names a keyword, the most telling place first; case does not count."""
    if mentions(keyword, title):
        return "title"
    text = description or ""
    if not mentions(keyword, text):
        return "nowhere"
    return "text" if mentions(keyword, _without_introduction(text)) else "introduction"


def mentions(keyword: str, text: str) -> bool:
    """Whether a text names a keyword; case does not count.

    A keyword that begins or ends in a Latin letter is a word of its own, singular or plural: fulfillment names no LLM
    and email no AI, but AI产品, GPT4 and LLMs name theirs.
    """
    return _pattern(keyword).search(text) is not None


@cache
def _pattern(keyword: str) -> re.Pattern[str]:
    before = r"(?<![A-Za-z])" if _LATIN.match(keyword) else ""
    after = r"s?(?![A-Za-z])" if _LATIN.match(keyword[-1:]) else ""
    return re.compile(f"{before}{re.escape(keyword)}{after}", re.IGNORECASE)


def _without_introduction(text: str) -> str:
    """The text without the parts that stand below a heading such as 公司介绍, up to the next heading."""
    kept, introducing, end = [], False, 0
    for heading in _HEADING.finditer(text):
        if not introducing:
            kept.append(text[end : heading.start()])
        introducing, end = heading["introduction"] is not None, heading.end()
    if not introducing:
        kept.append(text[end:])
    return "".join(kept)
