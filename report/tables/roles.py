"""Postings by role class, by role, and by how far the job is about AI."""

from report.counting import count_terms
from report.frame import PostingFrame
from report.origins import AI_TALENT, MAIMAI
from report.table import LABEL_EN, POSTINGS, SHARE, Bars, Column, Kind, Table, TableSpec, label_column
from report.tables.shares import share_table
from report.terms import AI_INVOLVEMENT, AI_MEANING, category_terms, role_terms
from taxonomy.catalogue import load_taxonomy


def categories(frame: PostingFrame) -> Table:
    """Postings by role class: all twelve, also those without postings."""
    return share_table(frame.postings["category"], category_terms(), zh="岗位类别", en="Category", ranked=True)


def roles(frame: PostingFrame) -> Table:
    """Postings by role, each with its class."""
    taxonomy = load_taxonomy()
    class_names = {category.id: category.zh for category in taxonomy.categories}
    class_of = {role.id: class_names[role.category] for role in taxonomy.roles}
    rows = count_terms(frame.postings["role"], role_terms(), ranked=True, zeros=False)
    rows["category"] = [class_of.get(value, "") for value in rows["value"]]
    class_alone = int((frame.postings["role"].isna() & frame.postings["category"].notna()).sum())
    return Table(
        columns=(
            label_column("岗位", "Role"),
            LABEL_EN,
            Column("category", "岗位类别", "Category", Kind.TEXT),
            POSTINGS,
            SHARE,
        ),
        rows=rows[["label", "label_en", "category", "postings", "share"]],
        total=len(frame),
        notes=(f"不明之中，{class_alone:,} 条的岗位把握不足，只归到类别。",) if class_alone else (),
    )


def involvement(frame: PostingFrame) -> Table:
    """Postings by AI involvement."""
    rows = count_terms(frame.postings["ai_involvement"], AI_INVOLVEMENT, ranked=False)
    rows["meaning"] = [AI_MEANING.get(value, "") for value in rows["value"]]
    return Table(
        columns=(
            label_column("相关度", "Involvement"),
            LABEL_EN,
            Column("meaning", "含义", "Meaning", Kind.TEXT),
            POSTINGS,
            SHARE,
        ),
        rows=rows[["label", "label_en", "meaning", "postings", "share"]],
        total=len(frame),
    )


TABLES = (
    TableSpec(
        name="category",
        zh="岗位类别",
        en="Role categories",
        definition="模型按招聘的标题与描述判定的十二个岗位类别，全部列出。",
        definition_en="The twelve role classes, as the model reads title and description; all are listed.",
        origin=f"{AI_TALENT} 表5",
        compute=categories,
        view=Bars(),
    ),
    TableSpec(
        name="role",
        zh="岗位",
        en="Roles",
        definition="类别之下的岗位；把握不足、只能归到类别的招聘计入不明。没有招聘的岗位不列。",
        definition_en="Roles under the classes; a posting whose role is not certain enough counts as unknown here.",
        origin=f"{MAIMAI} 表2",
        compute=roles,
        view=Bars(limit=20),
    ),
    TableSpec(
        name="ai_involvement",
        zh="AI 相关度",
        en="AI involvement",
        definition="工作内容在多大程度上与人工智能有关，由模型判定。",
        definition_en="How far the job is about AI, as the model reads it.",
        origin=None,
        compute=involvement,
        view=Bars(),
    ),
)
