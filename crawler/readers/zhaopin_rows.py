"""智联招聘's own JSON: rows of lists and postings with their company, in answers and in the state of its pages."""

from collections.abc import Mapping
from typing import Any

from crawler.codes import load_codes
from crawler.contract import Posting
from crawler.fields import text_of
from crawler.markup import html_to_text
from crawler.readers.page import mapping_of, named

SITE = "https://www.zhaopin.com"


def read_row(row: Mapping[str, Any], site: str = SITE) -> Posting | None:
    """A row of a list; None when it has no number or title.

    Args:
        row: The row.
        site: The server on which postings have their pages.
    """
    parts = mapping_of(mapping_of(row.get("jobDetailData")).get("position"))
    base, place = mapping_of(parts.get("base")), mapping_of(parts.get("workLocation"))
    source_id = text_of(row, "number") or text_of(base, "positionNumber")
    title = text_of(row, "name") or text_of(base, "positionName")
    if not source_id or not title:
        return None
    city = text_of(row, "workCity") or _city(row.get("cityId") or place.get("positionCityId"))
    text = text_of(mapping_of(parts.get("desc")), "description") or text_of(row, "jobSummary")
    return Posting(
        source_id=source_id,
        url=detail_address(source_id, site),
        title=title,
        company=text_of(row, "companyName"),
        description=html_to_text(text or ""),
        city_text="·".join(filter(None, (city, text_of(row, "cityDistrict"), text_of(row, "streetName")))),
        salary_text=_salary(text_of(row, "salary60") or text_of(base, "salary"), text_of(row, "salaryCount")),
        experience_text=text_of(row, "workingExp") or text_of(base, "positionWorkingExp"),
        education_text=text_of(row, "education"),
        employment_text=text_of(row, "workType", "emplType") or text_of(base, "workType"),
        industry_text=text_of(row, "industryName"),
        company_size_text=text_of(row, "companySize"),
        published_text=text_of(row, "publishTime") or (str(whole_number(row.get("jobPostingTime")) or "") or None),
        site_category=text_of(row, "subJobTypeLevelName"),
        site_tags=_tags(row),
        benefits=_benefits(row),
    )


def read_former_row(row: Mapping[str, Any]) -> Posting | None:
    """A row of `/c/i/sou`, as the search answered in 2018 and 2019; None when it has no number or title."""
    source_id, title = text_of(row, "number"), text_of(row, "jobName")
    if not source_id or not title:
        return None
    company = mapping_of(row.get("company"))
    return Posting(
        source_id=source_id,
        url=detail_address(source_id),
        title=title,
        company=text_of(company, "name"),
        city_text=text_of(mapping_of(row.get("city")), "display"),
        salary_text=text_of(row, "salary"),
        experience_text=text_of(mapping_of(row.get("workingExp")), "name"),
        education_text=text_of(mapping_of(row.get("eduLevel")), "name"),
        employment_text=text_of(row, "emplType"),
        company_size_text=text_of(mapping_of(company.get("size")), "name"),
        published_text=text_of(row, "updateDate", "createDate"),
        site_category=text_of(mapping_of(row.get("jobType")), "display"),
        benefits=tuple(dict.fromkeys(named(row.get("welfare")))),
    )


def read_detailed(data: Mapping[str, Any]) -> Posting:
    """A posting with its company; without number or title where there is none."""
    job, company = mapping_of(data.get("detailedPosition")), mapping_of(data.get("detailedCompany"))
    return Posting(
        source_id=text_of(job, "number", "positionNumber") or "",
        title=text_of(job, "name", "positionName") or "",
        company=text_of(company, "companyName") or text_of(job, "companyName"),
        description=html_to_text(text_of(job, "jobDesc", "jobDescPC", "description") or ""),
        city_text="·".join(filter(None, (text_of(job, "workCity"), text_of(job, "cityDistrict")))),
        salary_text=_salary(text_of(job, "salary60", "salary"), text_of(job, "salaryCount")),
        experience_text=text_of(job, "workingExp", "positionWorkingExp"),
        education_text=text_of(job, "education"),
        employment_text=text_of(job, "emplType", "workType"),
        industry_text=text_of(company, "industryNameLevel", "industryName"),
        company_size_text=text_of(company, "companySize"),
        company_stage_text=text_of(company, "financingStageName"),
        published_text=text_of(job, "positionPublishTime", "publishTime"),
        site_category=text_of(job, "jobTypeLevelName", "subJobTypeLevelName"),
        site_tags=_tags(job),
        benefits=_benefits(job),
    )


def detail_address(source_id: str, site: str = SITE) -> str:
    """The page of a posting."""
    return f"{site}/jobdetail/{source_id}.htm"


def whole_number(value: Any) -> int | None:  # noqa: ANN401 - as above
    """A whole number, also where it is written as text; None where it is none."""
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None


def _salary(text: str | None, months: str | None) -> str | None:
    """The pay with the months that are paid, which the site states apart: 1.1-1.5万·13薪."""
    return f"{text}·{months}" if text and months and months not in text else text


def _tags(row: Mapping[str, Any]) -> tuple[str, ...]:
    lists = ("jobSkillTags", "name"), ("skillLabel", "value"), ("showSkillTags", "tag")
    return tuple(dict.fromkeys(tag for name, key in lists for tag in named(row.get(name), key)))


def _benefits(row: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("welfareLabel", "welfareTagList")
    return tuple(dict.fromkeys(text for name in names for text in named(row.get(name), "value", "name")))


def _city(code: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """The city of a code."""
    return next((city for city, known in load_codes("zhaopin_cities").items() if known == str(code)), None)
