"""北森's old portals on *.zhiye.com, made before iTalent: tables of postings and a page for each, without scripts.

Companies have restyled them, so that little is the same everywhere: how a posting is linked to, the labels before its
facts, and the heading above its text. That is what is read.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from parsel import Selector

from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.fields import published, text_of
from crawler.markup import element_text, tidy_lines
from crawler.paging import FIRST_PAGE, numbered_page
from crawler.problems import FormatChanged, PageProblem, WrongChannel
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

CHANNELS: Final = {"social": "社招", "campus": "校招", "intern": "实习"}
"""Name of a list's address, in lower case -> of its channel."""

_MARK = "new_zhiye_com"
"""In a script of every page that one of these portals renders."""

_BY_PATH = re.compile(r"^/?(?:zpdetail|job_show)/(\d+)/?$", re.IGNORECASE)
_BY_QUERY = re.compile(r"^/?(?:[a-z]{1,8}xq|details?\d*)/?$", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_NUMBER_OF_ROWS = re.compile(r"共\s*([\d,]+)\s*条")
_PAGE_OF_PAGES = re.compile(r"第\s*\d+\s*/\s*(\d+)\s*页")
_PAGE_LINK = re.compile(r"[?&](?:amp;)?PageIndex=(\d+)", re.IGNORECASE)

_TEXT = ".xiangqingtext, .zwlbbm, .xqm, .xwm"
"""Where the common templates have a posting's text."""

_HEADING = re.compile(r"^[【\[]?(?:工作职责|岗位职责|职位描述|工作内容)[】\]]?\s*[:：]?", re.MULTILINE)
_END = re.compile(
    r"^(?:(?:立即|现在|我要)(?:申请|投递|应聘)|申请职位|分享到?|返回列表|版权所有|copyright\b|©)",
    re.IGNORECASE | re.MULTILINE,
)
_LABELS: Final = {
    "city": "工作地点|工作城市",
    "salary": "薪资范围|薪资待遇|薪酬范围",
    "kind": "工作性质",
    "published": "发布时间|发布日期",
    "category": "职位类别|岗位类别",
    "education": "职位学历|学历要求",
    "experience": "工作年限|工作经验",
}
_FACT = r"(?:^|\s)(?:{})\s*[:：]\s*(?![一-鿿]{{2,6}}[:：])(\S.*?)(?=\s+[一-鿿]{{2,6}}[:：]|\n|\Z)"
_FACTS: Final = {name: re.compile(_FACT.format(labels)) for name, labels in _LABELS.items()}


class ZhiyeSpider(SourceSpider):
    """One old portal with its lists."""

    name = "zhiye"
    searches_keywords = False
    searches_cities = False

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of each list."""
        return [Task("list", {**FIRST_PAGE, "list": address}, query) for address in self.source.options["lists"]]

    def ask(self, task: Task) -> Call:
        """A page of a list, or of a posting."""
        if task.kind == "detail":
            return Call(f"{self.source.base_url}{task.params['path']}")
        return Call(f"{self.source.base_url}{task.params['list']}?PageIndex={task.params['page']}")

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """404 for a list means that the portal has no such list."""
        if task.kind == "list" and reply.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return WrongChannel(f"{task.params['list']}: HTTP {reply.status}")
        return super().refusal(task, reply)

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows without text, or cards with it."""
        return read_list(self.source, task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """A posting with its text."""
        return [read_detail(self.source, task, reply)]


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read a page of a list.

    Raises:
        FormatChanged: it has no row and does not say that there is none.
    """
    rows = _rows(reply.html)
    counted = _NUMBER_OF_ROWS.search(reply.text)
    total = int(counted[1].replace(",", "")) if counted else None
    if not rows and total is None and _MARK not in reply.text:
        raise FormatChanged("neither a row nor the word that there is none")
    # How many rows a page has is told nowhere.
    page = numbered_page(task, rows, partial(_row, source, task), total=total, size=max(len(rows), 1))
    pages = [int(number) for number in _PAGE_LINK.findall(reply.text)]
    pages += [int(number) for number in _PAGE_OF_PAGES.findall(reply.text)]
    told = bool(pages) or total is not None
    reached = int(task.params["seen"]) + len(rows)
    if told and int(task.params["page"]) >= max(pages, default=1) and reached >= (total or 0):
        return replace(page, further=[])
    return page


def read_detail(source: SourceInfo, task: Task, reply: Reply) -> Posting:
    """Read the page of a posting; what it leaves out is taken from its row.

    Raises:
        FormatChanged: it has no text.
    """
    body = reply.html.css("body")
    text = _whole_text(body[0]) if body else ""
    description = _text(reply.html) or _below_heading(text)
    if not description:
        raise FormatChanged("no text in a known place and none below 工作职责 or the like")
    return _posting(source, {**task.params, **_facts(text), "id": task.source_id, "text": description})


def _rows(page: Selector) -> list[dict[str, Any]]:
    """The postings that a page links to, each once, with what stands beside the link."""
    rows: dict[str, dict[str, Any]] = {}
    for link in page.css("a[href], a[jobadid]"):
        if (found := _address(link)) is None or found[0] in rows:
            continue
        source_id, path = found
        around = link.xpath("ancestor::*[self::tr or self::li][1]")
        cells = [_whole_text(cell) for cell in around.css("td, h2 span")]
        dated = next((number for number, cell in enumerate(cells) if _DATE.fullmatch(cell)), 0)
        card = _text(around[0]) if around else None
        # On a card the link is a button; the title is the first thing that stands there.
        shown = next(iter(cells), "") if "jobadid" in link.attrib else _whole_text(link)
        rows[source_id] = {
            "id": source_id,
            "path": path,
            "title": link.attrib.get("title", "").strip() or shown,
            "city": cells[dated - 1] if dated else "",
            "published": cells[dated] if dated else "",
            **(_facts(_whole_text(around[0])) if card else {}),
            "text": card or "",
        }
    return list(rows.values())


def _address(link: Selector) -> tuple[str, str] | None:
    """Id and path of the posting to which a link leads, without the state of the list in it; None for other links."""
    if (source_id := link.attrib.get("jobadid", "")).isdigit():
        return source_id, f"/zwxq?jobId={source_id}"
    try:
        parts = urlsplit(link.attrib.get("href", ""))
    except ValueError:
        return None
    if found := _BY_PATH.match(parts.path):
        return found[1], "/" + parts.path.strip("/")
    ids = parse_qs(parts.query).get("jobId", [""])
    if _BY_QUERY.match(parts.path) and ids[0].isdigit():
        return ids[0], f"/{parts.path.strip('/')}?jobId={ids[0]}"
    return None


def _row(source: SourceInfo, task: Task, row: Mapping[str, Any]) -> Posting | Link | None:
    """A row as a link, or as a posting where it is a card that carries the text."""
    if not row["title"]:
        return None
    row = {**row, "list": task.params["list"]}
    if row["text"]:
        return _posting(source, row)
    shown = {name: row[name] for name in ("path", "title", "city", "published", "list")}
    return Link(row["id"], row_version(row["title"], row["city"], row["published"]), shown)


def _posting(source: SourceInfo, row: Mapping[str, Any]) -> Posting:
    channel = CHANNELS.get(str(row["list"]).strip("/").lower())
    published_on, published_text = published(row, "published")
    return Posting(
        source_id=row["id"],
        url=f"{source.base_url}{row['path']}",
        title=row["title"],
        company=source.company or None,
        description=row["text"],
        city_text=text_of(row, "city"),
        salary_text=text_of(row, "salary"),
        experience_text=text_of(row, "experience"),
        education_text=text_of(row, "education"),
        employment_text="/".join(filter(None, (channel, text_of(row, "kind")))) or None,
        published_on=published_on,
        published_text=published_text,
        site_category=text_of(row, "category"),
    )


def _facts(text: str) -> dict[str, str]:
    """What stands behind the labels of a page, whether in the same line or in the next."""
    return {name: found[1].strip() for name, fact in _FACTS.items() if (found := fact.search(text))}


def _text(page: Selector) -> str | None:
    """The parts of a posting's text where the common templates have it."""
    return "\n\n".join(filter(None, map(_whole_text, page.css(_TEXT)))) or None


def _below_heading(text: str) -> str | None:
    """From the first heading of a posting's text to the buttons or the foot of the page."""
    start = _HEADING.search(text)
    if start is None:
        return None
    end = _END.search(text, start.end())
    return tidy_lines(text[start.start() : end.start() if end else None])


def _whole_text(element: Selector) -> str:
    return element_text(element.root)
