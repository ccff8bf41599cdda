"""Saved pages land in the dataset once, as one record a posting, whatever pages tell of it and in whatever order."""

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from replicas.base import KEYWORD, SECRETS
from replicas.recording import entry, write_recording
from replicas.zhipin import SECURITY_PAGE, ZhipinReplica, refusal

from crawler.registry import sources
from crawler.saved.formats import FORMATS, reader_of
from crawler.saved.load import SavedResult, import_saved
from postings.dataset import Dataset
from taxonomy.errors import JobAtlasError

SITE = "https://www.zhipin.com"
LIST = f"{SITE}/wapi/zpgeek/search/joblist.json"
DETAIL = f"{SITE}/wapi/zpgeek/job/detail.json?securityId=t&lid=l"
REPLICA = ZhipinReplica(40)


def answer(data: Any) -> str:
    return json.dumps({"code": 0, "message": "Success", "zpData": data}, ensure_ascii=False)


def listed(*numbers: int, **changes: Any) -> str:
    return answer({"hasMore": False, "jobList": [{**REPLICA.row(number), **changes} for number in numbers]})


@pytest.fixture
def bring(tmp_path: Path) -> Any:
    """Import some files into tmp_path/data; the values are their contents by name."""

    def run(files: dict[str, str | list[dict[str, Any]]], at: int = 0, **options: Any) -> SavedResult:
        folder = tmp_path / f"saved-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for name, content in files.items():
            path = folder / name
            if isinstance(content, list):
                write_recording(path, content)
            else:
                path.write_text(content, encoding="utf-8")
            os.utime(path, (1_790_000_000 + at, 1_790_000_000 + at))
        return import_saved([folder], "zhipin", Dataset(tmp_path / "data"), **options)

    return run


@pytest.fixture
def rows(tmp_path: Path) -> Any:
    def read() -> dict[str, dict[str, Any]]:
        found = [row for batch in Dataset(tmp_path / "data").scan() for row in batch.to_pylist()]
        return {row["source_id"]: row for row in found}

    return read


def versions(tmp_path: Path) -> int:
    return sum(batch.num_rows for batch in Dataset(tmp_path / "data").versions(["posting_id"]))


def test_every_format_is_an_importable_source_with_a_reader() -> None:
    assert set(FORMATS) == {source.name for source in sources() if source.importable}
    assert all(callable(reader_of(name)) for name in FORMATS)


def test_a_visit_becomes_whole_records(bring: Any, rows: Any, tmp_path: Path) -> None:
    visit = [
        entry(f"{SITE}/web/geek/jobs?query=x", "<html><body><div id=app></div></body></html>", kind="text/html"),
        entry("https://static.zhipin.com/app.js", "var a = 1;", kind="application/javascript"),
        entry("https://img.bosszhipin.com/x.png", b"\x89PNG", kind="image/png"),
        entry(f"{SITE}/wapi/zpuser/wap/getUserInfo.json", json.dumps({"code": 0, "zpData": {"name": SECRETS[0]}})),
        entry(LIST, listed(0, 1, 2), sent=f"query={KEYWORD}&page=1"),
        entry(DETAIL, answer(REPLICA.detail(1)), at="2026-11-20T10:05:00+08:00"),
        entry(LIST, json.dumps(refusal(37, "您的环境存在异常."))),
        entry(f"{SITE}/web/passport/zp/security.html?seed=1", SECURITY_PAGE, kind="text/html"),
    ]
    result = bring({"visit.har": visit}, rejects_path=tmp_path / "rejects.csv")
    assert (result.pages, result.read, result.passed_over, result.rejects.count) == (8, 2, 4, 2)
    assert (result.written, result.known) == (3, 0)
    found = rows()
    expected = REPLICA.expected(SITE)
    whole = found[REPLICA.job_id(1)]
    assert {name: whole[name] for name in expected[REPLICA.job_id(1)]} == expected[REPLICA.job_id(1)]
    bare = found[REPLICA.job_id(0)]
    assert (bare["description"], bare["salary_text"], bare["keywords"]) == (None, "25-50K·15薪", [KEYWORD])
    assert (bare["posting_id"], bare["source"]) == (f"zhipin:{REPLICA.job_id(0)}", "zhipin")
    assert (whole["first_seen"], whole["last_seen"]) == (
        datetime(2026, 11, 20, 2, tzinfo=UTC),
        datetime(2026, 11, 20, 2, 5, tzinfo=UTC),
    )
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        rejected = list(csv.DictReader(file))
    assert [(row["row"], row["reason"].split(":")[0], row["text"]) for row in rejected] == [
        ("7", "blocked", LIST),
        ("8", "blocked", f"{SITE}/web/passport/zp/security.html"),
    ]


