"""Employers known by their whole names, of whom nothing but the industry is known."""

from collections.abc import Sequence

from taxonomy._text import fold
from taxonomy.loading import DataFile
from taxonomy.models import Employers


def industries_of_employers(file: DataFile, industry_ids: Sequence[str]) -> dict[str, str]:
    """The industry id of each employer by its folded name.

    Args:
        file: employers.yaml.
        industry_ids: the industries there are.

    Raises:
        JobAtlasError: an industry does not exist, or a name is listed twice.
    """
    known: dict[str, str] = {}
    for entry in file.entries("employers", Employers):
        if entry.industry not in industry_ids:
            raise file.unknown("employers", entry.names[0], "industry", entry.industry, industry_ids)
        for name in entry.names:
            if fold(name) in known:
                raise file.fail("employers", name, "the name is listed twice.")
            known[fold(name)] = entry.industry
    return known
