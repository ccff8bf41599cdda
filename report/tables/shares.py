"""The table that most sections are: postings by the terms of one column, adding up to all postings."""

from collections.abc import Sequence

import pandas as pd

from report.counting import Term, count_terms
from report.table import LABEL_EN, POSTINGS, SHARE, Table, label_column


def share_table(
    values: pd.Series,
    terms: Sequence[Term],
    *,
    zh: str,
    en: str,
    ranked: bool,
    zeros: bool = True,
    notes: tuple[str, ...] = (),
) -> Table:
    """Postings and share by term.

    Args:
        values: one value a posting.
        terms: the vocabulary.
        zh: heading of the first column.
        en: the same in English.
        ranked: most frequent first instead of the order of the vocabulary.
        zeros: list terms without postings too.
        notes: passed on to the table.

    Returns:
        The table with the columns label, label_en, postings, share.
    """
    counts = count_terms(values, terms, ranked=ranked, zeros=zeros)
    return Table(
        columns=(label_column(zh, en), LABEL_EN, POSTINGS, SHARE),
        rows=counts.drop(columns="value"),
        total=len(values),
        notes=notes,
    )
