"""The posting record: one versioned pyarrow schema, shared by everything that reads or writes postings.

Normalised values stand beside the text they came from and never replace it. A value that cannot be read is null.
Every label is an id or a canonical name of `taxonomy/`.
"""

from collections.abc import Sequence

import pyarrow as pa

SCHEMA_VERSION = "1"
"""Stored in the Parquet metadata under `METADATA_KEY`; raised when a field is renamed or retyped.

A nullable field that is added does not raise it: in files from before it reads as null.
"""

METADATA_KEY = b"jobatlas_schema"

LABELS_KEY = b"jobatlas_labels"
"""Names the note in the Parquet metadata of a dataset's part that tells what its labels come from.

A part without it is labelled anew.
"""

_TEXTS = pa.list_(pa.string())

IDENTITY = [
    pa.field("posting_id", pa.string(), nullable=False),  # "{source}:{source_id}"
    pa.field("source", pa.string(), nullable=False),
    pa.field("source_id", pa.string(), nullable=False),
    pa.field("url", pa.string()),
    pa.field("keywords", _TEXTS),  # the search keywords that found it
    pa.field("first_seen", pa.timestamp("s", tz="UTC")),
    pa.field("last_seen", pa.timestamp("s", tz="UTC")),
    pa.field("published_on", pa.date32()),
]

AS_FOUND = [
    pa.field("title", pa.string(), nullable=False),
    pa.field("company", pa.string()),
    pa.field("description", pa.string()),
    pa.field("city_text", pa.string()),
    pa.field("salary_text", pa.string()),
    pa.field("experience_text", pa.string()),
    pa.field("education_text", pa.string()),
    pa.field("industry_text", pa.string()),
    pa.field("company_size_text", pa.string()),
    pa.field("company_stage_text", pa.string()),
    pa.field("employment_text", pa.string()),
    pa.field("published_text", pa.string()),
    pa.field("site_category", pa.string()),
    pa.field("site_tags", _TEXTS),
    pa.field("benefits", _TEXTS),
]

NORMALISED = [
    pa.field("cities", _TEXTS),
    pa.field("city", pa.string()),  # the first of cities
    pa.field("city_tier", pa.string()),
    pa.field("salary_min", pa.int32()),  # yuan a month
    pa.field("salary_max", pa.int32()),  # yuan a month
    pa.field("salary_months", pa.float32()),  # months paid a year, where stated
    pa.field("salary_period", pa.string()),  # the period the text states: hour, day, week, month, year
    pa.field("experience", pa.string()),
    pa.field("education", pa.string()),
    pa.field("employment_type", pa.string()),
]

DUPLICATES = [
    pa.field("content_hash", pa.string()),
    pa.field("duplicate_of", pa.string()),  # posting_id of the one that counts, which itself has null
    pa.field("duplicate_kind", pa.string()),  # full, near, repost, agency
    pa.field("duplicate_evidence", pa.string()),  # JSON: similarity (of texts, 0-1), days_apart, agrees (field names)
]

LABELS = [
    pa.field("role", pa.string()),
    pa.field("category", pa.string()),
    pa.field("role_confidence", pa.float32()),
    pa.field("category_confidence", pa.float32()),
    pa.field("role_candidates", pa.list_(pa.struct([("role", pa.string()), ("probability", pa.float32())]))),
    pa.field("industry", pa.string()),
    pa.field("industry_source", pa.string()),  # site, company, model
    pa.field("industry_confidence", pa.float32()),
    pa.field("domain", pa.string()),
    pa.field("skills", _TEXTS),
    # Offsets are characters of `evidence_text(title, description, site_tags)`, end exclusive.
    pa.field(
        "skill_evidence",
        pa.list_(pa.struct([("skill", pa.string()), ("start", pa.int32()), ("end", pa.int32())])),
    ),
    pa.field("ai_involvement", pa.string()),
    pa.field("needs_review", pa.bool_()),
    pa.field("model_version", pa.string()),
]

POSTING_SCHEMA = pa.schema(
    IDENTITY + AS_FOUND + NORMALISED + DUPLICATES + LABELS, metadata={METADATA_KEY: SCHEMA_VERSION.encode()}
)
"""All fields, in the order in which they are written."""

SIGHTING_SCHEMA = pa.schema(
    [
        pa.field("posting_id", pa.string(), nullable=False),
        pa.field("keyword", pa.string()),
        pa.field("seen_at", pa.timestamp("s", tz="UTC")),
    ],
    metadata=POSTING_SCHEMA.metadata,
)
"""A known posting met again in a crawl: one row each time."""

DUPLICATE_MARKS = ("duplicate_of", "duplicate_kind", "duplicate_evidence")
LABEL_NAMES = [field.name for field in LABELS]
AS_FOUND_NAMES = [field.name for field in AS_FOUND]


def labelled_text(title: str | None, description: str | None) -> str:
    """The text that is classified: title, newline, description."""
    return f"{title or ''}\n{description or ''}"


def tag_lines(tags: Sequence[str | None] | None) -> str:
    """The site's tags, a line each, as skills are read from them; "" where there are none."""
    return "\n".join(tag for tag in tags or () if tag)


def evidence_text(title: str | None, description: str | None, tags: Sequence[str | None] | None) -> str:
    """The text that `skill_evidence` offsets refer to: the labelled text, newline, the site's tags, a line each.

    Without tags it is the labelled text.
    """
    text, lines = labelled_text(title, description), tag_lines(tags)
    return f"{text}\n{lines}" if lines else text
