"""A disk that is full or broken: the crawl says so in one line, and a later one ends with everything."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.board.server import serve_in_background
from crawler.board.store import written_postings
from crawler.contract import ListPage, Posting, Query, Task
from crawler.ledger.desk import Desk
from crawler.ledger.parts import PartWriter
from crawler.ledger.store import Store
from postings.dataset import Dataset
from taxonomy.errors import JobAtlasError

CRAWL = [sys.executable, "-m", "jobatlas", "crawl", "--source", "demo", "--data"]
LIMITED = """
import os, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
os.execv(sys.argv[2], sys.argv[2:])
"""

Mount = Callable[[Path, str], None]


def mount_command(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")


@pytest.fixture
def small_disk() -> Iterator[Mount]:
    """Mounts a small disk, or gives one that is mounted another size."""
    mounted: list[Path] = []

    def mount(folder: Path, size: str) -> None:
        if folder in mounted:
            mount_command("-o", f"remount,size={size}", str(folder))
            return
        if sys.platform != "linux" or os.geteuid() != 0:
            pytest.skip("only root can mount a small disk")
        folder.mkdir(parents=True)
        mount_command("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
        mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


def crawl(data: Path, *, largest_file: int | None = None) -> "subprocess.CompletedProcess[str]":
    before = [] if largest_file is None else [sys.executable, "-c", LIMITED, str(largest_file)]
    return subprocess.run([*before, *CRAWL, str(data)], capture_output=True, text=True, timeout=120)


def assert_told(done: "subprocess.CompletedProcess[str]", data: Path) -> None:
    assert done.returncode == 1, done
    (line,) = done.stderr.strip().splitlines()
    assert str(data) in line
    assert "could not store what it read" in line
    assert "Make room or mend the folder, then run the same crawl again" in line


def stored_ids(data: Path) -> list[str]:
    """The ids of all rows on disk, versions of one posting each."""
    dataset = Dataset(data)
    return sorted(row for part in dataset.parts() for row in dataset.read_part(part)["source_id"].to_pylist())


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a crawl gives that nothing disturbs."""
    data = tmp_path_factory.mktemp("undisturbed")
    assert crawl(data).returncode == 0
    ids = stored_ids(data)
    assert len(ids) > 100
    return ids


@pytest.mark.parametrize("size", ["64k", "600k"])
def test_a_full_disk_ends_the_crawl_in_one_line_and_room_lets_it_end(
    tmp_path: Path, small_disk: Mount, size: str, everything: list[str]
) -> None:
    data = tmp_path / "disk"
    small_disk(data, size)
    assert_told(crawl(data), data)
    # Nothing was mended: the same line again.
    assert_told(crawl(data), data)
    small_disk(data, "64m")
    assert crawl(data).returncode == 0
    assert stored_ids(data) == everything


def test_files_that_may_not_grow_end_the_crawl_in_one_line_and_it_carries_on(
    tmp_path: Path, everything: list[str]
) -> None:
    assert_told(crawl(tmp_path, largest_file=400_000), tmp_path)
    assert crawl(tmp_path).returncode == 0
    assert stored_ids(tmp_path) == everything


def test_a_part_that_does_not_fit_is_written_when_there_is_room(tmp_path: Path, sit: Any, small_disk: Mount) -> None:
    data = tmp_path / "data"
    small_disk(data / "postings", "16k")
    with serve_in_background() as board:
        with pytest.raises(JobAtlasError, match=r"could not store.*No space left on device"):
            sit("demo", base_urls={"demo": board.url})
        assert stored_ids(data) == []
        small_disk(data / "postings", "64m")
        result = sit("demo", base_urls={"demo": board.url})
    assert (result.resumed, result.outcome) == (True, "done")
    assert stored_ids(data) == sorted(posting.id for posting in written_postings())


def test_a_dataset_that_cannot_be_written_is_written_once_it_can(tmp_path: Path, sit: Any) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "postings").write_text("in the way")
    with serve_in_background(written_postings()[:30]) as board:
        for _ in range(2):
            with pytest.raises(JobAtlasError, match="could not store"):
                sit("demo", base_urls={"demo": board.url})
        (data / "postings").unlink()
        result = sit("demo", base_urls={"demo": board.url})
    assert (result.resumed, result.outcome) == (True, "done")
    assert len(stored_ids(data)) == 30


def test_a_page_for_which_the_ledger_has_no_room_is_given_out_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    dataset = Dataset(tmp_path)
    desk = Desk(store, PartWriter(store, dataset), "run", "site", "plan")
    desk.seed([Task("list", {"page": 1}, Query("大模型"))])
    ticket = desk.next_ticket()
    assert ticket is not None
    page = ListPage(
        postings=[Posting(source_id=f"p{n}", title="算法工程师", description="职责" * 400) for n in range(200)],
        further=[ticket.task.turn(page=2)],
    )
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        desk.hand_in_list(ticket, page)
    # Nothing of the page is there, and the page is still to be fetched.
    assert desk.next_ticket() == ticket
    assert desk.left == 1
    assert store.connection.execute("SELECT count(*) FROM pending").fetchone() == (0,)
    store.connection.execute("PRAGMA max_page_count = 1000000")
    desk.hand_in_list(ticket, page)
    desk.close()
    assert len(stored_ids(tmp_path)) == 200
    assert desk.left == 1
    store.close()
