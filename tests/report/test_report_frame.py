"""What is read of a stream of postings: who is counted, and in which form."""

import pandas as pd
import pyarrow as pa

from postings.schema import POSTING_SCHEMA
from report.frame import COLUMNS, read_frame


def test_copies_and_unlabelled_rows_are_left_out_and_counted(frame_of, market):
    frame = frame_of(market)

    assert len(frame) == 9
    assert frame.intake.read == {"demo": 9, "dump": 3}
    assert frame.intake.duplicates == {"demo": 1, "dump": 1}
    assert frame.intake.unlabelled == {"dump": 1}
    assert frame.intake.duplicate_kinds == {"full": 1, "near": 1}
    assert frame.intake.counted("demo") == 8
    assert frame.intake.counted("dump") == 1
    assert frame.intake.models == {"test-1": 9}


def test_a_row_labelled_elsewhere_needs_no_model_version(frame_of, posting):
    frame = frame_of([posting(model_version=None), posting(model_version=None, category=None)])

    assert len(frame) == 1
    assert frame.intake.unlabelled == {"demo": 1}
    assert frame.intake.models == {}


def test_a_row_that_the_model_could_not_place_counts(frame_of, posting):
    assert len(frame_of([posting(role=None, category=None, needs_review=True)])) == 1


def test_lists_become_pairs_with_every_value_once(frame_of, posting):
    frame = frame_of(
        [
            posting(skills=["Python", "Python", "RAG"]),
            posting(duplicate_of="demo:p0", skills=["C/C++"]),
            posting(skills=None),
            posting(skills=[]),
            posting(skills=["RAG", None, " "]),  # the batch boundary lies before this one
        ]
    )

    assert list(frame.skills.itertuples(index=False, name=None)) == [(0, "Python"), (0, "RAG"), (3, "RAG")]


def test_a_salary_needs_both_ends(frame_of, posting):
    frame = frame_of([posting(), posting(salary_max=None), posting(salary_min=None), posting(salary_min=25_001)])

    assert frame.postings["salary_midpoint"].tolist()[0] == 40_000
    assert frame.postings["salary_midpoint"].isna().tolist() == [False, True, True, False]
    assert frame.postings["salary_min"].isna().tolist() == [False, True, True, False]
    assert frame.postings["salary_midpoint"].tolist()[3] == 37_500.5


def test_blank_texts_are_no_texts(frame_of, posting):
    frame = frame_of([posting(company="  "), posting(company=" 星河 "), posting(salary_text=" \t")])

    assert frame.postings["company"].isna().tolist() == [True, False, False]
    assert frame.postings["company"].tolist()[1] == "星河"
    assert frame.postings["salary_stated"].tolist() == [True, True, False]


def test_a_missing_review_mark_is_no_review(frame_of, posting):
    assert frame_of([posting(needs_review=None), posting(needs_review=True)]).postings["needs_review"].sum() == 1


def test_postings_without_a_source_are_kept_under_unknown(posting):
    schema = pa.schema([POSTING_SCHEMA.field(name).with_nullable(True) for name in COLUMNS])
    records = [{name: value for name, value in posting(source=None).items() if name in COLUMNS}]
    frame = read_frame(pa.Table.from_pylist(records, schema).to_batches())

    assert frame.postings["source"].tolist() == ["不明"]
    assert frame.intake.read == {"不明": 1}


def test_texts_are_held_as_codes(frame_of, market):
    frame = frame_of(market)

    for name in ("source", "company", "role", "category", "industry", "education"):
        assert isinstance(frame.postings[name].dtype, pd.CategoricalDtype), name


def test_progress_is_told_after_every_batch(posting):
    told = []
    table = pa.Table.from_pylist([posting() for _ in range(7)], POSTING_SCHEMA)

    read_frame(table.select(COLUMNS).to_batches(max_chunksize=3), told.append)

    assert told == [3, 6, 7]


def test_a_stream_without_rows_gives_an_empty_frame():
    frame = read_frame([])

    assert len(frame) == 0
    assert frame.intake.read.total() == 0
