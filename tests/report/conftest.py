"""Small labelled postings, written for these tests, as real Parquet files."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from postings.schema import POSTING_SCHEMA
from report.frame import COLUMNS, PostingFrame, read_frame

Record = dict[str, Any]

SEEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def posting() -> Callable[..., Record]:
    """Makes a complete labelled posting; keywords replace fields."""
    number = iter(range(1_000_000))

    def make(**fields: Any) -> Record:
        name = f"p{next(number)}"
        record: Record = {
            "posting_id": f"demo:{name}",
            "source": "demo",
            "source_id": name,
            "title": "大模型算法工程师",
            "company": "北京星河智能科技有限公司",
            "city_text": "北京",
            "salary_text": "30-50K",
            "experience_text": "3-5年",
            "education_text": "硕士",
            "published_text": "2026-11-18",
            "cities": ["北京"],
            "city": "北京",
            "city_tier": "一线",
            "salary_min": 30_000,
            "salary_max": 50_000,
            "experience": "3-5年",
            "education": "硕士",
            "first_seen": SEEN,
            "last_seen": SEEN,
            "published_on": date(2026, 11, 18),
            "role": "llm_algorithm",
            "category": "algorithm",
            "industry": "artificial_intelligence",
            "industry_source": "site",
            "domain": "core_technology",
            "skills": ["Python", "PyTorch"],
            "ai_involvement": "core",
            "needs_review": False,
            "model_version": "test-1",
        }
        return record | fields

    return make


def table_of(records: Sequence[Record]) -> pa.Table:
    return pa.Table.from_pylist(list(records), POSTING_SCHEMA)


@pytest.fixture
def frame_of() -> Callable[[Sequence[Record]], PostingFrame]:
    """Reads records as the report reads a dataset, in batches of three rows."""

    def read(records: Sequence[Record]) -> PostingFrame:
        return read_frame(table_of(records).select(COLUMNS).to_batches(max_chunksize=3))

    return read


@pytest.fixture
def write_postings(tmp_path: Path) -> Callable[[Sequence[Record]], Path]:
    """Writes records to a Parquet file."""

    def write(records: Sequence[Record]) -> Path:
        path = tmp_path / "labelled.parquet"
        pq.write_table(table_of(records), path)
        return path

    return write


@pytest.fixture
def market(posting: Callable[..., Record]) -> list[Record]:
    """Twelve rows: nine counted, two copies, one without labels. The tests know every number in it."""
    zhipu = {"company": "北京智谱华章科技股份有限公司", "industry_source": "company"}
    bank = {
        "company": "某商业银行",
        "city_text": "上海/深圳",
        "cities": ["上海", "深圳"],
        "city": "上海",
        "role": "java",
        "category": "development",
        "industry": "banking",
        "domain": "finance",
        "skills": ["Java"],
        "ai_involvement": "none",
        "experience_text": "5年以上",
        "experience": "5-10年",
        "education_text": "本科",
        "education": "本科",
    }
    unpaid = {"salary_text": "面议", "salary_min": None, "salary_max": None}
    design = {
        "company": "成都云画文化传媒",
        "city_text": "成都",
        "cities": ["成都"],
        "city": "成都",
        "city_tier": "二线",
        "role": "aigc_designer",
        "category": "design",
        "industry": "advertising",
        "industry_source": "model",
        "domain": "media",
        "skills": [],
        "ai_involvement": "applied",
        "salary_text": "8-12K",
        "salary_min": 8_000,
        "salary_max": 12_000,
    }
    lost = {
        "source": "dump",
        "company": None,
        "city_text": None,
        "cities": [],
        "city": None,
        "city_tier": None,
        "experience_text": "  ",
        "experience": None,
        "education_text": "不清楚",
        "education": None,
        "published_text": None,
        "published_on": None,
        "first_seen": None,
        "last_seen": None,
        "salary_text": None,
        "salary_min": None,
        "salary_max": None,
        "role": None,
        "industry": None,
        "industry_source": None,
        "domain": None,
        "skills": None,
        "ai_involvement": None,
        "needs_review": True,
    }
    first = datetime(2026, 11, 1, 17, 0, tzinfo=UTC)  # already 2 November in China
    return [
        posting(first_seen=first, published_on=date(2026, 10, 30)),
        posting(salary_min=40_000, salary_max=60_000, skills=["Python", "Python", "RAG"]),
        posting(salary_min=20_000, salary_max=40_000, **zhipu),
        posting(salary_min=100_000, salary_max=140_000, **zhipu),
        posting(salary_min=15_000, salary_max=25_000, needs_review=True, **zhipu),
        posting(**bank),
        posting(**bank | unpaid),
        posting(**design),
        posting(**lost),
        posting(duplicate_of="demo:p0", duplicate_kind="full"),
        posting(duplicate_of="demo:p0", duplicate_kind="near", model_version=None, category=None, source="dump"),
        posting(model_version=None, category=None, role=None, source="dump"),
    ]
