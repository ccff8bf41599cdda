"""What counts as a change between two models."""

import pyarrow as pa

from classifier.compare import CHANGE_COLUMNS, COMPARED, DataComparison, _compare

POSTINGS = pa.RecordBatch.from_pydict(
    {"posting_id": ["a:1", "a:2", "a:3"], "title": ["一", "二", None], "company": [None, "甲", "乙"]}
)


def said(**columns):
    same = {"industry": ["games"] * 3, "ai_involvement": ["none"] * 3, "needs_review": [False] * 3}
    return pa.RecordBatch.from_pydict(same | columns)


def test_a_role_that_both_leave_open_does_not_move():
    before = said(
        category=["development", "algorithm", "sales"],
        role=[None, "java", "sales"],
        role_confidence=[0.3, 0.9, 0.8],
        category_confidence=[0.6, 0.95, 0.9],
    )
    after = said(
        category=["algorithm", "algorithm", "sales"],
        role=[None, "frontend", "sales"],
        role_confidence=[0.4, 0.7, 0.8],
        category_confidence=[0.7, 0.9, 0.9],
    )
    result = DataComparison("old-1", "new-1")
    changes = _compare(POSTINGS, before, after, result)
    assert dict(result.moves) == {("java", "frontend"): 1}
    assert "(open)" not in str(result)
    assert changes.column_names == list(CHANGE_COLUMNS)
    assert changes.column("posting_id").to_pylist() == ["a:1", "a:2"]
    assert changes.column("confidence").to_pylist() == [0.6, 0.7]
    assert changes.column("change").to_pylist() == ["category", "role"]
    assert {name: result.same[name] for name in COMPARED} == {
        "category": 2,
        "role": 2,
        "industry": 3,
        "ai_involvement": 3,
        "needs_review": 3,
    }
