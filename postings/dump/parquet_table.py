"""Parquet files of others, read batch by batch; columns that are not recognised keep their types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from postings.dump.files import InputFile
from postings.dump.table import CHUNK_ROWS, Chunk, RejectRow
from postings.parquet import readable
from taxonomy.errors import JobAtlasError


@dataclass(frozen=True)
class ParquetTable:
    """A Parquet file; a `Table`.

    Attributes:
        file: where it is.
        types: column -> its type; that of the values for columns stored as a dictionary.
    """

    file: InputFile
    types: Mapping[str, pa.DataType]
    guarded: bool = False

    @property
    def label(self) -> str:
        """The file's name."""
        return self.file.label

    @property
    def names(self) -> list[str]:
        """The column names."""
        return list(self.types)

    def chunks(self, reject: RejectRow) -> Iterator[Chunk]:  # a Parquet file has no half-readable rows
        """Read the rows, numbered from 1."""
        with readable(self.file.path), pq.ParquetFile(self.file.path, pre_buffer=False) as file:
            first = 1
            for batch in file.iter_batches(batch_size=CHUNK_ROWS):
                columns = {name: _sound(batch.column(name)) for name in self.types}
                yield Chunk(range(first, first + batch.num_rows), columns)
                first += batch.num_rows


def open_parquet_table(file: InputFile) -> ParquetTable:
    """Read the columns of a Parquet file.

    Raises:
        JobAtlasError: it is damaged or cut short, or two of its columns have one name.
    """
    with readable(file.path), pq.ParquetFile(file.path, pre_buffer=False) as opened:
        schema = opened.schema_arrow
    repeated = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if repeated:
        raise JobAtlasError(f"{file.label} has more than one column {repeated[0]!r}: rename all but one.")
    return ParquetTable(file, {item.name: _value_type(item.type) for item in schema})


def _sound(column: pa.Array) -> pa.Array:
    """A column whose texts are UTF-8; bytes of another encoding, which some writers store as text, are replaced.

    Raises:
        pyarrow.ArrowInvalid: the column is damaged otherwise.
    """
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
            raise
        texts = column.view(pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary()).to_pylist()
        return pa.array([None if text is None else text.decode(errors="replace") for text in texts], column.type)
    return column


def _value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
