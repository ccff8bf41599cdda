"""Where the postings come from, and how far each field can be relied on."""

from dataclasses import dataclass

import pandas as pd

from report.counting import UNKNOWN
from report.frame import PostingFrame
from report.table import LABEL_EN, POSTINGS, SHARE, Bars, Column, Kind, Table, TableSpec, label_column

_KINDS = {"full": "内容相同", "near": "内容相近", "repost": "重新发布", "agency": "代招"}


def sources(frame: PostingFrame) -> Table:
    """Rows read by source, and what became of them."""
    intake = frame.intake
    names = sorted(intake.read, key=lambda name: (-intake.counted(name), name))
    rows = pd.DataFrame(
        {
            "label": names,
            "read": [intake.read[name] for name in names],
            "duplicates": [intake.duplicates[name] for name in names],
            "unlabelled": [intake.unlabelled[name] for name in names],
            "postings": [intake.counted(name) for name in names],
        }
    )
    rows["share"] = rows["postings"] / len(frame)
    kinds = "，".join(
        f"{_KINDS.get(str(kind), '未注明种类')} {count:,} 条" for kind, count in intake.duplicate_kinds.most_common()
    )
    models = "，".join(f"{model} {count:,} 条" for model, count in intake.models.most_common())
    return Table(
        columns=(
            label_column("来源", "Source"),
            Column("read", "读入", "Read", Kind.COUNT),
            Column("duplicates", "重复", "Copies", Kind.COUNT),
            Column("unlabelled", "未标注", "Unlabelled", Kind.COUNT),
            POSTINGS,
            SHARE,
        ),
        rows=rows,
        total=len(frame),
        notes=tuple(note for note in (kinds and f"剔除的重复：{kinds}。", models and f"标注模型：{models}。") if note),
    )


@dataclass(frozen=True)
class _Field:
    """A field whose completeness is shown: the column, and the flag that its source gave a text (None for labels)."""

    zh: str
    en: str
    column: str
    stated: str | None


_FIELDS = (
    _Field("公司", "Company", "company", None),
    _Field("城市", "City", "city", "city_stated"),
    _Field("月薪", "Salary", "salary_midpoint", "salary_stated"),
    _Field("经验", "Experience", "experience", "experience_stated"),
    _Field("学历", "Education", "education", "education_stated"),
    _Field("发布日期", "Published on", "published_on", "published_stated"),
    _Field("岗位类别", "Category", "category", None),
    _Field("岗位", "Role", "role", None),
    _Field("行业", "Industry", "industry", None),
    _Field("领域", "Domain", "domain", None),
    _Field("AI 相关度", "AI involvement", "ai_involvement", None),
    _Field("技能", "Skills", "skill", None),
)


def quality(frame: PostingFrame) -> Table:
    """For each field: postings that have it, that say nothing about it, and that say something unreadable."""
    total = len(frame)
    lines = []
    for entry in _FIELDS:
        known = _known(frame, entry.column)
        unread = int((~known & frame.postings[entry.stated]).sum()) if entry.stated else 0
        count = int(known.sum())
        lines.append((entry.zh, entry.en, count, count / total, total - count - unread, unread))
    review = int(frame.postings["needs_review"].sum())
    return Table(
        columns=(
            label_column("字段", "Field"),
            LABEL_EN,
            Column("known", "有值", "Known", Kind.COUNT),
            SHARE,
            Column("absent", "未给出", "Not given", Kind.COUNT),
            Column("unread", "无法识别", "Not readable", Kind.COUNT),
        ),
        rows=pd.DataFrame(lines, columns=["label", "label_en", "known", "share", "absent", "unread"]),
        notes=(
            f"{review:,} 条（{review / total:.2%}）的标注把握不足，待人工复核。",
            "“面议”之类没有数字的月薪属于无法识别；岗位、行业等标签由模型给出，没有把握时不给。",
        ),
    )


def _known(frame: PostingFrame, column: str) -> pd.Series:
    """Whether each posting has a value that is not 不明."""
    if column in ("city", "skill"):
        members = frame.cities if column == "city" else frame.skills
        return frame.postings.index.to_series().isin(members["posting"])
    values = frame.postings[column]
    return values.notna() & (values != UNKNOWN) if isinstance(values.dtype, pd.CategoricalDtype) else values.notna()


TABLES = (
    TableSpec(
        name="source",
        zh="数据来源",
        en="Sources",
        definition="各来源读入的招聘，以及剔除重复、留出未标注之后计入本报告的数量：读入＝重复＋未标注＋招聘数。",
        definition_en="Rows read by source: read = copies + unlabelled + postings counted here.",
        origin=None,
        compute=sources,
        view=Bars(limit=20),
    ),
    TableSpec(
        name="data_quality",
        zh="数据质量",
        en="Data quality",
        definition="每个字段有多少招聘有值、未给出、写了但无法识别；三者之和为招聘总数。",
        definition_en="Postings that give a field, do not, or give what cannot be read; the three add up to all.",
        origin=None,
        compute=quality,
        view=Bars(count="known"),
    ),
)
