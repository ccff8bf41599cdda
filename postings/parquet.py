"""Parquet files of ours: written in one way, and read with errors that name the file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from postings.atomic import atomic_path
from postings.conform import conform
from postings.schema import METADATA_KEY, SCHEMA_VERSION
from taxonomy.errors import JobAtlasError

ROW_GROUP_ROWS = 16_384
"""About 20 MB of posting text: large enough to compress well, small enough to be read whole by every worker."""

BATCH_ROWS = 4_096
"""Rows per batch of a stream, about 5 MB of posting text."""

COMPRESSION = "zstd"
COMPRESSION_LEVEL = 3


@contextmanager
def parquet_writer(path: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A writer whose file stands at `path` only when the block ends without an exception."""
    with (
        atomic_path(path) as temporary,
        pq.ParquetWriter(temporary, schema, compression=COMPRESSION, compression_level=COMPRESSION_LEVEL) as writer,
    ):
        yield writer


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write a table atomically, in row groups of `ROW_GROUP_ROWS`."""
    with parquet_writer(path, table.schema) as writer:
        writer.write_table(table, row_group_size=ROW_GROUP_ROWS)


@contextmanager
def open_parquet(path: Path, required: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    """Open a file of ours and check that this version can read it.

    A file without our version mark (saved again by pandas or DuckDB) is taken when it has the required columns.

    Raises:
        JobAtlasError: the file is missing, no Parquet, truncated, of another schema version, or lacks a column.
    """
    with readable(path), pq.ParquetFile(path, pre_buffer=False) as file:
        schema = file.schema_arrow
        version = (schema.metadata or {}).get(METADATA_KEY)
        if version is not None and version != SCHEMA_VERSION.encode():
            raise JobAtlasError(
                f"{path} has schema version {version.decode(errors='replace')}, this Job Atlas reads version"
                f" {SCHEMA_VERSION}: use the Job Atlas that wrote it, or import or classify the original data again."
            )
        missing = [name for name in required if name not in schema.names]
        if missing:
            raise JobAtlasError(
                f"{path} is not a file of Job Atlas postings: it has no column {', '.join(missing)}."
                " Import or classify it first."
            )
        yield file


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what pyarrow raises while a file is opened or read into one line for the user."""
    try:
        yield
    except FileNotFoundError as error:
        raise JobAtlasError(f"{path} does not exist.") from error
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else "unreadable"
        raise JobAtlasError(
            f"{path} cannot be read as Parquet, it is damaged or was cut short ({reason}): restore it from a copy,"
            " or remove it and gather its rows again."
        ) from error


def read_batches(
    path: Path, schema: pa.Schema, batch_rows: int = BATCH_ROWS, required: Sequence[str] = ()
) -> Iterator[pa.RecordBatch]:
    """Stream the rows of a file in the given schema; columns that the file lacks are null.

    Raises:
        JobAtlasError: as `open_parquet`, also for damage found only in the middle of the file.
    """
    with open_parquet(path, required) as file:
        there = [name for name in schema.names if name in file.schema_arrow.names]
        # One column tells how many rows there are when none of the wanted ones is there.
        for batch in file.iter_batches(batch_size=batch_rows, columns=there or file.schema_arrow.names[:1]):
            batch.validate(full=True)
            yield conform(batch, schema)
