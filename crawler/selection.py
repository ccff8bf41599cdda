"""Which of the postings that a source gives a plan asks for."""

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.contract import Link, Posting, Query
from crawler.plan import CrawlPlan
from crawler.relevance import mentions
from taxonomy.places import read_cities

_CHINA = re.compile(r"\bchina\b|中国|\bCN\b", re.IGNORECASE)


def on_plan(
    postings: Sequence[Posting], query: Query, plan: CrawlPlan, *, searched: bool, worldwide: bool
) -> list[Posting]:
    """The postings that the plan asks for.

    Args:
        postings: Those of a page.
        query: The query that the page belongs to.
        plan: The plan.
        searched: Whether the source has found them by the query's keyword. Otherwise they are matched here, and get the
            keywords that they mention.
        worldwide: Whether a place in which no Chinese city is read is likely abroad.
    """
    keywords = () if searched else plan.keywords
    cities = _cities(query, plan)
    kept = []
    for posting in postings:
        text = f"{posting.title}\n{posting.description or ''}"
        found = tuple(keyword for keyword in keywords if mentions(keyword, text))
        elsewhere = bool(cities) and _is_elsewhere(posting.city_text, cities, worldwide=worldwide)
        if (found or not keywords) and not elsewhere:
            kept.append(replace(posting, keywords=found))
    return kept


def links_on_plan(links: Sequence[Link], query: Query, plan: CrawlPlan, *, worldwide: bool) -> list[Link]:
    """The links that may lead to a posting that the plan asks for; arguments as for `on_plan`."""
    cities = _cities(query, plan)
    return [link for link in links if not (cities and _is_elsewhere(link.city_text, cities, worldwide=worldwide))]


def _cities(query: Query, plan: CrawlPlan) -> set[str]:
    return {query.city} if query.city else set(plan.cities)


def _is_elsewhere(place: str | None, cities: set[str], *, worldwide: bool) -> bool:
    """Whether a place is in none of the cities; one that cannot be read is no reason to drop the posting."""
    if found := set(read_cities(place)):
        return not cities & found
    return worldwide and place is not None and _CHINA.search(place) is None
