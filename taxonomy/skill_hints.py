"""Hints: phrases of postings that may mean a skill without naming it, such as 分析用户数据 for 数据分析."""

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import ahocorasick_rs

from taxonomy.models import Skill

GAP = "…"
"""Stands in a hint for up to `LONGEST_GAP` characters of the same clause."""

LONGEST_GAP = 8

_GAP_PATTERN = rf"[^，。；;,!！?？\n]{{0,{LONGEST_GAP}}}?"
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class _Hint(NamedTuple):
    skill: str
    spelling: str
    rest: re.Pattern[str] | None
    """What follows the hint's first part."""


class HintMatcher:
    """Finds the hints of a vocabulary.

    Args:
        skills: the vocabulary.
        fold: gives a text the case and width in which hints are compared, character for character.
    """

    def __init__(self, skills: Iterable[Skill], fold: Callable[[str], str]) -> None:
        by_head: dict[str, list[_Hint]] = {}
        for skill in skills:
            for spelling in skill.hints:
                head, *others = (fold(part) for part in spelling.split(GAP))
                rest = "".join(_GAP_PATTERN + re.escape(part) for part in others)
                # A Latin hint is a whole word, as names are.
                end = "(?![a-z0-9])" if fold(spelling)[-1] in _LATIN else ""
                pattern = re.compile(rest + end) if rest or end else None
                by_head.setdefault(head, []).append(_Hint(skill.name, spelling, pattern))
        self._hints = list(by_head.values())
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(by_head),
            matchkind=ahocorasick_rs.MatchKind.Standard,
            implementation=ahocorasick_rs.Implementation.DFA,
        )

    def find(self, folded: str, named: AbstractSet[str]) -> list[tuple[str, str, int, int]]:
        """The hints of a text.

        Args:
            folded: the text as `fold` gives it.
            named: skills whose hints are passed over, since the text names them.

        Returns:
            (skill, spelling, start, end), in order of their ends' first parts.
        """
        found = []
        for index, start, head_end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if start and folded[start - 1] in _LATIN and folded[start] in _LATIN:
                continue
            for skill, spelling, pattern in self._hints[index]:
                if skill in named:
                    continue
                if pattern is None:
                    found.append((skill, spelling, start, head_end))
                elif rest := pattern.match(folded, head_end):
                    found.append((skill, spelling, start, rest.end()))
        return found
