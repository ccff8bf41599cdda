"""Classifies the same real postings from four formats and checks that each gives the same labels.

    python benchmarks/check_classify.py postings.parquet --rows 20000

Every format is written under Chinese headers and goes through the command `jobatlas classify` in a process of its own.
The table that is printed has its rows, rejects, seconds and peak memory, and how many label values differ from those of
the Parquet file. Exits with 1 when any differs, or when rows are lost.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pyarrow.parquet as pq
from check_import import rows_of, write_delimited, write_excel, write_json_lines

from postings.schema import LABEL_NAMES


def classify(dump: Path, output: Path) -> tuple[float, float]:
    """Run the command; seconds and peak megabytes (the greatest resident set seen, sampled 20 times a second)."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "jobatlas", "classify", str(dump), "--output", str(output)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    watched, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.05)
    _, errors = process.communicate()
    if process.returncode not in (0, 3):
        raise SystemExit(f"{dump.name}: jobatlas classify failed: {errors}")
    return time.perf_counter() - start, peak / 1e6


def main() -> int:
    """Run the check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("postings", type=Path, help="Parquet file with the columns of check_import.HEADERS")
    parser.add_argument("--rows", type=int, default=20_000)
    given = parser.parse_args()
    table = rows_of(given.postings, given.rows)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        dumps = {
            "Parquet": Path(folder, "postings.parquet"),
            "CSV GB18030": Path(folder, "postings.csv"),
            "Excel": Path(folder, "postings.xlsx"),
            "JSON Lines": Path(folder, "postings.jsonl"),
        }
        pq.write_table(table, dumps["Parquet"])
        write_delimited(table, dumps["CSV GB18030"], "gb18030", ",")
        cut = write_excel(table, dumps["Excel"])
        write_json_lines(table, dumps["JSON Lines"])
        print(f"{table.num_rows:,} rows; cells longer than Excel allows: {cut}")
        print("\n| format | rows out | rejected | seconds | peak MB | differing labels |\n|---|---|---|---|---|---|")
        reference = None
        for name, dump in dumps.items():
            output = Path(folder, f"labelled-{dump.suffix[1:]}.parquet")
            seconds, peak = classify(dump, output)
            labelled = pq.read_table(output, columns=["posting_id", *LABEL_NAMES])
            rejects = output.with_name(f"{output.stem}.rejects.csv")
            rejected = rejects.read_text(encoding="utf-8-sig").count("\n") - 1 if rejects.exists() else 0
            if reference is None:
                reference = labelled
            differing = sum(
                left != right
                for column in labelled.column_names
                for left, right in zip(labelled[column].to_pylist(), reference[column].to_pylist(), strict=True)
            )
            wrong += differing + (labelled.num_rows + rejected != table.num_rows)
            print(f"| {name} | {labelled.num_rows:,} | {rejected} | {seconds:.1f} | {peak:.0f} | {differing} |")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
