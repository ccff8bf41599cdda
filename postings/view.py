"""What can be done with postings that are read as a stream, wherever they lie."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from postings.conform import projected
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


class PostingsView(ABC):
    """Postings as a stream of record batches, a pandas frame or a DuckDB table."""

    @abstractmethod
    def schema(self) -> pa.Schema:
        """The columns that `scan` can give."""

    @abstractmethod
    def scan(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Stream the rows in bounded memory."""

    @abstractmethod
    def count(self) -> int:
        """How many rows `scan` gives."""

    def selected(self, columns: Sequence[str] | None) -> pa.Schema:
        """The schema of the columns asked for, all where None.

        Raises:
            JobAtlasError: a column is unknown.
        """
        schema = self.schema()
        if columns is None:
            return schema
        for name in columns:
            if name not in schema.names:
                raise JobAtlasError(f"There is no column {name!r} in these postings.{did_you_mean(name, schema.names)}")
        return projected(schema, columns)

    def reader(self, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
        """The stream as an Arrow reader, which pyarrow, DuckDB, polars and others take without copying."""
        return pa.RecordBatchReader.from_batches(self.selected(columns), self.scan(columns))

    def to_pandas(self, columns: Sequence[str] | None = None) -> "pd.DataFrame":
        """The postings as a frame, which has to fit into memory."""
        frame: pd.DataFrame = self.reader(columns).read_pandas()
        return frame

    def to_duckdb(
        self, connection: "duckdb.DuckDBPyConnection | None" = None, table: str = "postings"
    ) -> "duckdb.DuckDBPyConnection":
        """Write the postings to a table of a DuckDB database, streaming; an older table of that name is replaced.

        Args:
            connection: where to; None makes a database in memory.
            table: its name there.

        Returns:
            The connection.

        Raises:
            JobAtlasError: the extra `sql` is not installed.
        """
        try:
            import duckdb
        except ImportError as error:
            raise JobAtlasError("DuckDB is not installed: pip install 'job-atlas[sql]'.") from error
        target = duckdb.connect() if connection is None else connection
        target.register("jobatlas_stream", self.reader())
        try:
            name = '"' + table.replace('"', '""') + '"'
            target.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM jobatlas_stream")  # noqa: S608  # quoted
        finally:
            target.unregister("jobatlas_stream")
        return target
