"""Rows of the portals of 阿里巴巴 and 蚂蚁集团, which share one data model."""

from collections.abc import Mapping
from typing import Any

from crawler.contract import Posting
from crawler.fields import joined_description, published, text_of
from crawler.paging import Row
from crawler.problems import FormatChanged, LoginRequired

_LOGIN_EXPIRED = "LOGIN_EXPIRED"
_CAMPUS_TYPES = frozenset({"freshman", "internship", "project"})
_INTERNSHIP = "实习"


def successful(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer that says that it is one.

    Raises:
        LoginRequired: it wants an account.
        FormatChanged: it says anything else.
    """
    if answer["success"] is True:
        return answer
    code, message = answer.get("errorCode"), answer.get("errorMsg")
    if code == _LOGIN_EXPIRED:
        raise LoginRequired(f"{code}: {message}")
    raise FormatChanged(f"errorCode {code}: {message}")


def is_campus(row: Row) -> bool:
    """Whether a row says of itself that it is a campus job: it has a batch, or a category type of the campus side."""
    return text_of(row, "batchName") is not None or text_of(row, "categoryType") in _CAMPUS_TYPES


def read_posting(row: Row, *, company: str, url: str, campus: bool) -> Posting | None:
    """A row as a posting; None when it has no id or title.

    Args:
        row: A row of a list.
        company: Whose portal it is.
        url: The human page, with `{id}` in the place of the posting's id.
        campus: Whether it is a campus job.
    """
    title = text_of(row, "name")
    if not row.get("id") or title is None:
        return None
    published_on, published_text = published(row, "publishTime")
    return Posting(
        source_id=str(row["id"]),
        url=url.format(id=row["id"]),
        title=title,
        company=company,
        description=joined_description(row, "description", "requirement"),
        city_text="/".join(_texts(row.get("workLocations"))) or None,
        experience_text=_experience(row.get("experience")),
        education_text=text_of(row, "degree"),
        employment_text=_campus_kind(row, title) if campus else "社招",
        published_on=published_on,
        published_text=published_text,
        site_category="/".join(_texts(row.get("categories"))) or text_of(row, "categoryName"),
    )


def _campus_kind(row: Row, title: str) -> str:
    """校招, with the batch; and 实习 where the batch or the title says so, since both kinds share one list."""
    batch = text_of(row, "batchName")
    kind = text_of(row, "batchTypeDesc") or (_INTERNSHIP if _INTERNSHIP in f"{batch} {title}" else None)
    return "/".join(filter(None, ("校招", kind, batch)))


def _experience(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """Years of experience, which are a text or a range: 3-5年, 3年以上."""
    if isinstance(value, str):
        return value.strip() or None
    if not isinstance(value, Mapping):
        return None
    low, high = (value.get(side) for side in ("from", "to"))
    if _is_count(high):
        return f"{high}年" if low == high else f"{low if _is_count(low) else 0}-{high}年"
    return f"{low}年以上" if _is_count(low) else None


def _is_count(value: Any) -> bool:  # noqa: ANN401 - as above
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - as above
    if not isinstance(value, list):
        return []
    return [text.strip() for text in value if isinstance(text, str) and text.strip()]
