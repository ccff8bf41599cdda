"""阿里巴巴: the portals of its business units, one host each. Lists carry the full text.

A portal gives an anonymous session to whoever opens its page, and wants its token with every search. It shows the first
500 rows of a list; longer ones are read by category, by sub-category, then in the large cities. Where it does not tell
its categories, they are read as far as they are shown, and in the large cities.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from crawler.codes import load_codes
from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.fields import text_of
from crawler.paging import FIRST_PAGE, Row, numbered_page
from crawler.problems import Blocked, FormatChanged, PageProblem, SessionLost
from crawler.readers.alibaba import is_campus, read_posting, successful
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE = 100
MOST_ROWS = 500
"""Pages beyond it are empty."""

SOCIAL = "GROUP_OFFICIAL_SITE"
CAMPUS = ""
"""Without a channel, or with one that it does not know, a portal shows its campus jobs."""

SESSION, TOKEN = "SESSION", "XSRF-TOKEN"
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE})
_HUMAN_PAGE = "/position-detail?lang=zh&positionId={id}"


class AlibabaSpider(SourceSpider):
    """One portal: its 社招, and its 校招 where it has any."""

    name = "alibaba"

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - those of the base class
        super().__init__(*args, **kwargs)
        self._refused: set[str] = set()
        self._without_categories: set[str] = set()
        self._in_parts: set[tuple[str, ...]] = set()

    def opening(self) -> Call:
        """The page of the list. It is asked for without cookies, so that it begins a session instead of keeping one."""
        return Call(f"{self.source.base_url}/off-campus/position-list?lang=zh")

    def read_opening(self, reply: Reply) -> Mapping[str, str]:
        """The cookies of an anonymous session."""
        return read_session(reply)

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of both lists."""
        region = load_codes("alibaba_regions").get(query.city, "")
        return [
            Task("list", {"channel": channel, "categories": "", "region": region, **FIRST_PAGE}, query)
            for channel in (SOCIAL, CAMPUS)
        ]

    def ask(self, task: Task) -> Call:
        """The search, or the categories by which a long list is read."""
        return call(self.source, self.session or {}, task)

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """403 says that the token is not the session's; if a new one does not help, that it refuses."""
        if reply.status == HTTPStatus.FORBIDDEN and task.key not in self._refused:
            self._refused.add(task.key)
            return SessionLost("HTTP 403: the token is not the session's")
        if reply.status == HTTPStatus.FORBIDDEN:
            return Blocked("HTTP 403, with a new session as well")
        if "tree" in task.params and reply.status in _GONE:
            return None
        return super().refusal(task, reply)

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text, or the parts of a list."""
        if "tree" not in task.params:
            return self._counted_once(task, read_list(self.source, task, reply))
        try:
            return ListPage(further=read_categories(task, reply))
        except (FormatChanged, LookupError, TypeError, AttributeError) as problem:
            if task.key not in self._without_categories:
                self._without_categories.add(task.key)
                raise FormatChanged(f"the categories cannot be read: {problem}") from problem
            return ListPage(further=[_list_of(task, categories="", shown=1)], cut=True)

    def _counted_once(self, task: Task, page: ListPage) -> ListPage:
        """A page without the rows that another part of the same list has shown: parts overlap, their total does not.

        A sitting that carries another one on counts some rows twice; it loses none.
        """
        if not _is_part(task):
            return page
        list_ = (task.query.keyword, task.query.city, str(task.params["channel"]))
        new = [posting for posting in page.postings if (*list_, posting.source_id) not in self._in_parts]
        self._in_parts.update((*list_, posting.source_id) for posting in new)
        return replace(page, postings=new)


def read_session(reply: Reply) -> dict[str, str]:
    """The cookies of the session that a portal's page begins.

    Raises:
        FormatChanged: it sets no token.
    """
    if not reply.cookies.get(TOKEN):
        raise FormatChanged(f"the portal's page sets no {TOKEN} cookie")
    return {name: reply.cookies[name] for name in (SESSION, TOKEN) if name in reply.cookies}


def call(source: SourceInfo, session: Mapping[str, str], task: Task) -> Call:
    """The request for one page of a search, or for the categories."""
    token = quote(session.get(TOKEN, ""), safe="")
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in session.items()),
        "Referer": f"{source.base_url}/off-campus/position-list",
    }
    if "tree" in task.params:
        body = {"channel": SOCIAL.lower(), "language": "zh"}
        return Call(f"{source.base_url}/category/list?_csrf={token}", json=body, headers=headers)
    return Call(
        f"{source.base_url}/position/search?_csrf={token}",
        json={
            "channel": task.params["channel"],
            "language": "zh",
            "batchId": "",
            "categories": "",
            "deptCodes": [],
            "key": task.query.keyword,
            "pageIndex": task.params["page"],
            "pageSize": PAGE_SIZE,
            "regions": task.params["region"],
            "subCategories": task.params["categories"],
        },
        headers=headers,
    )


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        LoginRequired: the portal wants an account.
        FormatChanged: anything but a list of postings of the asked channel with their total.
    """
    content = successful(reply.json())["content"]
    rows: Sequence[Any] = content["datas"] or []
    total = int(content["totalCount"])
    size = min(PAGE_SIZE, int(content.get("pageSize") or PAGE_SIZE))
    if task.params["channel"] == SOCIAL and rows and all(isinstance(row, Mapping) and is_campus(row) for row in rows):
        raise FormatChanged(f"campus jobs in the place of channel {SOCIAL}")
    page = numbered_page(task, rows, lambda row: _posting(source, row), total=total, size=size)
    if task.params["page"] == 1 and total > MOST_ROWS:
        return _too_long(task, page)
    return replace(_of_this_part(task, page), further=page.further if _within_reach(task, size) else ())


