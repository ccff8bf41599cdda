"""Lists that are asked for by page number: what a page holds, and whether another one is behind it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from crawler.contract import Link, ListPage, Params, Posting, Task, row_version
from crawler.problems import FormatChanged

FIRST_PAGE: Final[Params] = {"page": 1, "seen": 0, "before": ""}
"""The params of a first page, besides the family's own: its number, the rows before it, and what the page before held.
"""

Row = Mapping[str, Any]
ReadRow = Callable[[Row], Posting | Link | None]


def numbered_page(task: Task, rows: Sequence[Any], read_row: ReadRow, *, total: int | None, size: int) -> ListPage:
    """One page of such a list.

    A full page may have another behind it even where the total says no, and a site that serves fewer rows than it was
    asked for is read on until its total is reached. A page that holds what the one before it held ends the list: that
    is how sites answer that show their last page, or their first one, for every number they do not know.

    Args:
        task: The page that was asked for; its params hold those of `FIRST_PAGE`.
        rows: What the site lists on it.
        read_row: Reads a row; None where it has no id or title.
        total: How many rows the site says the list has; None where it does not say.
        size: The rows of a full page.

    Raises:
        FormatChanged: the first page is empty and the total is not, or no row can be read.
    """
    first = task.params["page"] == FIRST_PAGE["page"]
    if first and total and not rows:
        raise FormatChanged(f"a total of {total} and no rows")
    found = [read_row(row) if isinstance(row, Mapping) else None for row in rows]
    postings = [entry for entry in found if isinstance(entry, Posting)]
    links = [entry for entry in found if isinstance(entry, Link)]
    if rows and not (postings or links):
        raise FormatChanged("no row has an id and a title")
    held = row_version(*(entry.source_id if entry else None for entry in found))
    if held == task.params["before"]:
        return ListPage()
    seen = int(task.params["seen"]) + len(rows)
    more = bool(rows) and (len(rows) >= size or seen < (total or 0))
    return ListPage(
        postings=postings,
        links=links,
        further=[task.turn(page=int(task.params["page"]) + 1, seen=seen, before=held)] if more else [],
        reported_total=total if first else None,
        unreadable=len(rows) - len(postings) - len(links),
    )
