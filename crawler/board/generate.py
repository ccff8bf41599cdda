"""More postings than were written: recombined from them, the same for the same seed."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from crawler.board.store import BoardPosting

_SHARE_OF_BORROWED_LINES = 0.3
_TITLE_ENDS = ("", "", "", "（急聘）", "（{city}）", "（双休）", "-{district}", "（可内推）")


def recombine(written: Sequence[BoardPosting], count: int, seed: int) -> list[BoardPosting]:
    """The written postings, and as many new ones as are needed for a count.

    A new posting has the title and most lines of one posting, other lines of a posting of the same category, the
    company of a second and the place of a third. Its salary, experience and education stay those of the first, so that
    they go together.

    Args:
        written: The postings to take from.
        count: How many are wanted; fewer than were written takes the first of them.
        seed: Makes the choice.
    """
    choose = random.Random(seed)
    of_category: dict[str, list[BoardPosting]] = defaultdict(list)
    for posting in written:
        of_category[posting.category].append(posting)
    new = []
    for number in range(count - len(written)):
        first, employer, place = choose.choice(written), choose.choice(written), choose.choice(written)
        title_end = choose.choice(_TITLE_ENDS).format(city=place.city, district=place.district or place.city)
        new.append(
            replace(
                first,
                id=f"r{seed}-{number:06d}",
                title=first.title + title_end,
                company=employer.company,
                industry=employer.industry,
                company_size=employer.company_size,
                company_stage=employer.company_stage,
                benefits=employer.benefits,
                city=place.city,
                district=place.district,
                published=choose.choice((first, employer, place)).published,
                description=_mix(first, choose.choice(of_category[first.category]), choose),
            )
        )
    return [*written[:count], *new]


def _mix(first: BoardPosting, other: BoardPosting, choose: random.Random) -> str:
    """The first description with some of its lines replaced by lines of the other one."""
    lines, spare = first.description.split("\n"), [line for line in other.description.split("\n") if line.strip()]
    for number, line in enumerate(lines):
        if line.strip() and choose.random() < _SHARE_OF_BORROWED_LINES:
            lines[number] = choose.choice(spare)
    return "\n".join(lines)
