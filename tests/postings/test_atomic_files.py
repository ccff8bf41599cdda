"""A file written through `atomic_path` is whole or absent, also when its writer is killed."""

import os
import signal
import subprocess
import sys
import time

import pytest

from postings.atomic import TEMPORARY_PREFIX, atomic_path, remove_abandoned, write_together

WRITER = """
import sys, time
from postings.atomic import atomic_path
with atomic_path(sys.argv[1]) as temporary:
    temporary.write_text("half", encoding="utf-8")
    print("writing", flush=True)
    time.sleep(60)
"""


FULL = """
import resource, sys
from pathlib import Path
from postings.atomic import write_together
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
write_together(Path(sys.argv[1]), {"graph": b"new", "table": b"n" * 5_000, "deep/about": b"new"})
"""


def test_files_that_belong_together_appear_in_order(tmp_path):
    (tmp_path / "about").write_bytes(b"old")
    write_together(tmp_path, {"graph": b"new graph", "deep/table": b"new table", "about": b"new"})
    assert (tmp_path / "graph").read_bytes() == b"new graph"
    assert (tmp_path / "deep" / "table").read_bytes() == b"new table"
    assert (tmp_path / "about").read_bytes() == b"new"
    assert {path.name for path in tmp_path.rglob("*")} == {"graph", "deep", "table", "about"}
    # What cannot be put in place stops those after it.
    (tmp_path / "deep" / "table").unlink()
    (tmp_path / "deep" / "table" / "within").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_together(tmp_path, {"graph": b"newer", "deep/table": b"newer", "about": b"newer"})
    assert (tmp_path / "graph").read_bytes() == b"newer"
    assert (tmp_path / "about").read_bytes() == b"new"
    assert not list(tmp_path.rglob(f"{TEMPORARY_PREFIX}*"))


def test_files_that_belong_together_stay_old_where_one_does_not_fit(tmp_path):
    for name in ("graph", "table"):
        (tmp_path / name).write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=False)
    assert "File too large" in done.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == {
        "graph": b"old",
        "table": b"old",
    }
    assert not list(tmp_path.rglob(f"{TEMPORARY_PREFIX}*"))


def test_file_appears_whole_and_replaces_the_old_one(tmp_path):
    target = tmp_path / "deep" / "part.parquet"
    with atomic_path(target) as temporary:
        temporary.write_text("一", encoding="utf-8")
        assert not target.exists()
        assert temporary.parent == target.parent
    with atomic_path(target) as temporary:
        temporary.write_text("二", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "一"
    assert target.read_text(encoding="utf-8") == "二"
    assert list(target.parent.iterdir()) == [target]


def test_failure_leaves_the_old_file_and_no_temporary_one(tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("old", encoding="utf-8")

    def write_half() -> None:
        with atomic_path(target) as temporary:
            temporary.write_text("new, half", encoding="utf-8")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        write_half()
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_killed_writer_leaves_only_a_temporary_file_that_maintenance_removes(tmp_path):
    target = tmp_path / "part.parquet"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout.readline() == "writing\n"
        writer.send_signal(signal.SIGKILL)
        writer.wait(timeout=30)
    finally:
        writer.stdout.close()
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(TEMPORARY_PREFIX)
    assert not left.name.endswith(".parquet")

    assert remove_abandoned(tmp_path) == []
    assert left.exists()
    an_hour_ago = time.time() - 3600
    os.utime(left, (an_hour_ago, an_hour_ago))
    assert remove_abandoned(tmp_path) == [left]
    assert list(tmp_path.iterdir()) == []