def test_importing_again_adds_nothing(bring: Any, tmp_path: Path) -> None:
    files = {"a.json": listed(*range(20)), "b.json": answer(REPLICA.detail(3)), "c.html": REPLICA.posting_page(4)}
    first = bring(files)
    assert (first.written, first.known) == (20, 0)
    for at in (0, -500, 900):
        again = bring(files, at=at)
        assert (again.written, again.known, again.parts) == (0, 20, []), at
    assert versions(tmp_path) == 20


def test_a_later_detail_makes_a_version_and_a_later_list_does_not_lose_it(
    bring: Any, rows: Any, tmp_path: Path
) -> None:
    bring({"a.json": listed(0, 1)})
    detail = bring({"b.json": answer(REPLICA.detail(0))}, at=60)
    assert (detail.written, detail.known, versions(tmp_path)) == (1, 0, 3)
    same = bring({"c.json": listed(0, 1)}, at=120)
    assert (same.written, same.known) == (0, 2)
    raised = bring({"d.json": listed(0, salaryDesc="40-60K")}, at=180)
    assert (raised.written, raised.known) == (1, 0)
    row = rows()[REPLICA.job_id(0)]
    assert (row["salary_text"], row["salary_min"], row["description"]) == ("40-60K", 40_000, REPLICA.text(0))
    assert row["city_text"] == "北京·海淀区·中关村"
    assert row["last_seen"].timestamp() == 1_790_000_180
    assert row["first_seen"].timestamp() == 1_790_000_000


def test_older_pages_fill_gaps_and_change_nothing(bring: Any, rows: Any) -> None:
    bring({"a.json": listed(0, salaryDesc="40-60K")}, at=100)
    older = bring({"b.json": answer(REPLICA.detail(0))})
    assert older.written == 1
    row = rows()[REPLICA.job_id(0)]
    assert (row["salary_text"], row["description"]) == ("40-60K", REPLICA.text(0))
    assert row["last_seen"].timestamp() == 1_790_000_100


def test_the_newest_page_counts_in_whatever_order_they_are_read(bring: Any, rows: Any) -> None:
    visit = [
        entry(LIST, listed(0, salaryDesc=f"{hour}0-{hour}5K"), at=f"2026-11-20T0{hour}:00:00Z") for hour in (2, 5, 1, 3)
    ]
    bring({"visit.har": visit})
    assert rows()[REPLICA.job_id(0)]["salary_text"] == "50-55K"


def test_a_salary_in_figures_outlives_drawn_and_masked_ones(bring: Any, rows: Any) -> None:
    result = bring({"a.json": listed(0), "b.html": REPLICA.posting_page(0), "c.html": REPLICA.list_page(range(2))})
    row = rows()[REPLICA.job_id(0)]
    assert (row["salary_text"], row["description"]) == ("25-50K·15薪", REPLICA.text(0))
    assert (result.written, result.salaries_unread, result.salaries_drawn) == (2, 1, 0)
    drawn = bring({"d.html": REPLICA.posting_page(7)})
    assert (drawn.salaries_unread, drawn.salaries_drawn) == (1, 1)
    kept = rows()[REPLICA.job_id(7)]
    assert (kept["salary_text"], kept["salary_min"]) == ("\ue032\ue036-\ue036\ue031K", None)
    assert bring({"e.json": listed(7)}, at=-50).written == 1
    assert rows()[REPLICA.job_id(7)]["salary_text"] == "200-300元/天"
    assert bring({"f.json": listed(0, salaryDesc="面议")}, at=50).written == 1
    assert rows()[REPLICA.job_id(0)]["salary_text"] == "面议"


