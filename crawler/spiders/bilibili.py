"""哔哩哔哩's own portal: an anonymous token first, then lists that carry the full text.

The token goes back as a header and, as browsers do, as a cookie; it stands for no account.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.fields import joined_description, published, text_of
from crawler.paging import FIRST_PAGE, Row, numbered_page
from crawler.problems import FormatChanged, LoginRequired, SessionLost, Unwilling
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE = 50
APP_KEY = "ops.ehr-api.auth"
"""What the portal's pages call themselves; the same for every visitor."""
ANONYMOUS_VISITOR = "2"
TOKEN = "X-CSRF"  # noqa: S105 - the name of the header, not a secret

SUCCESS = 0
TOKEN_LOST = -3
ACCOUNT_WANTED = frozenset({-101, -403})
INTERCEPTED = frozenset({-412, -352, -509, -799})
"""What all interfaces of the site answer to callers that they refuse or find too fast."""


class BilibiliSpider(SourceSpider):
    """The lists of one part of the portal: 社招, or 校招 and 实习."""

    name = "bilibili"
    searches_cities = False

    def opening(self) -> Call:
        """The address that gives out tokens."""
        return Call(f"{self.source.base_url}/api/auth/v1/csrf/token", headers=self._headers())

    def read_opening(self, reply: Reply) -> Mapping[str, str]:
        """The token, and the cookies that came with it."""
        return read_token(reply)

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of each list."""
        return [Task("list", {"kind": kind, **FIRST_PAGE}, query) for kind in self.source.options["kinds"]]

    def ask(self, task: Task) -> Call:
        """The search."""
        wanted = [self.source.options["kinds"][task.params["kind"]]]
        session = self.session or {}
        return Call(
            f"{self.source.base_url}/api/{self.source.options['api']}/position/positionList",
            json={
                "pageSize": PAGE_SIZE,
                "pageNum": task.params["page"],
                "positionName": task.query.keyword,
                "postCode": [],
                "postCodeList": [],
                "workLocationList": [],
                "workTypeList": wanted,
                "positionTypeList": wanted,
                "deptCodeList": [],
                "recruitType": self.source.options["recruit_type"],
                "practiceTypes": [],
                "onlyHotRecruit": 0,
            },
            headers=self._headers() | {TOKEN: session.get(TOKEN, ""), "Cookie": _cookie_line(session)},
        )

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text."""
        return read_list(self.source, task, reply)

    def _headers(self) -> dict[str, str]:
        channel = self.source.options["channel"]
        return {
            "X-AppKey": APP_KEY,
            "X-UserType": ANONYMOUS_VISITOR,
            "X-Channel": channel,
            "Referer": f"{self.source.base_url}/{channel}/positions",
        }


def read_token(reply: Reply) -> dict[str, str]:
    """Read the answer that opens a session.

    Returns:
        The cookies that it set, and the token as one of them.

    Raises:
        FormatChanged: it gives out no token.
    """
    answer = reply.json()
    token = answer.get("data")
    if answer["code"] != SUCCESS or not isinstance(token, str) or not token:
        raise FormatChanged(f"no token: code {answer['code']}: {answer.get('message')}")
    return {**reply.cookies, TOKEN: token}


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        SessionLost: the token is no longer taken.
        LoginRequired: the portal says that it wants an account.
        Unwilling: the portal refuses the caller.
        FormatChanged: anything but a list of postings with their total.
    """
    answer = reply.json()
    code = answer["code"]
    told = f"code {code}: {answer.get('message')}"
    if code == TOKEN_LOST:
        raise SessionLost(told)
    if code in ACCOUNT_WANTED:
        raise LoginRequired(told)
    if code in INTERCEPTED:
        raise Unwilling(told)
    if code != SUCCESS:
        raise FormatChanged(told)
    data = answer["data"]
    kind = str(task.params["kind"])
    return numbered_page(
        task, data["list"] or [], lambda row: _posting(source, kind, row), total=int(data["total"]), size=PAGE_SIZE
    )


def _cookie_line(session: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in session.items())


def _posting(source: SourceInfo, kind: str, row: Row) -> Posting | None:
    """A row as a posting; None when it has no id or title."""
    position_id, title = row.get("id"), text_of(row, "positionName")
    if not position_id or not title:
        return None
    day, day_text = published(row, "pushTime")
    employment: Any = dict.fromkeys(filter(None, (kind, text_of(row, "positionTypeName"))))
    return Posting(
        source_id=str(position_id),
        url=f"{source.base_url}/{source.options['channel']}/positions/{position_id}",
        title=title,
        company=source.company,
        description=joined_description(row, "positionDescription"),
        city_text=text_of(row, "workLocation"),
        employment_text="/".join(employment),
        published_on=day,
        published_text=day_text,
        site_category=text_of(row, "postCodeName"),
    )
