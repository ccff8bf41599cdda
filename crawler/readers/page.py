"""What the readers of the job boards share: the text of elements, data in scripts, facts told apart by their words."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any, TypedDict
from urllib.parse import urlsplit

from parsel import Selector, SelectorList

from crawler.contract import Posting
from crawler.markup import element_text
from crawler.reply import Reply
from taxonomy.education import read_education
from taxonomy.experience import read_experience

_JSON = json.JSONDecoder(strict=False)

_SIZE = re.compile(r"\d\s*人|人以[上下]")
_STAGE = re.compile(r"融资|[A-Ga-g使子略]\+?轮|上市")
_NATURE = re.compile(
    r"国企|国有.*|央企|民营.*|私营.*|外企.*|外资.*|外商.*|合资.*|中外合.*|港澳台.*|股份制.*|事业单位|机关.*|政府.*|社会团体|非营利.*"
    r"|.*代表处|创业公司|其[他它]"
)
_HEADCOUNT = re.compile(r"招(?:聘)?\s*(?:\d+|若干)\s*人")
_DAY = re.compile(r"(?:发布|更新|刷新)$")


def line_at(node: Selector, css: str) -> str | None:
    """The text of the first element that is not blank, in one line; None where there is none."""
    return next(iter(lines_at(node, css)), None)


def lines_at(node: Selector, css: str) -> list[str]:
    """The text of every element, each in one line; blank ones are left out."""
    lines = (" ".join(element_text(found.root).split()) for found in node.css(css))
    return [line for line in lines if line]


def strings_at(node: Selector | SelectorList[Selector], css: str) -> list[str]:
    """Every piece of text below these elements, each once, whatever tags are between them."""
    pieces = (" ".join(str(piece).split()) for piece in node.css(css).xpath(".//text()").getall())
    return list(dict.fromkeys(piece for piece in pieces if piece))


def block_at(node: Selector, css: str) -> str | None:
    """The text of the first such element with its line breaks; None where it is missing or blank."""
    return next((text for found in node.css(css) if (text := element_text(found.root))), None)


def path_of_link(url: str | None) -> str:
    """The path of an address; empty for one that is broken or missing."""
    try:
        return urlsplit(url or "").path
    except ValueError:
        return ""


def script_object(reply: Reply, name: str) -> Mapping[str, Any] | None:
    """The JSON object that a script of the page assigns to a variable; None where none can be read."""
    for found in re.finditer(rf"{re.escape(name)}\s*=\s*(?=\{{)", reply.text):
        try:
            value, _ = _JSON.raw_decode(reply.text, found.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, Mapping):
            return value
    return None


def mapping_of(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def named(entries: Any, *names: str) -> list[str]:  # noqa: ANN401 - as above
    """The texts of a list that holds texts, or objects with a text under one of these names."""
    found = []
    for entry in entries if isinstance(entries, list) else []:
        values = [entry] if isinstance(entry, str) else [mapping_of(entry).get(name) for name in names]
        found += [value.strip() for value in values if isinstance(value, str) and value.strip()][:1]
    return found


class CompanyFacts(TypedDict):
    """Fields of a posting that speak of its company."""

    company_size_text: str | None
    company_stage_text: str | None
    industry_text: str | None


class JobFacts(TypedDict):
    """Fields of a posting that stand side by side in one line of a page."""

    experience_text: str | None
    education_text: str | None
    published_text: str | None


def company_facts(texts: Iterable[str]) -> CompanyFacts:
    """Size, stage and industry of a company, told apart by their words; whose it is (民营, 国企) has no field."""
    facts = CompanyFacts(company_size_text=None, company_stage_text=None, industry_text=None)
    for text in texts:
        if _NATURE.fullmatch(text):
            continue
        if _SIZE.search(text):
            facts["company_size_text"] = facts["company_size_text"] or text
        elif _STAGE.search(text):
            facts["company_stage_text"] = facts["company_stage_text"] or text
        else:
            facts["industry_text"] = facts["industry_text"] or text
    return facts


def job_facts(texts: Iterable[str]) -> tuple[JobFacts, list[str]]:
    """Experience, education and day of publication, told apart by their words, and what is none of these.

    How many people are wanted (招5人) is left out.
    """
    facts = JobFacts(experience_text=None, education_text=None, published_text=None)
    rest = []
    for text in texts:
        if _HEADCOUNT.fullmatch(text):
            continue
        if _DAY.search(text):
            facts["published_text"] = facts["published_text"] or text
        elif read_experience(text) is not None:
            facts["experience_text"] = facts["experience_text"] or text
        elif read_education(text) is not None:
            facts["education_text"] = facts["education_text"] or text
        else:
            rest.append(text)
    return facts, rest


def completed(posting: Posting, other: Posting) -> Posting:
    """The posting, with what it does not state taken from another reading of it."""
    missing = {field.name for field in fields(Posting) if getattr(posting, field.name) in (None, "", ())}
    return replace(posting, **{name: getattr(other, name) for name in missing})
