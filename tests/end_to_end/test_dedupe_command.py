"""`jobatlas dedupe` as it is called: its summary, and what a SIGKILL leaves."""

import random
import re
import subprocess
import sys
import time
from datetime import UTC, date, datetime

from postings.dataset import Dataset
from postings.normalise import normalise
from postings.schema import DUPLICATE_MARKS

PARTS = 60
ROWS = 30
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


def text(number):
    """A text of its own for every number."""
    return "".join(map(chr, random.Random(number).choices(range(0x4E00, 0x9000), k=120)))


def fill(dataset):
    """Every second posting of a part is a copy of one of the first part."""
    for part in range(PARTS):
        records = [
            normalise(
                {
                    "posting_id": f"test:{part:03}-{row:02}",
                    "source": "test",
                    "source_id": f"{part:03}-{row:02}",
                    "title": "数据标注专员",
                    "company": f"云岭数据{row if row % 2 else part * ROWS + row}号公司",
                    "description": text(row if row % 2 else part * ROWS + row),
                    "city_text": "成都",
                    "first_seen": MOMENT,
                    "last_seen": MOMENT,
                },
                None,
            )
            for row in range(ROWS)
        ]
        dataset.write_part("test", date(2026, 11, 1), f"part-x-{part}", records)


def dedupe(path):
    return subprocess.run(
        [sys.executable, "-m", "jobatlas", "dedupe", str(path)], capture_output=True, text=True, timeout=120
    )


def marked_parts(dataset):
    marked = 0
    for part in dataset.parts():
        table = dataset.read_part(part)
        assert table.num_rows == ROWS
        copies = ROWS - table["duplicate_of"].null_count
        assert copies in (0, ROWS // 2), "a part is marked whole or not at all"
        marked += copies > 0
    return marked


def test_a_killed_run_leaves_whole_parts_and_the_next_one_finishes_with_the_same_marks(tmp_path):
    undisturbed, killed = Dataset(tmp_path / "undisturbed"), Dataset(tmp_path / "killed")
    fill(undisturbed)
    fill(killed)
    summary = dedupe(undisturbed.root)
    assert summary.returncode == 0, summary.stderr
    copies = (PARTS - 1) * ROWS // 2
    total = PARTS * ROWS
    assert f"{total:,} postings = {total - copies:,} counted + {copies:,} copies" in summary.stdout
    assert f"{PARTS - 1} of {PARTS} files written" in summary.stdout
    rows = re.findall(r"^(full|near|repost|agency|\(none\)) .*?([\d,]+) +[\d.]+%", summary.stdout, flags=re.MULTILINE)
    assert sum(int(count.replace(",", "")) for _, count in rows) == total

    second = killed.parts()[1].path
    unmarked = second.stat().st_ino
    process = subprocess.Popen(
        [sys.executable, "-m", "jobatlas", "dedupe", str(killed.root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    since = time.monotonic()
    while second.stat().st_ino == unmarked:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() - since < 120
    process.kill()
    process.wait()
    assert 1 <= marked_parts(killed) < PARTS - 1
    assert killed.count() == total

    again = dedupe(killed.root)
    assert again.returncode == 0, again.stderr
    columns = ["posting_id", *DUPLICATE_MARKS]
    assert killed.to_pandas(columns).equals(undisturbed.to_pandas(columns))


def test_what_cannot_be_deduplicated_is_said_in_one_line(tmp_path):
    for path, message in ((tmp_path / "nothing", "does not exist"), (tmp_path, "holds no postings")):
        answer = dedupe(path)
        assert answer.returncode == 1
        assert message in answer.stderr
        assert len(answer.stderr.strip().splitlines()) == 1
