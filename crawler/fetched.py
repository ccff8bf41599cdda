"""Between Scrapy's requests and responses and the contract's calls and replies."""

import json
from typing import Final

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


def request_of(call: Call) -> Request:
    """The call as a Scrapy request, never filtered as a duplicate: the ledger sees to that."""
    if call.json is None:
        return Request(call.url, headers=dict(call.headers), dont_filter=True)
    return Request(
        call.url,
        method="POST",
        body=json.dumps(call.json, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json", **call.headers},
        dont_filter=True,
    )


def reply_of(response: Response) -> Reply:
    """The answer apart from Scrapy."""
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return Reply(response.url, response.body, response.status, headers)
