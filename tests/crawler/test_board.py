"""The demo board: its postings, its pages, its faults."""

import gzip
import http.client
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from crawler.board.faults import FaultMaker, Faults
from crawler.board.generate import recombine
from crawler.board.server import serve_in_background
from crawler.board.store import BoardStore, written_postings
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

SOUND = {
    "id": "x-1",
    "title": "算法工程师",
    "company": "某公司",
    "city": "上海",
    "district": "",
    "salary": "20-30K",
    "experience": "3-5年",
    "education": "本科",
    "industry": "人工智能",
    "company_size": "100-499人",
    "company_stage": "A轮",
    "category": "algorithm",
    "keywords": ["大模型"],
    "tags": [],
    "benefits": [],
    "published": "2026-11-01",
    "employment": "全职",
    "description": "职责",
}


def get(url: str) -> tuple[int, str, dict[str, str]]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


def test_the_written_postings_cover_all_categories() -> None:
    postings = written_postings()
    assert 250 <= len(postings) <= 400
    assert {posting.category for posting in postings} == {category.id for category in load_taxonomy().categories}
    assert len({posting.description for posting in postings}) == len(postings)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        (json.dumps({**SOUND, "title": ""}), "'title' is empty"),
        (json.dumps({key: value for key, value in SOUND.items() if key != "company"}), "'company' is missing"),
        (json.dumps({**SOUND, "tags": "PyTorch"}), "'tags' must be a list"),
        (json.dumps({**SOUND, "category": "algoritm"}), "Did you mean 'algorithm'"),
        (json.dumps({**SOUND, "published": "昨天"}), "no date"),
        (json.dumps({**SOUND, "phone": "1"}), "unknown keys phone"),
        (json.dumps(SOUND), "the id 'x-1' is taken by a.jsonl line 1"),
    ],
)
def test_a_wrong_line_is_told_with_file_and_line(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "a.jsonl").write_text(f"{json.dumps(SOUND)}\n{line}\n", encoding="utf-8")
    with pytest.raises(JobAtlasError, match=re.escape(words)) as told:
        written_postings(tmp_path)
    assert str(told.value).startswith("a.jsonl line 2")


def test_recombination_is_the_same_for_the_same_seed_and_gives_distinct_postings() -> None:
    written = written_postings()
    some = recombine(written, 2000, seed=4)
    assert some == recombine(written, 2000, seed=4)
    assert some != recombine(written, 2000, seed=5)
    assert (len(some), len({posting.id for posting in some})) == (2000, 2000)
    assert some[: len(written)] == written
    texts = Counter((posting.title, posting.company, posting.description) for posting in some)
    assert len(texts) > 1980
    assert recombine(written, 10, seed=4) == written[:10]


def test_lists_page_through_a_search_and_details_carry_json_ld() -> None:
    with serve_in_background() as board:
        _, first, _ = get(f"{board.url}/jobs?keyword=AIGC")
        total = int(re.search(r"共 <b>(\d+)</b>", first)[1])  # type: ignore[index]
        ids = []
        page: str | None = first
        while page:
            ids += re.findall(r'data-id="([\w-]+)"', page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            page = get(board.url + following[1].replace("&amp;", "&"))[1] if following else None
        assert ids == [posting.id for posting in BoardStore(written_postings()).search("AIGC", "", "")]
        assert len(ids) == total > 20
        status, detail, _ = get(f"{board.url}/job/{ids[0]}")
        node = json.loads(re.search(r"ld\+json\">(.*?)</script>", detail)[1])  # type: ignore[index]
        assert (status, node["@type"]) == (200, "JobPosting")
        assert "没有找到" in get(f"{board.url}/jobs?keyword={quote('没有的词')}")[1]
        assert get(f"{board.url}/job/none")[0] == 404
        assert "Disallow: /admin/" in get(f"{board.url}/robots.txt")[1]
        assert f"{board.url}/sitemap-1.xml.gz" in get(f"{board.url}/sitemap.xml")[1]
        with urllib.request.urlopen(f"{board.url}/sitemap-1.xml.gz", timeout=10) as answer:
            assert gzip.decompress(answer.read()).decode().count("<loc>") == 300


def test_text_of_postings_is_escaped() -> None:
    hostile = recombine(written_postings(), 1, 0)[0]
    from dataclasses import replace

    with serve_in_background(
        [replace(hostile, title="<b>&", description="</script><script>alert(1)</script>")]
    ) as board:
        _, page, _ = get(f"{board.url}/job/{hostile.id}")
    assert "<script>alert" not in page
    assert "&lt;b&gt;&amp;" in page


def test_faults_strike_as_told() -> None:
    some = written_postings()[:30]
    with serve_in_background(some, Faults(error_share=1)) as board:
        assert [get(f"{board.url}/jobs")[0] for _ in range(2)] == [503, 200]
    with serve_in_background(some, Faults(throttle_every=2, retry_after_seconds=7)) as board:
        get(f"{board.url}/jobs")
        status, _, headers = get(f"{board.url}/jobs")
        assert (status, headers["Retry-After"]) == (429, "7")
    with serve_in_background(some, Faults(challenge_after=1)) as board:
        get(f"{board.url}/jobs")
        assert "验证码" in get(f"{board.url}/jobs")[1]
    with serve_in_background(some, Faults(closed_share=1)) as board:
        assert get(f"{board.url}/job/{some[0].id}")[0] == 410
    with serve_in_background(some, Faults(truncate_share=1)) as board, pytest.raises(http.client.IncompleteRead):
        get(f"{board.url}/jobs")


def test_faults_choose_the_same_pages_in_any_order() -> None:
    paths = [f"/job/{number}" for number in range(200)]
    faults = Faults(error_share=0.3, seed=2)
    forward, backward = FaultMaker(faults), FaultMaker(faults)
    struck = {path for path in paths if forward.next(path)}
    assert struck == {path for path in reversed(paths) if backward.next(path)}
    assert 30 < len(struck) < 90


def test_it_runs_as_a_program(tmp_path: Path) -> None:
    log = tmp_path / "requests.log"
    program = subprocess.Popen(
        [sys.executable, "-m", "crawler.board", "--port", "0", "--count", "7", "--log", str(log)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        greeting = program.stdout.readline()
        found: Any = re.match(r"7 postings at (http://127\.0\.0\.1:\d+)/jobs", greeting)
        assert get(f"{found[1]}/jobs")[1].count('class="job"') == 7
        assert log.read_text().split()[1:] == ["200", "/jobs"]
        taken = subprocess.run(
            [sys.executable, "-m", "crawler.board", "--port", found[1].rsplit(":", 1)[1]],
            capture_output=True,
            text=True,
            check=False,
        )
        assert taken.returncode == 1
        assert "choose another --port" in taken.stderr
    finally:
        program.kill()
        program.communicate()
