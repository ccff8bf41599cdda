"""Postings written to a single file for people and programs: Parquet, CSV or JSON Lines, by its suffix."""

import csv
import json
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from postings.atomic import atomic_path
from postings.conform import conform, json_text
from postings.parquet import ROW_GROUP_ROWS, parquet_writer
from postings.schema import POSTING_SCHEMA
from postings.spreadsheet import guarded
from taxonomy.errors import JobAtlasError

SUFFIXES = (".parquet", ".csv", ".jsonl")

_ROW_GROUP_BYTES = 64 << 20

WriteBatch = Callable[[pa.RecordBatch], None]
Convert = Callable[[Any], Any]


def check_output_path(path: Path | str) -> None:
    """Refuse a file name whose suffix says no format that is written, before any work is done.

    Raises:
        JobAtlasError: names the formats.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        excel = " Excel opens .csv." if suffix in (".xlsx", ".xls") else ""
        raise JobAtlasError(
            f"{path}: {suffix or 'a file without suffix'} is not written, only {', '.join(SUFFIXES)}.{excel}"
        )


def write_postings(batches: Iterable[pa.RecordBatch], path: Path | str, schema: pa.Schema = POSTING_SCHEMA) -> int:
    """Write a stream of postings to one file, atomically, in bounded memory.

    CSV is UTF-8 with a mark, so that Excel shows Chinese. In CSV lists and structs are JSON, empty cells are null, and
    a text that a spreadsheet program would run as a formula begins with an apostrophe (`postings.spreadsheet`).

    Args:
        batches: the postings; columns may be in any order.
        path: ends in one of `SUFFIXES`; an existing file is replaced.
        schema: of the file; columns that a batch lacks are null.

    Returns:
        How many rows were written.

    Raises:
        JobAtlasError: another suffix.
    """
    path = Path(path)
    check_output_path(path)
    writer = {".parquet": _parquet, ".csv": _csv, ".jsonl": _json_lines}[path.suffix.lower()]
    rows = 0
    with writer(path, schema) as write:
        for batch in batches:
            write(conform(batch, schema))
            rows += batch.num_rows
    return rows


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[WriteBatch]:
    waiting: list[pa.RecordBatch] = []

    with parquet_writer(path, schema) as writer:

        def flush() -> None:
            writer.write_table(pa.Table.from_batches(waiting, schema))  # one row group
            waiting.clear()

        def write(batch: pa.RecordBatch) -> None:
            waiting.append(batch)
            full = sum(held.num_rows for held in waiting) >= ROW_GROUP_ROWS
            if full or sum(held.nbytes for held in waiting) >= _ROW_GROUP_BYTES:
                flush()

        yield write
        if waiting:
            flush()


@contextmanager
def _csv(path: Path, schema: pa.Schema) -> Iterator[WriteBatch]:
    converts = [_csv_cell(field.type) for field in schema]
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(guarded(name) for name in schema.names)

        def write(batch: pa.RecordBatch) -> None:
            columns = [
                ["" if value is None else convert(value) for value in column.to_pylist()]
                for column, convert in zip(batch.columns, converts, strict=True)
            ]
            writer.writerows(zip(*columns, strict=True))

        yield write


@contextmanager
def _json_lines(path: Path, schema: pa.Schema) -> Iterator[WriteBatch]:
    converts = [_plain(field.type) for field in schema]
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:

        def write(batch: pa.RecordBatch) -> None:
            columns = [
                [None if value is None else convert(value) for value in column.to_pylist()]
                for column, convert in zip(batch.columns, converts, strict=True)
            ]
            for row in zip(*columns, strict=True):
                line = dict(zip(schema.names, row, strict=True))
                file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")

        yield write


def _csv_cell(kind: pa.DataType) -> Convert:
    """Turns a value of a type into a CSV cell."""
    plain = _plain(kind)
    if pa.types.is_nested(kind):
        return lambda value: json_text(plain(value))
    if pa.types.is_boolean(kind):
        return lambda value: "true" if value else "false"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return guarded
    return lambda value: "" if plain(value) is None else str(plain(value))


def _plain(kind: pa.DataType) -> Convert:
    """Turns a value of a type into one that JSON has; 32-bit floats keep their shortest form (0.9), NaN is null."""
    if pa.types.is_floating(kind):
        shortest = np.float32 if pa.types.is_float32(kind) else float
        return lambda value: float(str(shortest(value))) if math.isfinite(value) else None
    if pa.types.is_temporal(kind):
        return lambda value: value.isoformat() if hasattr(value, "isoformat") else str(value)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        item = _plain(kind.value_type)
        return lambda value: [None if inner is None else item(inner) for inner in value]
    if pa.types.is_struct(kind):
        members = {field.name: _plain(field.type) for field in kind}
        return lambda value: {
            name: None if value[name] is None else member(value[name]) for name, member in members.items()
        }
    return lambda value: value
