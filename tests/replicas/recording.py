"""HAR files as browsers and proxies write them, of a visit to a replica."""

import base64
import json
from pathlib import Path
from typing import Any


def entry(
    url: str,
    body: str | bytes = "",
    *,
    status: int = 200,
    kind: str = "application/json",
    encoding: str = "",
    at: str = "2026-11-20T10:00:00.000+08:00",
    sent: str = "",
) -> dict[str, Any]:
    """An entry of a recording.

    Args:
        url: What was asked for.
        body: As text, or as bytes, which are written as base64.
        status: The HTTP status.
        kind: The MIME type.
        encoding: The response's content-encoding.
        at: When it was asked.
        sent: The form that was sent.
    """
    content: dict[str, Any] = {"size": len(body), "mimeType": kind}
    if isinstance(body, bytes):
        content |= {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    elif body:
        content["text"] = body
    request: dict[str, Any] = {"method": "POST" if sent else "GET", "url": url, "headers": [], "cookies": []}
    if sent:
        request["postData"] = {"mimeType": "application/x-www-form-urlencoded", "text": sent}
    headers = [{"name": "Content-Type", "value": kind}, {"name": "Set-Cookie", "value": "wt2=S3CRETCOOKIEVALUE"}]
    if encoding:
        headers.append({"name": "Content-Encoding", "value": encoding})
    return {
        "startedDateTime": at,
        "time": 12.5,
        "request": request,
        "response": {"status": status, "statusText": "", "headers": headers, "content": content},
    }


def write_recording(path: Path, entries: list[dict[str, Any]]) -> Path:
    """A recording as Chrome writes it."""
    log = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": entries}
    path.write_text(json.dumps({"log": log}, ensure_ascii=False, indent=2), encoding="utf-8")
    return path
