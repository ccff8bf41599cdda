"""Monthly salary: bands of the midpoint, and its spread by role."""

from math import nan

import pandas as pd

from report.counting import NOT_LISTED_EN, SMALLEST_SAMPLE, UNKNOWN, UNKNOWN_EN
from report.frame import PostingFrame
from report.origins import AI_TALENT, MAIMAI
from report.table import LABEL_EN, Bars, Column, Kind, Ranges, Table, TableSpec, label_column
from report.tables.shares import share_table
from report.terms import role_terms, salary_terms
from taxonomy.salary import salary_band


def bands(frame: PostingFrame) -> Table:
    """Postings by the band of the salary's midpoint."""
    midpoints = frame.postings["salary_midpoint"]
    band_of = {midpoint: salary_band(midpoint) for midpoint in midpoints.dropna().unique()}
    return share_table(midpoints.map(band_of), salary_terms(), zh="月薪", en="Monthly salary", ranked=False)


def by_role(frame: PostingFrame) -> Table:
    """Quartiles of the salary's midpoint by role, highest median first; small samples show their count alone."""
    paid = frame.postings.loc[frame.postings["salary_midpoint"].notna(), ["role", "salary_midpoint"]]
    names = {term.value: (term.zh, term.en) for term in role_terms()}
    lines = [
        _spread(*names.get(str(role), (str(role), NOT_LISTED_EN)), midpoints)
        for role, midpoints in paid.groupby("role", observed=True)["salary_midpoint"]
    ]
    rows = pd.DataFrame([*lines, _spread(UNKNOWN, UNKNOWN_EN, paid.loc[paid["role"].isna(), "salary_midpoint"])])
    ranked = rows[:-1].sort_values(["median", "postings", "label"], ascending=[False, False, True])
    return Table(
        columns=(
            label_column("岗位", "Role"),
            LABEL_EN,
            Column("postings", "有月薪", "With salary", Kind.COUNT),
            Column("quartile_1", "下四分位", "Lower quartile", Kind.YUAN),
            Column("median", "中位数", "Median", Kind.YUAN),
            Column("quartile_3", "上四分位", "Upper quartile", Kind.YUAN),
        ),
        rows=pd.concat([ranked, rows[-1:]], ignore_index=True),
        total=len(paid),
        notes=(f"有月薪的招聘不足 {SMALLEST_SAMPLE} 条的岗位只列数量，标为“样本不足”。",),
    )


def _spread(label: str, label_en: str, midpoints: pd.Series) -> dict[str, str | int | float]:
    enough = len(midpoints) >= SMALLEST_SAMPLE
    low, median, high = midpoints.quantile([0.25, 0.5, 0.75]) if enough else (nan, nan, nan)
    return {
        "label": label,
        "label_en": label_en,
        "postings": len(midpoints),
        "quartile_1": low,
        "median": median,
        "quartile_3": high,
    }


TABLES = (
    TableSpec(
        name="salary_band",
        zh="月薪分布",
        en="Monthly salary",
        definition="月薪下限与上限的中点所在的区间（元/月，含下限不含上限）；时薪、日薪、年薪折算为月薪，没有数字的计入不明。",
        definition_en="Band of the midpoint of lowest and highest monthly salary; a band has its lower bound.",
        origin=f"{AI_TALENT} 表2",
        compute=bands,
        view=Bars(),
    ),
    TableSpec(
        name="salary_by_role",
        zh="岗位薪资",
        en="Salary by role",
        definition="各岗位月薪中点的中位数与上下四分位（元/月），按中位数从高到低。",
        definition_en="Median and quartiles of the salary midpoint by role, yuan a month, highest median first.",
        origin=f"{MAIMAI} 表3（原表为平均薪资）",
        compute=by_role,
        view=Ranges(limit=20),
    ),
)
