"""What postings ask of people: experience, education, skills."""

from report.counting import count_members
from report.frame import PostingFrame
from report.origins import AI_TALENT, MAIMAI, PEKING_ZHAOPIN
from report.table import POSTINGS, SHARE, Bars, Table, TableSpec, label_column
from report.tables.shares import share_table
from report.terms import education_terms, experience_terms

SKILLS_LISTED = 50


def experience(frame: PostingFrame) -> Table:
    """Postings by experience band."""
    return share_table(frame.postings["experience"], experience_terms(), zh="工作经验", en="Experience", ranked=False)


def education(frame: PostingFrame) -> Table:
    """Postings by education level."""
    return share_table(frame.postings["education"], education_terms(), zh="学历", en="Education", ranked=False)


def skills(frame: PostingFrame) -> Table:
    """The most frequent skills, with the share of postings that name each."""
    counts = count_members(frame.skills, "skill", len(frame))
    rows = counts.head(SKILLS_LISTED)
    naming = frame.skills["posting"].nunique()
    note = (
        f"{naming:,} 条招聘至少写明一项技能，{len(frame) - naming:,} 条没有；"
        f"共出现 {len(counts):,} 项技能、{int(counts['postings'].sum()):,} 次"
    )
    rest = counts.iloc[SKILLS_LISTED:]
    if len(rest):
        note += f"，其中未列出的 {len(rest):,} 项合计 {int(rest['postings'].sum()):,} 次"
    return Table(columns=(label_column("技能", "Skill"), POSTINGS, SHARE), rows=rows, notes=(note + "。",))


TABLES = (
    TableSpec(
        name="experience",
        zh="工作经验",
        en="Experience",
        definition="招聘要求的工作年限；没有写明或无法识别的计入不明。",
        definition_en="Years of experience asked for; not stated or not readable counts as unknown.",
        origin=f"{AI_TALENT} 表3",
        compute=experience,
        view=Bars(),
    ),
    TableSpec(
        name="education",
        zh="学历",
        en="Education",
        definition="招聘要求的最低学历；没有写明或无法识别的计入不明。",
        definition_en="The least education asked for; not stated or not readable counts as unknown.",
        origin=f"{AI_TALENT} 表4；{MAIMAI} 表9",
        compute=education,
        view=Bars(),
    ),
    TableSpec(
        name="skill",
        zh="技能",
        en="Skills",
        definition=f"写明该技能的招聘数与占招聘总数之比，前 {SKILLS_LISTED} 项；同一招聘中一项技能只计一次。",
        definition_en=f"Postings that name a skill, top {SKILLS_LISTED}; a posting counts once for each skill.",
        origin=f"{PEKING_ZHAOPIN} 表4",
        compute=skills,
        view=Bars(limit=20),
    ),
)
