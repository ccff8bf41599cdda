"""BOSS直聘: the JSON that its pages ask for. Rows of lists, and details in their three forms.

Only named fields are taken: recruiters (bossName, bossTitle, bossAvatar, encryptBossId, ...) stand beside them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crawler.contract import Posting, row_version
from crawler.fields import published, text_of
from crawler.markup import html_to_text
from crawler.problems import Closed, FormatChanged

SITE: Final = "https://www.zhipin.com"

_EMPLOYMENT: Final = {0: "全职", 4: "实习", 6: "兼职"}
"""`jobType` of a posting; the search's filter of the same name counts otherwise."""


@dataclass(frozen=True, slots=True)
class _Form:
    """One form of a detail: what the site calls the objects and their fields.

    Attributes:
        posting: The object with the posting.
        company: The object with its company, which also holds the benefits.
        texts: Field -> its name in the posting.
        company_texts: Field -> its name in the company.
        places: City and what is below it, in the posting.
        tags: The skills, in the posting.
        benefits: Their name in the company.
    """

    posting: str
    company: str
    texts: Mapping[str, str]
    company_texts: Mapping[str, str]
    places: tuple[str, ...]
    tags: str
    benefits: str


_REQUIRED = {"salary_text": "salaryDesc", "experience_text": "experienceName", "education_text": "degreeName"}
_COMPANY = {
    "company": "brandName",
    "industry_text": "industryName",
    "company_size_text": "scaleName",
    "company_stage_text": "stageName",
}
_FORMS: Final = (
    # detail.json since 2025.
    _Form(
        "jobInfo",
        "brandComInfo",
        {
            **_REQUIRED,
            "source_id": "encryptId",
            "title": "jobName",
            "description": "postDescription",
            "site_category": "positionName",
        },
        _COMPANY,
        ("locationName",),
        "showSkills",
        "labels",
    ),
    # detail.json until 2024 and the mini-program's; what it calls positionName is the title.
    _Form(
        "jobBaseInfoVO",
        "brandComInfoVO",
        {
            **_REQUIRED,
            "source_id": "encryptJobId",
            "title": "positionName",
            "description": "jobDesc",
            "site_category": "positionCategory",
        },
        _COMPANY,
        ("locationName", "areaDistrict", "businessDistrict"),
        "requiredSkills",
        "brandWelfares",
    ),
    # card.json, what hovers over a row.
    _Form(
        "jobCard",
        "",
        {
            **_REQUIRED,
            "source_id": "encryptJobId",
            "title": "jobName",
            "description": "postDescription",
            "company": "brandName",
        },
        {},
        ("cityName",),
        "jobLabels",
        "",
    ),
)

_OPEN = "招聘中"
_IN_ADDRESS = re.compile(r"/job_detail/([\w~\-]+)\.html")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list.

    Attributes:
        posting: What it says.
        security_id: The ticket by which its detail is asked for; it expires.
        lid: The list's mark, sent along with it.
        version: What the row says of the posting's text.
    """

    posting: Posting
    security_id: str
    lid: str
    version: str


@dataclass(frozen=True, slots=True)
class RowPage:
    """A page of a list.

    Attributes:
        rows: Its rows.
        unreadable: How many further rows have no id or title.
        more: Whether the site says that a page follows.
        reported_total: How many rows it says there are; None where it does not.
    """

    rows: Sequence[Row]
    unreadable: int
    more: bool
    reported_total: int | None


def holds_list(data: Node) -> bool:
    """Whether the data are those of a list."""
    return isinstance(data.get("jobList"), list)


def holds_detail(data: Node) -> bool:
    """Whether the data are those of one posting."""
    return _form_of(data) is not None


def read_rows(data: Node, site: str = SITE) -> RowPage:
    """A list: search, recommendations, a company's postings, browsing history.

    Args:
        data: The answer's data.
        site: Where the postings' human pages are.

    Raises:
        FormatChanged: there is no list, or no row of it can be read.
    """
    found = data.get("jobList")
    if not isinstance(found, list):
        raise FormatChanged("no jobList")
    rows = [row for node in found if (row := _row(node, site)) is not None]
    totals = [data[name] for name in ("resCount", "totalCount") if type(data.get(name)) is int]
    if found and not rows:
        raise FormatChanged("no row has an id and a title")
    return RowPage(rows, len(found) - len(rows), data.get("hasMore") is True, max(totals, default=None))


def read_posting(data: Node, site: str = SITE) -> Posting:
    """The posting of detail.json (two forms) or card.json.

    Raises:
        Closed: it says so.
        FormatChanged: there is none, or it lacks id, title or text.
    """
    form = _form_of(data)
    if form is None:
        raise FormatChanged("no posting")
    info = data[form.posting]
    posting = _posting(form, info, _node(data.get(form.company)), site)
    status = text_of(info, "jobStatusDesc") or _OPEN
    if info.get("invalidStatus") is True or status != _OPEN:
        raise Closed(status if status != _OPEN else "invalidStatus")
    missing = [name for name in ("source_id", "title", "description") if not getattr(posting, name)]
    if missing:
        raise FormatChanged(f"a posting without {', '.join(missing)}")
    return posting


def posting_id(address: str) -> str:
    """The id in the address of a posting's page; empty if it is none."""
    found = _IN_ADDRESS.search(address)
    return found[1] if found else ""


