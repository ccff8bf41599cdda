"""When a posting says something new: what makes a further version of it, and what does not."""

import hashlib
from collections.abc import Iterator

import pyarrow as pa

VERSION_FIELDS = (
    "posting_id",
    "content_hash",
    "city_text",
    "salary_text",
    "experience_text",
    "education_text",
    "employment_text",
)
"""A row that equals a known one in these says nothing new. `published_text` may change from day to day (3天前)."""

_DIGEST_BYTES = 16


def version_digests(batch: pa.RecordBatch) -> Iterator[bytes]:
    """Of every row a digest (16 bytes) that is the same for rows that say the same of one posting.

    Args:
        batch: Postings with at least the columns `VERSION_FIELDS`.
    """
    columns = (batch.column(name).to_pylist() for name in VERSION_FIELDS)
    for values in zip(*columns, strict=True):
        text = "\x1f".join(value or "" for value in values)
        yield hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest()
