"""Whatever a saved file holds, its import ends in postings, in pages passed over, or in a problem that is told."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from replicas.zhipin import ZhipinReplica

from crawler.contract import Posting
from crawler.problems import PageProblem
from crawler.readers.zhipin import read_saved
from crawler.reply import Reply, read_soundly
from crawler.saved.load import import_saved
from crawler.saved.pages import saved_pages
from postings.dataset import Dataset
from taxonomy.errors import JobAtlasError

KEYS = """
    code message zpData jobList jobInfo jobBaseInfoVO jobCard brandComInfo hasMore resCount totalCount encryptJobId
    encryptId jobName positionName postDescription jobDesc salaryDesc lastModifyTime skills jobType jobStatusDesc
    log entries request response url status content text encoding mimeType headers postData startedDateTime
"""
NAMES = st.sampled_from(KEYS.split())
TEXTS = st.sampled_from(
    ["", "base64", "大模型", "https://www.zhipin.com/wapi/zpgeek/search/joblist.json", "\ud800", "3天前"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=5),
    max_leaves=20,
)
ROW = ZhipinReplica(3).row(0)
DETAIL = ZhipinReplica(3).detail(0)
URLS = st.sampled_from(
    ["", *(f"https://www.zhipin.com{path}" for path in (
        "/wapi/zpgeek/search/joblist.json", "/wapi/zpgeek/job/detail.json", "/job_detail/a~.html", "/web/geek/jobs", "/",
    ))]
)  # fmt: skip
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def damaged(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The object with some of its values replaced."""
    return st.dictionaries(st.sampled_from(sorted(whole)), VALUES, max_size=4).map(lambda changes: {**whole, **changes})


def read(reply: Reply) -> None:
    with suppress(PageProblem):
        found = read_soundly(read_saved, reply)
        assert found is None or all(isinstance(posting, Posting) for posting in found)


@QUICK
@given(URLS, VALUES)
def test_any_json(url: str, value: Any) -> None:
    read(Reply(url, json.dumps(value).encode()))


@QUICK
@given(URLS, st.lists(damaged(ROW), max_size=3), damaged(DETAIL), damaged(DETAIL["jobInfo"]), VALUES)
def test_answers_with_other_values(url: str, rows: Any, detail: Any, info: Any, code: Any) -> None:
    for data in ({"jobList": rows, "resCount": code}, detail, {**DETAIL, "jobInfo": info}):
        for said in (0, code):
            read(Reply(url, json.dumps({"code": said, "zpData": data}).encode()))


@QUICK
@given(URLS, st.binary(max_size=200))
def test_any_bytes(url: str, body: bytes) -> None:
    read(Reply(url, body))


@QUICK
@given(URLS, st.lists(st.sampled_from([
    "<div class='job-card-wrap'>", "<li class='job-card-box'>", "<a class='job-name' href='/job_detail/a~.html'>", "</li>",
    "<div class='job-sec-text'>", "<style>.a{display:none}", "</style>", "<style>}{", "<div class='info-primary'><h1>",
    "<div class='job-detail-box'>", "<title>", "大模型", "<span class='a' style='display:none'>", "</div>", "\x00", "<",
])))  # fmt: skip
def test_any_markup(url: str, pieces: list[str]) -> None:
    read(Reply(url, f"<html>{''.join(pieces)}".encode()))


@QUICK
@given(VALUES | st.lists(st.fixed_dictionaries({"request": VALUES, "response": VALUES}), max_size=3))
def test_any_recording(tmp_path: Path, entries: Any) -> None:
    path = tmp_path / "visit.har"
    path.write_text(json.dumps({"log": {"entries": entries}}))
    for page in saved_pages([path]):
        assert page.damage or page.reply is None or isinstance(page.reply.body, bytes)


@QUICK
@given(
    st.binary(max_size=300)
    | st.sampled_from([b"{", b"[", b"<", b"\xef\xbb\xbf{", b"\xff\xfe[", b"MIME-Version: 1.0\n"])
)
def test_any_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "saved"
    path.write_bytes(content)
    assert list(saved_pages([path]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        VALUES
        | st.fixed_dictionaries(
            {"code": st.just(0), "zpData": st.fixed_dictionaries({"jobList": st.lists(damaged(ROW))})}
        ),
        max_size=5,
    )
)
def test_any_array_of_answers_adds_up(tmp_path: Path, answers: list[Any]) -> None:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(answers))
    with suppress(JobAtlasError):  # none is a page of the site
        result = import_saved([path], "zhipin", Dataset(tmp_path / "data"))
        assert result.pages == result.read + result.passed_over + result.rejects.count
        assert import_saved([path], "zhipin", Dataset(tmp_path / "data")).written == 0


def test_nesting_without_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text('{"code": ' + "[" * 200_000)
    assert [bool(page.damage) for page in saved_pages([path])] == [True]
    path.write_text("[" * 200_000)
    assert list(saved_pages([path]))[-1].damage
    with pytest.raises(PageProblem):
        read_soundly(read_saved, Reply("https://www.zhipin.com/wapi/zpgeek/job/detail.json", b"[" * 200_000))
