"""Tables brought to one schema: the posting fields in their order and types, then whatever else travels along."""

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from postings.schema import POSTING_SCHEMA


def joined_schema(schemas: Iterable[pa.Schema]) -> pa.Schema:
    """The schema that holds the rows of all of these: the posting fields, then every extra column once.

    An extra column that two schemas type differently becomes text, since text can hold both.
    """
    extras: dict[str, pa.DataType] = {}
    for schema in schemas:
        for field in schema:
            if POSTING_SCHEMA.get_field_index(field.name) >= 0:
                continue
            known = extras.setdefault(field.name, field.type)
            if known != field.type:
                extras[field.name] = field.type if pa.types.is_null(known) else _wider(known, field.type)
    return pa.schema(
        [*POSTING_SCHEMA, *(pa.field(name, kind) for name, kind in extras.items())],
        metadata=POSTING_SCHEMA.metadata,
    )


def _wider(known: pa.DataType, other: pa.DataType) -> pa.DataType:
    return known if pa.types.is_null(other) else pa.string()


def projected(schema: pa.Schema, columns: Iterable[str]) -> pa.Schema:
    """The schema of some of the columns, in the order asked for."""
    return pa.schema([schema.field(name) for name in columns], metadata=schema.metadata)


def conform(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The same rows in another schema: columns ordered and cast, missing ones null, others left out.

    Raises:
        pyarrow.ArrowInvalid: a value does not fit its column's type.
    """
    names = set(batch.schema.names)
    arrays = [
        cast(batch.column(field.name), field.type) if field.name in names else pa.nulls(batch.num_rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """The array in another type; lists and structs that become text are written as JSON."""
    if array.type == kind:
        return array
    if pa.types.is_string(kind) and pa.types.is_nested(array.type):
        return pa.array([None if value is None else json_text(value) for value in array.to_pylist()], kind)
    return pc.cast(array, kind)


def json_text(value: Any) -> str:  # noqa: ANN401  # any value an Arrow or JSON cell can hold
    """A value as compact JSON with readable Chinese; dates and numbers JSON has no form for as their text."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), default=str)
