"""`jobatlas classify` on a dataset, killed in the middle and started again."""

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from postings.dataset import Dataset
from postings.normalise import normalise

BOARD = Path(__file__).parents[2] / "crawler" / "board" / "postings"
PARTS = 12
ROWS = 400


def fill(dataset):
    lines = [line for path in sorted(BOARD.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    written = [json.loads(line) for line in lines]
    for part in range(PARTS):
        records = [
            normalise(
                {
                    "posting_id": f"test:{part}-{row}",
                    "source": "test",
                    "source_id": f"{part}-{row}",
                    "title": written[(part * ROWS + row) % len(written)]["title"],
                    "description": written[(part * ROWS + row) % len(written)]["description"],
                },
                None,
            )
            for row in range(ROWS)
        ]
        dataset.write_part("test", date(2026, 11, 1), f"part-x-{part}", records)


def labelled_parts(dataset):
    """How many parts are labelled; each has to be labelled whole or not at all."""
    labelled = 0
    for part in dataset.parts():
        table = dataset.read_part(part)
        assert table.num_rows == ROWS
        missing = table["model_version"].null_count
        assert missing in (0, ROWS)
        labelled += missing == 0
    return labelled


def test_a_killed_classification_leaves_whole_parts_and_the_next_one_finishes(tmp_path):
    dataset = Dataset(tmp_path)
    fill(dataset)
    command = [sys.executable, "-m", "jobatlas", "classify", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    waiting_since = time.monotonic()
    while labelled_parts(dataset) < 2:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() - waiting_since < 120
        time.sleep(0.02)
    process.kill()
    process.wait()
    before = labelled_parts(dataset)
    assert 2 <= before < PARTS

    again = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert again.returncode == 0, again.stderr
    assert f"{(PARTS - before) * ROWS:,} rows labelled, {before * ROWS:,} had" in again.stdout
    assert labelled_parts(dataset) == PARTS
    assert dataset.count() == PARTS * ROWS
    assert dataset.to_pandas(["category"])["category"].notna().all()
