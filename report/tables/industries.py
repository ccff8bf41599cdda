"""Postings by domain and by the company's industry."""

from report.counting import count_terms
from report.frame import PostingFrame
from report.origins import AI_TALENT, MAIMAI
from report.table import LABEL_EN, POSTINGS, SHARE, Bars, Column, Kind, Table, TableSpec, label_column
from report.tables.shares import share_table
from report.terms import domain_terms, industry_terms
from taxonomy.catalogue import load_taxonomy

_SOURCES = {"site": "招聘网站标注", "company": "公司名单", "model": "模型判断"}


def domains(frame: PostingFrame) -> Table:
    """Postings by domain."""
    return share_table(frame.postings["domain"], domain_terms(), zh="领域", en="Domain", ranked=True)


def industries(frame: PostingFrame) -> Table:
    """Postings by industry, each with the domain it folds into."""
    taxonomy = load_taxonomy()
    domain_names = {domain.id: domain.zh for domain in taxonomy.domains}
    domain_of = {industry.id: domain_names[industry.domain] for industry in taxonomy.industries}
    rows = count_terms(frame.postings["industry"], industry_terms(), ranked=True, zeros=False)
    rows["domain"] = [domain_of.get(value, "") for value in rows["value"]]
    return Table(
        columns=(
            label_column("行业", "Industry"),
            LABEL_EN,
            Column("domain", "所属领域", "Domain", Kind.TEXT),
            POSTINGS,
            SHARE,
        ),
        rows=rows[["label", "label_en", "domain", "postings", "share"]],
        total=len(frame),
        notes=_notes(frame),
    )


def _notes(frame: PostingFrame) -> tuple[str, ...]:
    sources = frame.postings["industry_source"].value_counts()
    parts = [f"{_SOURCES.get(str(source), source)} {count:,} 条" for source, count in sources.items() if count]
    return (f"行业的依据：{'，'.join(parts)}。",) if parts else ()


TABLES = (
    TableSpec(
        name="domain",
        zh="领域",
        en="Domains",
        definition="大模型公司与人工智能行业的公司归入“大模型核心技术研发”，其余招聘按公司行业归入领域。",
        definition_en="Large-model and AI companies form a domain; every other posting takes its industry's domain.",
        origin=f"{AI_TALENT} 表12",
        compute=domains,
        view=Bars(),
    ),
    TableSpec(
        name="industry",
        zh="行业",
        en="Industries",
        definition="招聘公司所属行业；依次取招聘网站的标注、公司名单、模型判断。没有招聘的行业不列。",
        definition_en="The employer's industry: named by the site, else by the list of companies, else by the model.",
        origin=f"{AI_TALENT} 表12；{MAIMAI} 表5",
        compute=industries,
        view=Bars(limit=20),
    ),
)
