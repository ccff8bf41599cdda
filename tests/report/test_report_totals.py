"""Whatever a labelled frame holds, no posting is lost or counted twice in a table that adds up."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report.csv_files import write_csv
from report.registry import all_tables
from taxonomy.catalogue import load_taxonomy
from taxonomy.education import EDUCATION_LEVELS
from taxonomy.experience import EXPERIENCE_BANDS
from taxonomy.places import CITY_TIERS

TAXONOMY = load_taxonomy()

texts = st.text(max_size=8)


def one_of(values):
    """A known value, nothing, 不明, or a value that no vocabulary has."""
    return st.one_of(st.sampled_from(values), st.none(), st.just("不明"), st.sampled_from(["新词", "=1+1"]))


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)

records = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["demo", "feishu", "dump"]),
        "company": st.one_of(st.none(), texts),
        "salary_text": st.one_of(st.none(), texts),
        "cities": st.one_of(st.none(), st.lists(st.sampled_from(["北京", "上海", "临汾", "火星"]), max_size=3)),
        "city_tier": one_of(CITY_TIERS),
        "salary_min": st.one_of(st.none(), st.integers(-5, 2**31 - 1)),
        "salary_max": st.one_of(st.none(), st.integers(-5, 2**31 - 1)),
        "experience": one_of(EXPERIENCE_BANDS),
        "education": one_of(EDUCATION_LEVELS),
        "role": one_of([role.id for role in TAXONOMY.roles]),
        "category": one_of([category.id for category in TAXONOMY.categories]),
        "industry": one_of([industry.id for industry in TAXONOMY.industries]),
        "industry_source": st.sampled_from(["site", "company", "model", None]),
        "domain": one_of([domain.id for domain in TAXONOMY.domains]),
        "skills": st.one_of(st.none(), st.lists(st.one_of(st.none(), st.sampled_from(["Python", "Go", "RAG"])))),
        "ai_involvement": one_of(["core", "applied", "mention", "none"]),
        "needs_review": st.one_of(st.none(), st.booleans()),
        "first_seen": st.one_of(st.none(), moments),
        "last_seen": st.one_of(st.none(), moments),
        "published_on": st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1))),
        "duplicate_of": st.one_of(st.none(), st.none(), st.just("demo:other")),
        "model_version": st.one_of(st.just("m1"), st.just("m1"), st.none()),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(records, min_size=1, max_size=12))
def test_tables_account_for_every_posting(drawn, posting, frame_of, tmp_path):
    rows = [posting(**fields) for fields in drawn]
    counted = [
        row
        for row in rows
        if row["duplicate_of"] is None and (row["model_version"] is not None or row["category"] is not None)
    ]
    frame = frame_of(rows)
    assert len(frame) == len(counted)
    intake = frame.intake
    assert intake.read.total() == len(rows)
    assert intake.read.total() == intake.duplicates.total() + intake.unlabelled.total() + len(counted)
    if not counted:
        return
    for spec in all_tables():
        table = spec.compute(frame)
        write_csv(table, tmp_path / "table.csv")
        if "postings" not in table.rows:
            continue
        assert (table.rows["postings"] >= 0).all(), spec.name
        if spec.name == "salary_by_role":
            ends = [(row["salary_min"], row["salary_max"]) for row in counted]
            expected = sum(all(end is not None and end >= 0 for end in pair) for pair in ends)
            assert table.total == table.rows["postings"].sum() == expected
        elif spec.name == "skill":
            mentions = sum(len({skill for skill in row["skills"] or () if skill}) for row in counted)
            assert table.rows["postings"].sum() == mentions
        elif spec.name == "city":
            places = sum(max(1, len(set(row["cities"] or ()))) for row in counted)
            assert table.rows["postings"].sum() == places
        else:
            assert table.total == table.rows["postings"].sum() == len(counted), spec.name
            assert table.rows["share"].sum() == pytest.approx(1), spec.name
        if "share" in table.rows:
            assert table.rows["share"].tolist() == pytest.approx(
                [postings / len(counted) for postings in table.rows["postings"]]
            )
