"""An operator's way in: what they saved of BOSS直聘 in their browser through `jobatlas import --format`."""

import json
from pathlib import Path
from typing import Any

import pytest
from replicas.base import KEYWORD
from replicas.recording import entry, write_recording
from replicas.zhipin import ZhipinReplica, refusal

from jobatlas.cli import run_command_line
from postings.dataset import Dataset

LIST = "https://www.zhipin.com/wapi/zpgeek/search/joblist.json"
DETAIL = "https://www.zhipin.com/wapi/zpgeek/job/detail.json?securityId=t"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A visit of two list pages and three details, and two pages that were saved by hand."""
    replica = ZhipinReplica(33)
    folder = tmp_path / "保存"
    folder.mkdir()
    form = {"query": KEYWORD, "city": "100010000", "pageSize": "15"}
    pages = [replica.search_data({**form, "page": str(page)}) for page in (1, 2)]
    details = [replica.detail(number) for number in (0, 5, 20)]
    answers = [(LIST, data) for data in pages] + [(DETAIL, data) for data in details]
    write_recording(
        folder / "www.zhipin.com.har",
        [entry(url, json.dumps({"code": 0, "zpData": data}), sent=f"query={KEYWORD}") for url, data in answers],
    )
    (folder / "职位.html").write_text(replica.posting_page(7), encoding="utf-8")
    (folder / "列表.html").write_text(replica.list_page(range(30, 33)), encoding="utf-8")
    return folder


def run(capsys: Any, *words: str) -> tuple[int, str, str]:
    code = run_command_line(["import", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_folder_comes_in_once(saved: Path, tmp_path: Path, capsys: Any) -> None:
    data = str(tmp_path / "data")
    code, out, err = run(capsys, "--format", "zhipin", str(saved), "--data", data)
    assert (code, err) == (0, "")
    assert "pages: 7 = 7 read + 0 passed over + 0 rejected" in out
    assert "33 postings written, 0 known already" in out
    rows = [row for batch in Dataset(data).scan() for row in batch.to_pylist()]
    assert sum(row["description"] is not None for row in rows) == 4
    assert {row["keywords"][0] for row in rows if row["keywords"]} == {KEYWORD}
    _, out, _ = run(capsys, "--format", "zhipin", str(saved), str(saved / "职位.html"), "--data", data)
    assert "0 postings written, 33 known already" in out


def test_what_could_not_be_read_is_said_and_kept(saved: Path, tmp_path: Path, capsys: Any) -> None:
    (saved / "joblist.json").write_text(json.dumps(refusal(37, "您的环境存在异常.")), encoding="utf-8")
    code, out, _ = run(capsys, "--format", "zhipin", str(saved), "--data", str(tmp_path / "data"))
    assert code == 3
    assert "rejected: 1 because blocked: code 37: environment abnormal" in out
    assert (tmp_path / "data" / "rejects" / "保存.rejects.csv").is_file()
    code, out, _ = run(capsys, "--format", "zhipin", str(saved / "joblist.json"), "--data", str(tmp_path / "data"))
    assert (code, "pages: 1 = 0 read + 0 passed over + 1 rejected" in out) == (1, True)


def test_wrong_usage_is_told_in_a_line(saved: Path, tmp_path: Path, capsys: Any) -> None:
    data = ["--data", str(tmp_path / "data")]
    code, _, err = run(capsys, "--format", "zhaopin", str(saved), *data)
    assert (code, "none of 7 pages and files is a page of zhaopin" in err) == (1, True)
    code, _, err = run(capsys, "--format", "zhipin", str(saved / "nowhere"), *data)
    assert (code, "does not exist" in err) == (1, True)
    assert run(capsys, "--format", "zhipin", str(saved), "--source", "x", *data)[0] == 2
    assert run(capsys, "--format", "boss", str(saved), *data)[0] == 2
    assert run(capsys, str(saved), str(saved), *data)[0] == 2
    assert not (tmp_path / "data" / "postings").exists()
