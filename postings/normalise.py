"""The normalised fields of a posting, from the texts it was found with.

The texts stay as they are; a text that the readers of `taxonomy` cannot read, or that says nothing (面议), gives null.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from postings.schema import POSTING_SCHEMA
from taxonomy.dates import read_date
from taxonomy.education import read_education
from taxonomy.employment import read_employment_type
from taxonomy.experience import read_experience
from taxonomy.places import city_tier, read_cities
from taxonomy.salary import read_salary

Values = dict[str, Any]

_HASHED = ("title", "company", "description")
_BETWEEN_HASHED = "\x1f"


def _cities(text: str) -> Values:
    cities = read_cities(text)
    if not cities:
        return {}
    return {"cities": cities, "city": cities[0], "city_tier": city_tier(cities[0])}


def _salary(text: str) -> Values:
    salary = read_salary(text)
    if salary is None:
        return {}
    return {
        "salary_min": salary.minimum,
        "salary_max": salary.maximum,
        "salary_months": salary.months,
        "salary_period": salary.period,
    }


def _single(field: str, read: Callable[[str], str | None]) -> Callable[[str], Values]:
    def values(text: str) -> Values:
        value = read(text)
        return {} if value is None else {field: value}

    return values


_READERS: dict[str, tuple[tuple[str, ...], Callable[[str], Values]]] = {
    "city_text": (("cities", "city", "city_tier"), _cities),
    "salary_text": (("salary_min", "salary_max", "salary_months", "salary_period"), _salary),
    "experience_text": (("experience",), _single("experience", read_experience)),
    "education_text": (("education",), _single("education", read_education)),
    "employment_text": (("employment_type",), _single("employment_type", read_employment_type)),
}
"""Text field -> the fields read from it, and the reader; the reader gives nothing for a text it cannot read."""


def normalise(record: Mapping[str, Any], seen_on: date | None) -> Values:
    """Fill a posting's normalised fields, `published_on` and `content_hash`.

    Args:
        record: a posting by field name, with its texts as found.
        seen_on: the day on which the page was read, for dates like 3天前; None if unknown.

    Returns:
        A copy of the record with these fields, null where nothing can be read. A `published_on` that the record
        already has is kept.
    """
    result = dict(record)
    for source, (fields, read) in _READERS.items():
        text = record.get(source)
        values = read(text) if text else {}
        for field in fields:
            result[field] = values.get(field)
    result["published_on"] = record.get("published_on") or read_date(record.get("published_text"), seen_on)
    result["content_hash"] = content_hashes(*(pa.array([record.get(name)], pa.string()) for name in _HASHED))[0]
    return result


def normalise_batch(
    batch: pa.RecordBatch, seen_on: date | None, unreadable: Counter[str] | None = None
) -> pa.RecordBatch:
    """Fill the same fields of many postings.

    Args:
        batch: columns of the schema, also others; at least those that `normalise` reads and fills.
        seen_on: as for `normalise`.
        unreadable: text field -> how many of its non-empty texts gave nothing; added to when given.
    """
    columns: dict[str, pa.Array] = {}
    for source, (fields, read) in _READERS.items():
        texts = batch.column(source).to_pylist()
        values = [read(text) if text else {} for text in texts]
        for field in fields:
            columns[field] = pa.array([value.get(field) for value in values], _type(field))
        _count(unreadable, source, texts, values)
    texts = batch.column("published_text").to_pylist()
    known = batch.column("published_on").to_pylist()
    days = [day or read_date(text, seen_on) for day, text in zip(known, texts, strict=True)]
    columns["published_on"] = pa.array(days, _type("published_on"))
    _count(unreadable, "published_text", texts, days)
    columns["content_hash"] = pa.array(content_hashes(*map(batch.column, _HASHED)), _type("content_hash"))
    for name, column in columns.items():
        index = batch.schema.get_field_index(name)
        batch = batch.set_column(index, batch.schema.field(index), column)
    return batch


def content_hashes(titles: pa.Array, companies: pa.Array, descriptions: pa.Array) -> list[str]:
    """What postings say, as 32 hexadecimal digits: equal for texts that differ only in form.

    Title, company and description, in Unicode normal form NFKC (full-width forms made half-width), in lower case,
    without white space and invisible characters, joined by U+001F; of that the BLAKE2b hash of 16 bytes in UTF-8.
    """
    joined = pc.binary_join_element_wise(
        *(pc.cast(array, pa.large_string()) for array in (titles, companies, descriptions)),
        pa.scalar(_BETWEEN_HASHED, pa.large_string()),
        null_handling="replace",
    )
    folded = pc.utf8_lower(pc.utf8_normalize(joined, "NFKC"))
    bare = pc.replace_substring_regex(folded, r"[\s\pZ\p{Cf}]+", "")
    return [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in bare.to_pylist()]


def _type(field: str) -> pa.DataType:
    return POSTING_SCHEMA.field(field).type


def _count(unreadable: Counter[str] | None, source: str, texts: list[Any], values: list[Any]) -> None:
    if unreadable is not None:
        failed = sum(1 for text, value in zip(texts, values, strict=True) if text and not value)
        if failed:
            unreadable[source] += failed
