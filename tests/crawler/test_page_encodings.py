"""Pages whose bytes are not in the encoding that they, or their servers, say."""

import json

import pytest

from crawler.encoding import page_text
from crawler.reply import Reply

TEXT = "大模型算法工程师，负责训练与推理；薪资 20-35K"


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("utf-8", "text/html; charset=utf-8", "utf-8"),
        ("utf-8", None, None),
        ("gb18030", "text/html; charset=gb2312", "gb2312"),
        ("gb18030", "text/html", "gbk"),
        ("gb18030", None, None),
        ("big5", "text/html; charset=big5", None),
        ("utf-16", "text/html; charset=utf-8", None),
        # Wrong about themselves.
        ("gb18030", "text/html; charset=utf-8", "utf-8"),
        ("gb18030", "text/html", "utf-8"),
        ("utf-8", "text/html; charset=gb2312", None),
        ("utf-8", "text/html; charset=ISO-8859-1", None),
        ("utf-8", "text/html", "gbk"),
    ],
)
def test_text_is_read_as_its_bytes_are(encoding: str, header: str | None, meta: str | None) -> None:
    # Big5 has no simplified characters.
    said = "大模型工程" if encoding == "big5" else TEXT
    page = f"<html><head>{f'<meta charset={meta}>' if meta else ''}</head><body>{said}</body></html>"
    assert said in page_text(page.encode(encoding), header)


def test_a_few_stray_bytes_in_utf8_cost_no_more_than_themselves() -> None:
    body = TEXT.encode() + b"\xe5\xa4" + "后文".encode()
    text = page_text(body, "text/html; charset=utf-8")
    assert text.startswith(TEXT)
    assert text.endswith("后文")


def test_a_page_of_one_broken_character_is_not_guessed_at() -> None:
    assert page_text(b"\xff", "text/html; charset=utf-8") == "\ufffd"
    assert page_text(b"", None) == ""


@pytest.mark.parametrize(
    "header", ["application/json", "application/json; charset=utf-8", "application/json; charset=gbk"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_json_is_read_as_its_bytes_are(encoding: str, header: str) -> None:
    body = json.dumps({"title": TEXT}, ensure_ascii=False).encode(encoding)
    assert Reply("https://jobs.example.org/", body, headers={"content-type": header}).json() == {"title": TEXT}
