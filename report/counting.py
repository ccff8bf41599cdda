"""Counts postings over a vocabulary so that nothing is lost: every value gets a row, unknown ones too."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

UNKNOWN = "不明"
"""The name that the published tables give to postings which do not say; the last row of every table that adds up."""

UNKNOWN_EN = "Unknown"
NOT_LISTED_EN = "Not in the vocabulary"

SMALLEST_SAMPLE = 5
"""Fewer postings than this give no median, quartile or mean: the count is shown, the figure is not."""


@dataclass(frozen=True)
class Term:
    """A value of a column with its Chinese and English names."""

    value: str
    zh: str
    en: str


def count_terms(values: pd.Series, terms: Sequence[Term], *, ranked: bool, zeros: bool = True) -> pd.DataFrame:
    """Count the postings of each term.

    Args:
        values: one value a posting; missing and 不明 are the same.
        terms: the vocabulary in its own order.
        ranked: most frequent first, ties in the order of the vocabulary; otherwise the order of the vocabulary.
        zeros: keep terms without postings.

    Returns:
        The columns value, label, label_en, postings, share (fraction of all values): the terms, then values that are
        not in the vocabulary under their own spelling, then 不明. The postings add up to the number of values.
    """
    found: dict[str, int] = {str(value): int(count) for value, count in values.value_counts().items() if count}
    found.pop(UNKNOWN, None)
    listed = {term.value for term in terms}
    rows = [(term.value, term.zh, term.en, found.get(term.value, 0)) for term in terms]
    rows += [(value, value, NOT_LISTED_EN, count) for value, count in sorted(found.items()) if value not in listed]
    if not zeros:
        rows = [row for row in rows if row[3]]
    if ranked:
        rows.sort(key=lambda row: -row[3])
    rows.append((UNKNOWN, UNKNOWN, UNKNOWN_EN, len(values) - sum(found.values())))
    counts = pd.DataFrame(rows, columns=["value", "label", "label_en", "postings"])
    counts["share"] = counts["postings"] / len(values)
    return counts


def count_members(members: pd.DataFrame, name: str, postings: int) -> pd.DataFrame:
    """Count the postings of each value of a long frame, where a posting may have several values.

    Args:
        members: the columns posting and `name`, each pair once.
        name: the column of the values.
        postings: the number of postings of which the shares are taken.

    Returns:
        The columns label, postings, share: most frequent first, ties by name.
    """
    counts = members[name].value_counts()
    rows = pd.DataFrame({"label": counts.index.astype(str), "postings": counts.to_numpy()})
    rows = rows[rows["postings"] > 0].sort_values(["postings", "label"], ascending=[False, True], ignore_index=True)
    rows["share"] = rows["postings"] / postings
    return rows
