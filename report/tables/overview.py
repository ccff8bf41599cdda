"""The headline figures."""

from datetime import timedelta, timezone

import pandas as pd

from report.counting import SMALLEST_SAMPLE
from report.frame import PostingFrame
from report.origins import MAIMAI
from report.table import Column, Kind, Table, TableSpec, Tiles, label_column

CHINA = timezone(timedelta(hours=8))
"""Days are those of China (UTC+8, no summer time), where the postings are read."""

NOT_STATED = "未写明"


def overview(frame: PostingFrame) -> Table:
    """One row a figure: name, value, unit and how it is reckoned."""
    postings = frame.postings
    paid = postings.loc[postings["salary_midpoint"].notna()]
    review = int(postings["needs_review"].sum())
    lines: list[tuple[str, str, object, str, str]] = [
        ("招聘数", "Postings", len(frame), "条", "不含重复与未标注的招聘"),
        ("公司数", "Companies", postings["company"].nunique(), "家", "公司名称按招聘原文计"),
        ("城市数", "Cities", frame.cities["city"].nunique(), "座", "招聘写明的工作城市"),
        ("来源数", "Sources", postings["source"].nunique(), "个", "招聘网站或导入的数据"),
        (
            "月薪中位数",
            "Median monthly salary",
            _sampled(paid["salary_midpoint"].median(), len(paid)),
            "元/月",
            "月薪下限与上限中点的中位数",
        ),
        (
            "平均月薪",
            "Mean monthly salary",
            _sampled((paid["salary_min"].mean() + paid["salary_max"].mean()) / 2, len(paid)),
            "元/月",
            "（下限均值＋上限均值）÷2，脉脉口径",
        ),
        ("写明月薪", "With a salary", _percent(len(paid), len(frame)), "%", f"{len(paid):,} 条给出月薪数字"),
        ("待复核", "To be reviewed", _percent(review, len(frame)), "%", f"{review:,} 条的标注把握不足"),
        (
            "收集期",
            "Collected",
            _period(_in_china(postings["first_seen"]), _in_china(postings["last_seen"])),
            "",
            "首次见到最早的一条至最近一次见到",
        ),
        (
            "发布期",
            "Published",
            _period(postings["published_on"], postings["published_on"]),
            "",
            f"{int(postings['published_on'].notna().sum()):,} 条写明发布日期",
        ),
    ]
    return Table(
        columns=(
            label_column("指标", "Figure"),
            Column("label_en", "英文名", "English", Kind.TRANSLATION),
            Column("value", "数值", "Value", Kind.QUANTITY),
            Column("unit", "单位", "Unit", Kind.TEXT),
            Column("meaning", "说明", "Meaning", Kind.TEXT),
        ),
        rows=pd.DataFrame(lines, columns=["label", "label_en", "value", "unit", "meaning"]),
    )


def _sampled(figure: float, sample: int) -> object:
    return round(figure) if sample >= SMALLEST_SAMPLE else None


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2)


def _in_china(moments: pd.Series) -> pd.Series:
    local: pd.Series = moments.dt.tz_convert(CHINA)
    return local


def _period(starts: pd.Series, ends: pd.Series) -> str:
    if starts.notna().sum() == 0 or ends.notna().sum() == 0:
        return NOT_STATED
    first, last = f"{starts.min():%Y-%m-%d}", f"{ends.max():%Y-%m-%d}"
    return first if first == last else f"{first} 至 {last}"


TABLES = (
    TableSpec(
        name="overview",
        zh="概览",
        en="Headline figures",
        definition="本报告所统计招聘的总体情况。",
        definition_en="The postings of this report at a glance.",
        origin=f"平均月薪：{MAIMAI}",
        compute=overview,
        view=Tiles(),
    ),
)
