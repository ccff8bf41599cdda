"""Postings by city and by city tier."""

import pandas as pd

from report.counting import UNKNOWN, count_members
from report.frame import PostingFrame
from report.origins import AI_TALENT, MAIMAI
from report.table import POSTINGS, SHARE, Bars, Column, Kind, Table, TableSpec, label_column
from report.tables.shares import share_table
from report.terms import city_tier_terms
from taxonomy.places import city_tier


def cities(frame: PostingFrame) -> Table:
    """Postings by city; a posting that names several cities counts in each."""
    counts = count_members(frame.cities, "city", len(frame))
    per_posting = frame.cities["posting"].value_counts()
    unknown = len(frame) - len(per_posting)
    rows = pd.DataFrame(
        {
            "label": [*counts["label"], UNKNOWN],
            "tier": [*map(city_tier, counts["label"]), ""],
            "postings": [*counts["postings"], unknown],
            "share": [*counts["share"], unknown / len(frame)],
        }
    )
    note = (
        f"共 {len(counts):,} 座城市。{int((per_posting > 1).sum()):,} 条招聘写明多个城市，在每个城市各计一次，"
        f"因此各行之和为 {int(rows['postings'].sum()):,}，不等于招聘总数 {len(frame):,}。"
    )
    return Table(
        columns=(label_column("城市", "City"), Column("tier", "等级", "Tier", Kind.TEXT), POSTINGS, SHARE),
        rows=rows,
        notes=(note,),
    )


def tiers(frame: PostingFrame) -> Table:
    """Postings by the tier of their first city."""
    return share_table(frame.postings["city_tier"], city_tier_terms(), zh="城市等级", en="City tier", ranked=False)


TABLES = (
    TableSpec(
        name="city",
        zh="城市",
        en="Cities",
        definition="工作城市；写明多个城市的招聘在每个城市各计一次，占比以招聘总数为分母。",
        definition_en="Cities of work; a posting that names several counts in each, shares are of all postings.",
        origin=f"{AI_TALENT} 表1；{MAIMAI} 表10",
        compute=cities,
        view=Bars(limit=20),
    ),
    TableSpec(
        name="city_tier",
        zh="城市等级",
        en="City tiers",
        definition="按第一个工作城市归入《AI 大模型人才发展报告》的一线、二线、三线城市名单，其余为其他。",
        definition_en="The tier of the first city of work, after the report's own list of cities.",
        origin=f"{AI_TALENT} 城市分级",
        compute=tiers,
        view=Bars(),
    ),
)