def test_the_day_can_be_said(bring: Any, rows: Any) -> None:
    bring({"visit.har": [entry(LIST, listed(0))]}, seen_at=datetime(2026, 11, 3, tzinfo=UTC))
    assert rows()[REPLICA.job_id(0)]["first_seen"] == datetime(2026, 11, 3, tzinfo=UTC)


def test_a_file_from_the_future_was_saved_now(bring: Any, rows: Any) -> None:
    bring({"a.json": listed(0)}, at=10_000_000_000)
    assert abs(rows()[REPLICA.job_id(0)]["last_seen"].timestamp() - datetime.now(tz=UTC).timestamp()) < 60


def test_a_further_search_that_finds_a_posting_is_noted_once(bring: Any, rows: Any, tmp_path: Path) -> None:
    bring({"a.har": [entry(LIST, listed(0), sent="query=AIGC")]})
    for _ in range(2):
        result = bring({"b.har": [entry(LIST, listed(0), sent="query=AI+Agent")]})
        assert (result.written, result.known) == (0, 1)
    assert rows()[REPLICA.job_id(0)]["keywords"] == ["AIGC", "AI Agent"]
    assert len(Dataset(tmp_path / "data").sighting_parts()) == 1


def test_closed_and_unreadable_are_counted(bring: Any) -> None:
    closed = REPLICA.detail(0)
    closed["jobInfo"]["jobStatusDesc"] = "职位已关闭"
    rows_of_a_list = json.loads(listed(1))["zpData"]["jobList"]
    result = bring(
        {
            "a.json": answer(closed),
            "b.json": answer({"jobList": [*rows_of_a_list, {"jobName": "无编号"}]}),
            "c.json": "{",
        }
    )
    assert (result.pages, result.read, result.closed, result.unreadable_rows) == (3, 2, 1, 1)
    assert (result.rejects.count, result.written) == (1, 1)
    assert [reject.reason.split(":")[0] for reject in result.rejects.first] == ["no valid JSON"]


def test_nothing_of_the_site_is_an_error_and_writes_nothing(bring: Any, tmp_path: Path) -> None:
    with pytest.raises(JobAtlasError, match="none of 2 pages and files is a page of zhipin"):
        bring({"a.html": "<html><body>x</body></html>", "b.png": "x"})
    assert not (tmp_path / "data").exists()


def test_no_personal_data_and_no_cookie_reaches_the_disk(bring: Any, rows: Any, tmp_path: Path) -> None:
    files = {
        "a.har": [entry(LIST, listed(0, 1)), entry(DETAIL, answer(REPLICA.detail(1)))],
        "b.html": REPLICA.posting_page(2),
        "c.html": REPLICA.list_page(range(3, 5), opened=3),
    }
    bring(files, rejects_path=tmp_path / "data" / "rejects.csv")
    assert len(rows()) == 5
    disk = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    for secret in (*SECRETS, "S3CRETCOOKIEVALUE", "招聘经理"):
        assert secret not in repr(rows())
        assert secret.encode() not in disk


def test_the_published_day_counts_from_the_day_of_its_own_page() -> None:
    from crawler.contract import Posting
    from crawler.saved.merge import Gathered

    gathered = Gathered()
    for day, text in ((20, "3天前"), (10, "昨天"), (22, None)):
        moment = datetime(2026, 11, day, 4, tzinfo=UTC).timestamp()
        gathered.add(Posting(source_id="1", title="工程师", published_text=text), moment)
    assert gathered.values["published_on"] == date(2026, 11, 17)


MEASURED = """
import resource, sys
from pathlib import Path
from crawler.saved.load import import_saved
from postings.dataset import Dataset
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
result = import_saved([Path(sys.argv[1])], "zhipin", Dataset(sys.argv[2]))
print(result.pages, result.written, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_recording_is_never_held_as_a_whole(tmp_path: Path) -> None:
    filler = entry("https://static.zhipin.com/app.js", "x" * 500_000, kind="application/javascript")
    write_recording(tmp_path / "visit.har", [entry(LIST, listed(*range(15))), *[filler] * 160])
    assert (tmp_path / "visit.har").stat().st_size > 80_000_000
    command = [sys.executable, "-c", MEASURED, str(tmp_path / "visit.har"), str(tmp_path / "data")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    pages, written, megabytes = map(int, done.stdout.split())
    assert (pages, written) == (161, 15)
    assert megabytes < 60