def posting_url(source_id: str, site: str = SITE) -> str:
    """The address of a posting's page."""
    return f"{site}/job_detail/{source_id}.html"


def _row(node: Any, site: str) -> Row | None:  # noqa: ANN401 - whatever JSON holds
    """A row; None when it has no id or title."""
    if not isinstance(node, Mapping):
        return None
    source_id = text_of(node, "encryptJobId") or posting_id(text_of(node, "jobUrl") or "")
    title = text_of(node, "jobName")
    if not source_id or not title:
        return None
    day, day_text = published(node, "lastModifyTime")  # that of the last change: the site states no other
    posting = Posting(
        source_id=source_id,
        url=posting_url(source_id, site),
        title=title,
        company=text_of(node, "brandName"),
        city_text=_joined(node, "cityName", "areaDistrict", "businessDistrict"),
        salary_text=text_of(node, "salaryDesc", "salary"),
        experience_text=text_of(node, "jobExperience"),
        education_text=text_of(node, "jobDegree"),
        industry_text=text_of(node, "brandIndustry"),
        company_size_text=text_of(node, "brandScaleName"),
        company_stage_text=text_of(node, "brandStageName"),
        employment_text=_employment(node),
        published_on=day,
        published_text=day_text,
        site_tags=(*_texts(node.get("skills")), *_terms(node)),
        benefits=_texts(node.get("welfareList")),
    )
    said = (title, posting.salary_text, posting.city_text, posting.experience_text, posting.education_text)
    version = row_version(*said, posting.published_text)
    return Row(posting, text_of(node, "securityId") or "", text_of(node, "lid") or "", version)


def _form_of(data: Node) -> _Form | None:
    return next((form for form in _FORMS if isinstance(data.get(form.posting), Mapping)), None)


def _posting(form: _Form, info: Node, company: Node, site: str) -> Posting:
    texts = {field: text_of(info, name) for field, name in form.texts.items()}
    texts |= {field: text_of(company, name) for field, name in form.company_texts.items()}
    source_id, title = texts.pop("source_id") or "", texts.pop("title") or ""
    demands = {texts["experience_text"], texts["education_text"]}
    return Posting(
        **{**texts, "description": html_to_text(texts["description"] or "")},  # type: ignore[arg-type]
        source_id=source_id,
        title=title,
        url=posting_url(source_id, site),
        city_text=_joined(info, *form.places),
        employment_text=_employment(info),
        # The labels of a card begin with experience and education.
        site_tags=tuple(tag for tag in (*_texts(info.get(form.tags)), *_terms(info)) if tag not in demands),
        benefits=_texts(company.get(form.benefits)),
    )


def _employment(node: Node) -> str | None:
    code = node.get("jobType")
    return _EMPLOYMENT.get(code) if type(code) is int else None


def _terms(node: Node) -> tuple[str, ...]:
    """What internships ask for: days a week, months."""
    return tuple(text for name in ("daysPerWeekDesc", "leastMonthDesc") if (text := text_of(node, name)))


def _joined(node: Node, *names: str) -> str | None:
    return "·".join(dict.fromkeys(text for name in names if (text := text_of(node, name)))) or None


def _node(value: Any) -> Node:  # noqa: ANN401 - whatever JSON holds
    return value if isinstance(value, Mapping) else {}


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    return (
        tuple(filter(None, (item.strip() for item in value if isinstance(item, str))))
        if isinstance(value, list)
        else ()
    )
