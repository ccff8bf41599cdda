"""Between Scrapy's requests and responses and the contract's calls and replies."""

import json
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode

from scrapy import exceptions
from scrapy.http import Request, Response
from twisted.internet import error as twisted_errors

from crawler.contract import Call
from crawler.reply import Reply

NETWORK_ERRORS: Final[dict[type[Exception], str]] = {
    exceptions.DownloadTimeoutError: "timeout",
    exceptions.CannotResolveHostError: "unknown_host",
    exceptions.DownloadConnectionRefusedError: "connection_refused",
    exceptions.ResponseDataLossError: "incomplete_answer",
    exceptions.DownloadFailedError: "connection_lost",
    exceptions.DownloadCancelledError: "too_large",
    twisted_errors.ConnectionDone: "connection_lost",
    twisted_errors.ConnectionLost: "connection_lost",
    twisted_errors.ConnectError: "connection_lost",
    # Raised while a broken compressed body is unpacked.
    OSError: "broken_body",
}
"""What Scrapy raises when no answer came, and the word under which it is counted."""


def network_error_kind(error: BaseException) -> str | None:
    """The word for a network error; None for any other."""
    return next((kind for type_, kind in NETWORK_ERRORS.items() if isinstance(error, type_)), None)


def request_of(call: Call, **given: Any) -> Request:  # noqa: ANN401 - what Scrapy's requests take
    """The call as a Scrapy request, never filtered as a duplicate: the ledger sees to that.

    Args:
        call: What to ask.
        given: The request's callbacks and what they are given.
    """
    if call.json is not None:
        body, content = json.dumps(call.json, ensure_ascii=False).encode(), "application/json"
    elif call.form is not None:
        body, content = urlencode(call.form).encode(), "application/x-www-form-urlencoded; charset=UTF-8"
    else:
        return Request(call.url, headers=dict(call.headers), dont_filter=True, **given)
    headers = {"Content-Type": content, "Accept": "application/json", **call.headers}
    return Request(call.url, method="POST", body=body, headers=headers, dont_filter=True, **given)


def cookies_set(response: Response, meta: Mapping[str, Any]) -> dict[str, str]:
    """The cookies that an answer, and the redirects that led to it, set.

    Args:
        response: The answer. Cookies that are written in no known way are left out.
        meta: That of its request.
    """
    cookies = dict(meta.get("cookies_set", {}))
    for line in response.headers.getlist("Set-Cookie"):
        try:
            parsed = SimpleCookie(line.decode("latin-1"))
        except CookieError:
            continue
        cookies.update({name: morsel.value for name, morsel in parsed.items()})
    return cookies


def reply_of(response: Response) -> Reply:
    """The answer apart from Scrapy."""
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return Reply(
        response.url,
        response.body,
        response.status,
        headers,
        cookies_set(response, response.request.meta if response.request else {}),
    )
