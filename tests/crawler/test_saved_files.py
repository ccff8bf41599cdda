"""Every file in which a page may be saved gives the page, and every damage is told in its place."""

import codecs
import gzip
import json
import os
import shutil
import zipfile
import zlib
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from replicas.recording import entry, write_recording

from crawler.saved.pages import SavedPage, saved_pages
from taxonomy.errors import JobAtlasError

ANSWER = {"code": 0, "message": "成功", "zpData": {"jobList": []}}
TEXT = json.dumps(ANSWER, ensure_ascii=False)
URL = "https://www.zhipin.com/wapi/zpgeek/search/joblist.json?_=1"
PAGE = "<!DOCTYPE html><html><head><meta charset='utf-8'><title>职位</title></head><body>大模型</body></html>"


def pages(*paths: Path) -> list[SavedPage]:
    return list(saved_pages(paths))


def only(path: Path) -> SavedPage:
    (page,) = pages(path)
    return page


def answers(path: Path) -> list[Any]:
    return [page.reply.json() if page.reply else page.damage for page in pages(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("indent", [None, 2])
def test_one_answer_in_any_encoding(tmp_path: Path, encoding: str, indent: int | None) -> None:
    path = tmp_path / "joblist"
    path.write_text("\n " + json.dumps(ANSWER, ensure_ascii=False, indent=indent) + "\n", encoding=encoding)
    assert answers(path) == [ANSWER]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_many_answers_one_a_line_or_as_an_array(tmp_path: Path, encoding: str) -> None:
    lines = tmp_path / "answers"
    lines.write_text(f"{TEXT}\n\n{TEXT}\r\n{TEXT}", encoding=encoding)
    array = tmp_path / "array.json"
    array.write_text(f"[{TEXT}, {TEXT}, 1.5, null]", encoding=encoding)
    assert answers(lines) == [ANSWER] * 3
    assert answers(array) == [ANSWER, ANSWER, 1.5, None]


def test_damaged_json_is_told_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(TEXT[:-5])
    (tmp_path / "b.jsonl").write_text(f"{TEXT[:-5]}\n{TEXT}\nundefined\n")
    (tmp_path / "c.json").write_text(f"[{TEXT}, {TEXT[:-5]}")
    (tmp_path / "d.json").write_text(" \n")
    (tmp_path / "e.json").write_text("position,company\n1,2\n")
    found = [(Path(page.file).name, page.number, page.damage.split(":")[0]) for page in pages(tmp_path)]
    assert found == [
        ("a.json", 1, "no valid JSON"),
        ("b.jsonl", 1, "no valid JSON"),
        ("b.jsonl", 2, ""),
        ("b.jsonl", 3, "no valid JSON"),
        ("c.json", 1, ""),
        ("c.json", 2, "the array breaks off"),
        ("d.json", 1, "the file is empty"),
        ("e.json", 1, "neither JSON, HAR, HTML nor MHTML"),
    ]


def packed(text: str, how: str) -> bytes:
    if how == "gzip":
        return gzip.compress(text.encode())
    raw = zlib.compress(text.encode())
    return raw if how == "deflate" else raw[2:-4]


@pytest.mark.parametrize(
    "recorded",
    [
        entry(URL, TEXT),
        entry(URL, TEXT, encoding="gzip"),
        entry(URL, TEXT, encoding="br", kind="application/json; charset=gbk"),
        entry(URL, TEXT.encode()),
        entry(URL, TEXT.encode(), encoding="gzip"),
        entry(URL, packed(TEXT, "gzip"), encoding="gzip"),
        entry(URL, packed(TEXT, "deflate"), encoding="deflate"),
        entry(URL, packed(TEXT, "raw"), encoding="deflate"),
    ],
)
def test_a_recorded_answer_however_its_body_is_written(tmp_path: Path, recorded: dict[str, Any]) -> None:
    page = only(write_recording(tmp_path / "visit.har", [recorded]))
    assert page.reply is not None
    assert (page.reply.url, page.reply.json(), "成功" in page.reply.text) == (URL, ANSWER, True)
    assert page.saved_at == datetime(2026, 11, 20, 2, tzinfo=UTC).timestamp()


def test_a_recorded_page_is_in_unicode_whatever_it_declares(tmp_path: Path) -> None:
    page = "<html><head><meta charset=gbk></head><body>大模型</body></html>"
    found = only(write_recording(tmp_path / "visit.har", [entry("https://a.cn/", page, kind="text/html; charset=GBK")]))
    assert found.reply is not None
    assert "大模型" in found.reply.text
    found = only(
        write_recording(tmp_path / "visit.har", [entry("https://a.cn/", page.encode("gbk"), kind="text/html")])
    )
    assert found.reply is not None
    assert "大模型" in found.reply.text


def test_what_of_a_visit_is_no_page(tmp_path: Path) -> None:
    recording = write_recording(
        tmp_path / "visit.har",
        [
            entry("https://a.cn/x.png", b"\x89PNG", kind="image/png"),
            entry("https://a.cn/x.woff2", "", kind="font/woff2"),
            entry(URL, "", status=302),
            entry(URL, "", status=204),
            entry(URL, "", status=0),
            entry(URL, TEXT, sent="query=AI+Agent&page=1"),
            entry(URL, ""),
        ],
    )
    found = pages(recording)
    assert [page.reply is not None for page in found] == [False] * 5 + [True] * 2
    assert not any(page.damage for page in found)
    assert found[5].reply is not None
    assert found[5].reply.sent == "query=AI+Agent&page=1"
    assert [page.number for page in found] == [1, 2, 3, 4, 5, 6, 7]


def test_a_broken_recording_gives_what_comes_before_the_break(tmp_path: Path) -> None:
    whole = write_recording(tmp_path / "visit.har", [entry(URL, TEXT)] * 300)
    text = whole.read_text()
    whole.write_text(text[: len(text) * 2 // 3])
    found = pages(whole)
    assert sum(page.reply is not None for page in found) in range(195, 201)
    assert found[-1].damage.startswith(f"the recording breaks off after entry {len(found) - 1}: ")
    assert only(write_recording(tmp_path / "empty.har", [])).damage.startswith("a recording without entries")
    broken = [
        entry(URL, b"x"),
        entry(URL, packed(TEXT, "gzip")[:-9], encoding="gzip"),
        {"request": 1},
        5,
        entry(URL, b"\xff", encoding="br"),
    ]
    broken[0]["response"]["content"]["text"] = "a"
    damages = [page.damage for page in pages(write_recording(tmp_path / "bodies.har", broken))]
    assert damages[0].startswith("https://www.zhipin.com/wapi/zpgeek/search/joblist.json: the body cannot be unpacked")
    assert damages[2] == damages[3] == "an entry without address or status"
    assert "packed as br" in damages[4]


@pytest.mark.parametrize(
    ("page", "url"),
    [
        (PAGE.replace("<html>", f"<!-- saved from url=(0056){URL} --><html>"), URL),
        (PAGE.replace("<title>", f'<link rel="canonical" href="{URL}"><title>'), URL),
        (PAGE.replace("<title>", f'<meta property="og:url" content="{URL}"><title>'), URL),
        (PAGE, ""),
        (f"\n<!-- x -->{PAGE}", ""),
    ],
)
def test_a_page_knows_its_address(tmp_path: Path, page: str, url: str) -> None:
    path = tmp_path / "saved"
    path.write_text(page, encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    found = only(path)
    assert found.reply is not None
    assert (found.reply.url, "大模型" in found.reply.text, found.saved_at) == (url, True, 1_700_000_000)


def test_a_single_file_knows_its_address_and_time(tmp_path: Path) -> None:
    comment = f"<!--\n Page saved with SingleFile \n url: {URL} \n saved date: Sun Nov 22 2026 11:41:38 GMT+0800 (China Standard Time)\n-->"
    path = tmp_path / "职位 (2026-11-22).html"
    path.write_text(PAGE.replace("<html>", f"<html>{comment}"), encoding="utf-8")
    found = only(path)
    assert found.reply is not None
    assert (found.reply.url, found.saved_at) == (URL, datetime(2026, 11, 22, 3, 41, 38, tzinfo=UTC).timestamp())
    path.write_text(path.read_text().replace("Sun Nov 22 2026", "someday"), encoding="utf-8")
    assert abs(only(path).saved_at - path.stat().st_mtime) < 1


@pytest.mark.parametrize(
    ("charset", "coding"), [("utf-8", "quoted-printable"), ("gb2312", "base64"), ("utf-8", "8bit")]
)
def test_mhtml(tmp_path: Path, charset: str, coding: str) -> None:
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = URL
    message["Subject"] = "职位"
    message["Date"] = "Sun, 22 Nov 2026 03:41:38 -0000"
    message.set_content(PAGE.replace("utf-8", charset), subtype="html", charset=charset, cte=coding)
    message.add_related(b"\x89PNG", "image", "png", cid="<x>")
    message.add_related("<html>frame</html>", subtype="html")
    path = tmp_path / "saved.mhtml"
    path.write_bytes(message.as_bytes())
    found = only(path)
    assert found.reply is not None
    assert (found.reply.url, "大模型" in found.reply.text) == (URL, True)
    assert found.saved_at == datetime(2026, 11, 22, 3, 41, 38, tzinfo=UTC).timestamp()
    path.write_bytes(b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\nnichts\n--x--\n")
    assert only(path).damage == "an MHTML file without a page"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What an operator's folder looks like after a while."""
    root = tmp_path / "saved"
    for name, content in {
        "a/joblist.json": TEXT,
        "a/职位.html": PAGE,
        "a/职位_files/frame.html": PAGE,
        "a/职位_files/data.json": TEXT,
        "b/own_files/answer.json": TEXT,
        "b/notes.docx": "x",
        "b/.hidden.json": TEXT,
        "c.png": "x",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    write_recording(root / "b" / "visit.har", [entry(URL, TEXT)])
    return root


EXPECTED = {
    "a/joblist.json": True,
    "a/职位.html": True,
    "b/.hidden.json": False,
    "b/notes.docx": False,
    "b/own_files/answer.json": True,
    "b/visit.har": True,
    "c.png": False,
}


def test_a_folder_as_it_is(folder: Path) -> None:
    found = {str(Path(page.file).relative_to(folder)): page.reply is not None for page in pages(folder)}
    assert found == EXPECTED
    assert not any(page.damage for page in pages(folder))


def test_a_zip_of_it_alone_and_in_a_folder(folder: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))
    found = {page.file.removeprefix(f"{archive}/"): page.reply is not None for page in pages(archive)}
    assert found == EXPECTED
    (tmp_path / "inbox").mkdir()
    shutil.move(archive, tmp_path / "inbox" / "packed.zip")
    assert len(pages(tmp_path / "inbox")) == len(EXPECTED)


def test_damaged_archives_are_told_and_cost_no_other_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("x.json", TEXT * 100)
    whole = (tmp_path / "b.zip").read_bytes()
    (tmp_path / "b.zip").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.json", TEXT * 100)
    bad = bytearray((tmp_path / "c.zip").read_bytes())
    bad[40:60] = b"\xff" * 20
    (tmp_path / "c.zip").write_bytes(bad)
    (tmp_path / "d.json").write_text(TEXT)
    found = pages(tmp_path)
    assert ["damaged" in page.damage for page in found] == [True, True, False]
    assert found[2].reply is not None


def test_a_path_that_is_not_there_ends_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(JobAtlasError, match=r"nowhere\.har does not exist"):
        pages(tmp_path / "nowhere.har")


def test_a_mark_alone_is_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(codecs.BOM_UTF8)
    assert only(tmp_path / "x.json").damage
