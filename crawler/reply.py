"""A page as it came, whether from the network or from a file, and the diagnosis of one that cannot be read."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

from parsel import Selector
from w3lib.encoding import http_content_type_encoding

from crawler.encoding import page_text
from crawler.markup import html_to_text
from crawler.problems import Blocked, Closed, FormatChanged, LoginRequired, NotAPosting, PageProblem, ServerError

_REFUSALS = frozenset({403, 405, 406, 412, 418, 429, 451, 999})
_GONE = frozenset({404, 410})
# Behind /api/auth are tokens that every visitor gets; people are led to pages.
_LOGIN_ADDRESS = re.compile(r"login|signin|sign-in|passport|/sso|(?<!/api)/auth\b|oauth", re.IGNORECASE)
_CHALLENGE = re.compile(
    r"验证码|安全验证|人机验证|滑动验证|滑块|访问过于频繁|访问异常|操作频繁|异常访问|请完成验证|captcha|are you a robot"
    r"|access denied|unusual traffic|security (?:check|verification)|verify you are human|checking your browser"
    r"|cf-challenge",
    re.IGNORECASE,
)
_LOGIN_PAGE = re.compile(
    r"请先?登录|登录后(查看|继续|可见)|扫码登录|log ?in to continue|sign in to continue", re.IGNORECASE
)

# What only challenge pages hold, in scripts that no reader sees: Tencent EdgeOne, Aliyun.
_CHALLENGE_SCRIPT = re.compile(rb"EO-Bot-Js-Token|<script[^>]{0,200}\bname=[\"']aliyunwaf_")

# https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/: a header, or a meta element.
_RESERVATION = re.compile(
    rb"""<meta\s(?=[^>]*\bname\s*=\s*["']?tdm-reservation["'\s/>])(?=[^>]*\bcontent\s*=\s*["']?1["'\s/>])""",
    re.IGNORECASE,
)

_LONGEST_NOTICE = 1000
"""Characters of a page that says one thing only."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Reply:
    """One answer of a server.

    Attributes:
        url: The address that answered, after redirects on the source's own hosts.
        body: The bytes, decompressed.
        status: The HTTP status.
        headers: Header names in lower case.
        cookies: Those that this answer, and redirects on the way to it, have set.
        sent: The body of the request, where a saved page knows it.
    """

    url: str
    body: bytes
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    sent: str = ""

    @cached_property
    def text(self) -> str:
        """The body as text, in the encoding that it has."""
        return page_text(self.body, self.headers.get("content-type"))

    @cached_property
    def html(self) -> Selector:
        """The body as an HTML tree."""
        return Selector(text=self.text or "<html></html>", type="html")

    def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The body as JSON.

        Raises:
            FormatChanged: the body is something else.
        """
        try:
            # JSON is UTF-8, whatever HTML of the same site may be; what is not says so or cannot be read as such.
            charset = http_content_type_encoding(self.headers.get("content-type"))
            return json.loads(self.body if charset in {None, "utf-8"} else self.text)
        except UnicodeDecodeError:
            body = self.text
        except (ValueError, RecursionError) as error:
            raise FormatChanged(f"not JSON: {_beginning(self.body)}") from error
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise FormatChanged(f"not JSON: {_beginning(self.body)}") from error


def refusal(reply: Reply, *, detail: bool) -> PageProblem | None:
    """What the status of a reply says; None when the page is to be read.

    Args:
        reply: The answer. A status of 3xx means that it points to a host that is not the source's own.
        detail: Whether the page of one posting was asked for: only there does "gone" mean closed.
    """
    if HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST:
        target = urlsplit(reply.headers.get("location", ""))
        where = f"redirects to {target.hostname or reply.status}"
        login = _LOGIN_ADDRESS.search(f"{target.hostname}{target.path}")
        return LoginRequired(where) if login else Blocked(where)
    if reply.status == HTTPStatus.UNAUTHORIZED:
        return LoginRequired("HTTP 401")
    if reply.status in _REFUSALS:
        return Blocked(f"HTTP {reply.status}")
    if reply.status in _GONE:
        return Closed(f"HTTP {reply.status}") if detail else FormatChanged(f"HTTP {reply.status} for a list page")
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError(f"HTTP {reply.status}")
    if reply.status >= HTTPStatus.BAD_REQUEST:
        return FormatChanged(f"HTTP {reply.status}")
    if reply.headers.get("tdm-reservation", "").strip() == "1" or _RESERVATION.search(reply.body):
        return Blocked("reserves its pages against text and data mining (tdm-reservation)")
    return None


def diagnose(reply: Reply, problem: PageProblem) -> PageProblem:
    """Why a page could not be read: a challenge, a login page, or what the reader says.

    Asked only after a reader has failed, because postings themselves speak of captchas and logins; and only the title
    and short pages are believed, because a full page may have a login link in its header.
    """
    if _LOGIN_ADDRESS.search(urlsplit(reply.url).path):
        return LoginRequired(f"led to {urlsplit(reply.url).path}")
    seen, title = html_to_text(reply.text), reply.html.css("title::text").get("")
    if len(seen) > _LONGEST_NOTICE:
        seen = title
    elif script := _CHALLENGE_SCRIPT.search(reply.body):
        return Blocked(f"challenge page ({script.group().decode('ascii', 'replace')})")
    else:
        seen = f"{title}\n{seen}"
    if found := _CHALLENGE.search(seen):
        return Blocked(f"challenge page ({found.group()})")
    if found := _LOGIN_PAGE.search(seen):
        return LoginRequired(f"login page ({found.group()})")
    return problem


def read_soundly(read: Callable[[Reply], Found], reply: Reply) -> Found:
    """What a reader finds; where it fails because the page is another than it knows, the diagnosis of the page.

    Raises:
        PageProblem: why the page cannot be read.
    """
    try:
        return read(reply)
    except (FormatChanged, NotAPosting) as problem:
        raise diagnose(reply, problem) from problem
    except KeyError as error:
        raise diagnose(reply, FormatChanged(f"has no {error}: {_beginning(reply.body)}")) from error
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        # A reader takes a shape for granted; where it fails, the shape is another.
        reason = f"has another form than known ({type(error).__name__}: {error}): {_beginning(reply.body)}"
        raise diagnose(reply, FormatChanged(reason)) from error


def _beginning(body: bytes) -> str:
    """The first characters of a body, for a message."""
    text = " ".join(body[:80].decode("utf-8", "replace").split())
    return f"it begins with {text!r}" if text else "it is empty"
