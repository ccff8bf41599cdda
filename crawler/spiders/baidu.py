"""百度's portal. Lists carry the full text, ten postings a page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crawler.codes import load_codes
from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.fields import joined_description, published, text_of
from crawler.paging import FIRST_PAGE, Row, numbered_page
from crawler.problems import FormatChanged
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE = 10
"""The only size that is sure to give rows."""


class BaiduSpider(SourceSpider):
    """Three lists: 社招, 校招 and 实习, the last one by projects."""

    name = "baidu"

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of each list."""
        city = load_codes("baidu_cities").get(query.city, "")
        projects = self.source.options["projects"]
        return [
            Task("list", {"type": kind, "project": project, "city": city, "first": "", **FIRST_PAGE}, query)
            for kind in self.source.options["recruit_types"]
            for project in projects.get(kind, [""])
        ]

    def ask(self, task: Task) -> Call:
        """The search, as a form: the site takes no JSON."""
        return search_call(self.source, task)

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text."""
        return read_list(self.source, task, reply)


def search_call(source: SourceInfo, task: Task) -> Call:
    """The request for one page of a search."""
    return Call(
        f"{source.base_url}/httservice/getPostListNew",
        form={
            "recruitType": str(task.params["type"]),
            "pageSize": str(PAGE_SIZE),
            "keyWord": task.query.keyword,
            "curPage": str(task.params["page"]),
            "projectType": str(task.params["project"]),
            "postType": "",
            "workPlace": str(task.params["city"]),
        },
        headers={"Referer": f"{source.base_url}/jobs/social-list"},
    )


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        FormatChanged: anything but a list of postings with their total.
    """
    answer = reply.json()
    if answer["status"] != "ok":
        raise FormatChanged(f"status {answer['status']!r}: {answer.get('message')}")
    data = answer["data"]
    rows: Sequence[Any] = data["list"] or []
    first = text_of(rows[0], "postId") if rows and isinstance(rows[0], Mapping) else None
    if first is not None and first == task.params["first"]:
        return ListPage()  # behind the last page the site shows the first one again
    if task.params["page"] == 1:
        task = task.turn(first=first or "")
    return numbered_page(
        task,
        rows,
        lambda row: _posting(source, str(task.params["type"]), row),
        total=int(data["total"]),
        size=PAGE_SIZE,
    )


def _posting(source: SourceInfo, kind: str, row: Row) -> Posting | None:
    """A row as a posting; None when it has no id or title."""
    source_id, title = text_of(row, "postId"), text_of(row, "name")
    if source_id is None or title is None:
        return None
    published_on, published_text = published(row, "publishDate", "updateDate")
    return Posting(
        source_id=source_id,
        url=f"{source.base_url}/jobs/detail/{kind}/{source_id}",
        title=title,
        company=source.company,
        description=joined_description(row, "workContent", "serviceCondition"),
        city_text=text_of(row, "workPlace"),
        experience_text=text_of(row, "workYears"),
        education_text=text_of(row, "education"),
        employment_text="/".join(filter(None, (source.options["recruit_types"][kind], text_of(row, "projectType")))),
        published_on=published_on,
        published_text=published_text,
        site_category=text_of(row, "postType"),
    )
