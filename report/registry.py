"""All tables of the report, in the order of the page."""

from collections.abc import Iterable
from dataclasses import dataclass

from report.table import TableSpec
from report.tables import industries, overview, places, quality, requirements, roles, salaries


@dataclass(frozen=True)
class Chapter:
    """A heading of the page with its tables."""

    name: str
    zh: str
    en: str
    tables: tuple[TableSpec, ...]


CHAPTERS = (
    Chapter("summary", "总体情况", "Overview", overview.TABLES),
    Chapter("roles", "岗位结构", "Roles", roles.TABLES),
    Chapter("salaries", "薪资", "Salaries", salaries.TABLES),
    Chapter("requirements", "要求", "Requirements", requirements.TABLES),
    Chapter("places", "地域", "Places", places.TABLES),
    Chapter("industries", "行业与领域", "Industries and domains", industries.TABLES),
    Chapter("data", "数据说明", "About the data", quality.TABLES),
)
"""What the report consists of. A new table is a `TableSpec` in one of these modules, or a new module listed here."""


def all_tables(chapters: Iterable[Chapter] = CHAPTERS) -> list[TableSpec]:
    """The tables of the chapters in order.

    Raises:
        ValueError: two chapters or tables share a name, and so would share an anchor or a CSV file.
    """
    chapters = list(chapters)
    tables = [table for chapter in chapters for table in chapter.tables]
    names = [chapter.name for chapter in chapters] + [table.name for table in tables]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two entries of the report are called {name!r}; give one of them another name")
    return tables
