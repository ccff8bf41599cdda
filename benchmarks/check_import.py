"""Writes real postings in every format a dump comes in and checks that the same records are read back from each.

    python benchmarks/check_import.py postings.parquet --rows 20000

For each format a process of its own imports the file; the table that is printed has its speed and peak memory, and how
many as-found values differ from those of the Parquet file. Then one file is imported into a dataset, and another with
the same postings after it, which must add nothing. Exits with 1 when a value differs or a posting is added twice.
"""

import argparse
import csv
import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from postings.dataset import Dataset
from postings.dump import open_dump
from postings.load import import_dump
from postings.parquet import parquet_writer
from postings.schema import AS_FOUND_NAMES

HEADERS = {
    "id": "职位id",
    "site": "来源",
    "category_label": "职位类别",
    "title": "职位名称",
    "company": "公司名称",
    "city": "城市",
    "district": "区域",
    "salary": "薪资",
    "experience": "工作经验",
    "education": "学历",
    "industry": "所属行业",
    "company_size": "公司规模",
    "company_stage": "融资阶段",
    "tags": "技能标签",
    "benefits": "福利待遇",
    "description": "职位描述",
    "published": "发布时间",
    "registered_industry": "登记行业",
}
"""Columns of the postings given -> the Chinese headers they are written under."""

EXCEL_CELL_LIMIT = 32_767
COMPARED = ["posting_id", "source", "source_id", *AS_FOUND_NAMES]


def rows_of(path: Path, limit: int) -> pa.Table:
    """The first rows under their Chinese headers."""
    table = pq.read_table(path, columns=list(HEADERS)).slice(0, limit)
    return table.rename_columns(list(HEADERS.values()))


def cells(row: dict[str, Any]) -> dict[str, str | None]:
    """A row as a text format holds it; lists as JSON."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value for name, value in row.items()
    }


def records(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows one after the other."""
    for batch in table.to_batches(max_chunksize=1000):
        yield from batch.to_pylist()


def write_delimited(table: pa.Table, path: Path, encoding: str, delimiter: str) -> None:
    """Write a text file of rows."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, table.column_names, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(map(cells, records(table)))


def write_excel(table: pa.Table, path: Path) -> int:
    """Write a workbook; the number of cells that Excel cannot hold and that were cut."""
    cut = 0
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("职位")
        sheet.write_row(0, 0, table.column_names)
        for number, row in enumerate(records(table), 1):
            for column, value in enumerate(cells(row).values()):
                if value is not None:
                    cut += len(value) > EXCEL_CELL_LIMIT
                    sheet.write_string(number, column, value[:EXCEL_CELL_LIMIT])
    return cut


def write_json_lines(table: pa.Table, path: Path) -> None:
    """Write one object a line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in records(table))


def write_json(table: pa.Table, path: Path) -> None:
    """Write one document that holds the array."""
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write('{"code": 0, "data": {"list": [')
        for number, row in enumerate(records(table)):
            file.write((",\n" if number else "") + json.dumps(row))
        file.write("]}}")


def read(dump: str, out: str) -> None:
    """Import a dump into a Parquet file and print seconds, rows, rejected rows and peak megabytes as JSON."""
    start = time.perf_counter()
    opened = open_dump(dump)
    with parquet_writer(Path(out), opened.schema) as writer:
        for batch in opened.batches():
            writer.write_batch(batch)
    counts = opened.counts
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, counts.rows_in, counts.rows_out, counts.rejected, peak_megabytes()]))


def load(dump: str, out: str) -> None:
    """Import a dump into a dataset and print seconds, rows, new and known postings and peak megabytes as JSON."""
    start = time.perf_counter()
    result = import_dump(dump, Dataset(out))
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, result.counts.rows_in, result.written, result.known, peak_megabytes()]))


def peak_megabytes() -> float:
    """The most memory this process has held, in MB.

    Linux's VmHWM: unlike getrusage's ru_maxrss it does not begin with the size of the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) / 1024


def differences(path: Path, reference: pa.Table) -> int:
    """How many values differ from those of the reference, row by row."""
    table = pq.read_table(path, columns=COMPARED)
    if table.num_rows != reference.num_rows:
        return abs(table.num_rows - reference.num_rows) * len(COMPARED)
    return sum(
        left != right
        for name in COMPARED
        for left, right in zip(table[name].to_pylist(), reference[name].to_pylist(), strict=True)
    )


def alone(mode: str, dump: Path, out: Path) -> list[float]:
    """What `read` or `load` prints in a process of its own."""
    command = [sys.executable, __file__, mode, str(dump), str(out)]
    answer: list[float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return answer


def main() -> int:
    """Run the check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("postings", type=Path, help="Parquet file with the columns of HEADERS")
    parser.add_argument("--rows", type=int, default=20_000)
    given = parser.parse_args()
    table = rows_of(given.postings, given.rows)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        pq.write_table(table, at / "postings.parquet")
        write_delimited(table, at / "gb18030.csv", "gb18030", ",")
        write_delimited(table, at / "utf-8-bom.csv", "utf-8-sig", ";")
        write_delimited(table, at / "utf-16.tsv", "utf-16", "\t")
        write_json_lines(table, at / "postings.jsonl")
        write_json(table, at / "array.json.gz")
        cut = write_excel(table, at / "postings.xlsx")
        print(f"{table.num_rows:,} postings; cells too long for Excel: {cut}\n")
        print("| file | MB | rows in | rows out | rejected | rows/s | peak MB | values that differ |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|")
        reference: pa.Table | None = None
        for path in [at / "postings.parquet", *sorted(set(at.iterdir()) - {at / "postings.parquet"})]:
            out = at / "out" / f"{path.name}.parquet"
            seconds, rows_in, rows_out, rejected, peak = alone("--read", path, out)
            if reference is None:
                reference = pq.read_table(out, columns=COMPARED)
            different = differences(out, reference)
            failed |= bool(different) or rows_in != table.num_rows
            print(
                f"| {path.name} | {path.stat().st_size / 1e6:,.0f} | {rows_in:,} | {rows_out:,} | {rejected:,}"
                f" | {rows_in / seconds:,.0f} | {peak:,.0f} | {different:,} |",
                flush=True,
            )
        print("\n| into a dataset | rows in | new | known | rows/s | peak MB |")
        print("|---|---:|---:|---:|---:|---:|")
        for name, expected in (("gb18030.csv", table.num_rows), ("postings.jsonl", 0)):
            seconds, rows_in, new, known, peak = alone("--load", at / name, at / "data")
            failed |= new != expected
            print(
                f"| {name} | {rows_in:,} | {new:,} | {known:,} | {rows_in / seconds:,.0f} | {peak:,.0f} |", flush=True
            )
    return int(failed)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(*sys.argv[2:])
    elif sys.argv[1:2] == ["--load"]:
        load(*sys.argv[2:])
    else:
        sys.exit(main())