def _too_long(task: Task, page: ListPage) -> ListPage:
    """The parts of a list that is cut; what no part can be told from is read as far as it is shown."""
    categories = str(task.params["categories"])
    if not categories and not task.params.get("shown"):
        whole = Task(
            "list", {"tree": 1, "channel": task.params["channel"], "region": task.params["region"]}, task.query
        )
        # The total of the whole list is what its parts are measured by.
        return ListPage(further=[whole], reported_total=page.reported_total)
    if "," in categories:
        return ListPage(further=[task.turn(categories=code) for code in categories.split(",")])
    regions = [] if task.params["region"] else [*load_codes("alibaba_regions").values()]
    parts = [task.turn(region=region) for region in regions]
    return replace(_of_this_part(task, page), further=[*page.further, *parts], cut=True)


def _of_this_part(task: Task, page: ListPage) -> ListPage:
    """A page; that of a part says no total, since the whole list has said it."""
    return replace(page, reported_total=None) if _is_part(task) else page


def _is_part(task: Task) -> bool:
    return bool(task.params["categories"] or task.params.get("shown"))


def _within_reach(task: Task, size: int) -> bool:
    return int(task.params["page"]) * size < MOST_ROWS


def read_categories(task: Task, reply: Reply) -> list[Task]:
    """The parts of a list that is cut: one for each category, by the codes of its sub-categories.

    Raises:
        FormatChanged: there is none.
    """
    tree = successful(reply.json())["content"]
    branches = (
        [code for leaf in branch.get("categories") or [] if (code := _code(leaf)) is not None] for branch in tree
    )
    parts = [_list_of(task, categories=",".join(codes)) for codes in branches if codes]
    if not parts:
        raise FormatChanged("a list of categories without sub-categories")
    return parts


def _list_of(task: Task, **params: str | int) -> Task:
    """The first page of a list, from the task that asked for the categories by which to read it."""
    whole = {name: value for name, value in task.params.items() if name != "tree"}
    return Task("list", {**whole, **params, **FIRST_PAGE}, task.query)


def _code(leaf: Mapping[str, Any]) -> str | None:
    code = leaf.get("code")
    return str(code) if isinstance(code, int) else text_of(leaf, "code")


def _posting(source: SourceInfo, row: Row) -> Posting | None:
    campus = is_campus(row)
    url = f"{source.base_url}/{'campus' if campus else 'off-campus'}{_HUMAN_PAGE}"
    return read_posting(row, company=source.company, url=url, campus=campus)
