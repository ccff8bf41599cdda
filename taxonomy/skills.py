"""The skills that a posting names, with the characters that name them."""

import re
import sys
from typing import NamedTuple

import ahocorasick_rs

from taxonomy.catalogue import Taxonomy, load_taxonomy
from taxonomy.skill_context import Cue, NameRule, listed

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_VERSION = re.compile(r"[0-9]+(?![a-z0-9])")
_SHORTEST_WITH_VERSION = 3
_NO_SPAN = (sys.maxsize, sys.maxsize)
# Full-width forms of what Latin names are made of; the full-width punctuation of Chinese text stays as it is.
_FULL_WIDTH = re.compile("[＃＋．／０-９Ａ-Ｚａ-ｚ\u00a0\u3000]")
_TO_HALF_WIDTH = {code: code - 0xFEE0 for code in map(ord, "＃＋．／０１２３４５６７８９")}
_TO_HALF_WIDTH |= {ord("Ａ") + i: ord("a") + i for i in range(26)} | {ord("ａ") + i: ord("a") + i for i in range(26)}
_TO_HALF_WIDTH |= {0xA0: 0x20, 0x3000: 0x20}


class SkillMatch(NamedTuple):
    """A mention of a skill: `text[start:end]` is one of its names."""

    skill: str
    """The canonical name."""
    start: int
    """First character, as an index of the Python string (an emoji is one character)."""
    end: int
    """One past the last character."""


class _Name(NamedTuple):
    spelling: str
    skill: str = ""  # "": a phrase that names no skill
    group: str = ""
    rule: NameRule | None = None
    cue: Cue | None = None


class SkillMatcher:
    """Finds the skills of the vocabulary in postings.

    Args:
        taxonomy: the vocabulary; the packaged one when left out.
    """

    def __init__(self, taxonomy: Taxonomy | None = None) -> None:
        taxonomy = taxonomy or load_taxonomy()
        rules = {rule.id: NameRule(rule) for rule in taxonomy.skill_context.rules}
        self._context = taxonomy.skill_context
        self._names = [
            _Name(spelling, skill.name, skill.group, rules.get(skill.context.get(spelling, "")))
            for skill in taxonomy.skills
            for spelling in (skill.name, *skill.names)
        ]
        self._names += [_Name(phrase) for phrase in self._context.not_skills]
        self._names += [_Name(phrase, cue=cue) for phrase, cue in self._context.cues]
        # C and R stand inside most Latin words: finding them apart spares the automaton a quarter of its matches.
        self._names.sort(key=lambda name: _fold(name.spelling) in _LATIN)
        patterns = [_fold(name.spelling) for name in self._names]
        self._letters = {pattern: index for index, pattern in enumerate(patterns) if pattern in _LATIN}
        letters = "".join(self._letters)
        self._letter = re.compile(f"[{letters}](?<![a-z0-9][{letters}])(?![a-z0-9])" if letters else "(?!)")
        self._cue_of = [name.cue for name in self._names]
        self._ends_in_word = [pattern[-1] in _LATIN for pattern in patterns]
        self._takes_version = [pattern[-1].isalpha() and len(pattern) >= _SHORTEST_WITH_VERSION for pattern in patterns]
        self._automaton = ahocorasick_rs.AhoCorasick(
            patterns[: len(patterns) - len(letters)],
            matchkind=ahocorasick_rs.MatchKind.Standard,
            implementation=ahocorasick_rs.Implementation.DFA,
        )

    def find(self, text: str) -> list[SkillMatch]:
        """The mentions of skills in a text, in order; a skill named twice is there twice.

        A name counts as a whole word in any case and width; Chinese needs no space around it, a Latin name may carry
        a version number (Java8). Of names that overlap, the one that begins first counts, and of those the longest;
        so no name counts inside a longer one. Ambiguous names count by their rule (skill_context.yaml), and no name
        counts in passages about the company, where the sentence takes it back, or as a field of study.

        Args:
            text: a posting, usually `postings.schema.labelled_text`.

        Returns:
            The mentions; their spans do not overlap.
        """
        folded = _fold(text)
        spans, cues = self._whole_names(folded)
        if not spans:
            return []
        # Spans and silent spans are both in order: one walk along the two.
        silent = iter(self._context.silent_spans(folded, cues) if cues else ())
        silent_start, silent_end = next(silent, _NO_SPAN)
        names = self._names
        mentions: list[tuple[int, int, _Name]] = []
        ambiguous = False
        last_end = 0
        for start, negative_length, index in spans:
            if start < last_end:
                continue
            name = names[index]
            last_end = start - negative_length
            while silent_end <= start:
                silent_start, silent_end = next(silent, _NO_SPAN)
            if not name.skill or silent_start <= start:
                continue
            mentions.append((start, last_end, name))
            if name.rule is not None:
                ambiguous = True
        if ambiguous:
            mentions = _meant(text, folded, mentions)
        return [SkillMatch(name.skill, start, end) for start, end, name in mentions]

    def _whole_names(self, folded: str) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, Cue]]]:
        """What stands in a text as whole words.

        Returns:
            (start, -length, index) of the names, sorted so that of those that begin together the longest is first;
            and (start, end, kind) of the cues in order.
        """
        spans = [(letter.start(), -1, self._letters[letter.group()]) for letter in self._letter.finditer(folded)]
        cues = []
        cue_of, ends_in_word, takes_version = self._cue_of, self._ends_in_word, self._takes_version
        length = len(folded)
        for index, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if start and folded[start - 1] in _LATIN and folded[start].isascii():
                continue
            if (
                ends_in_word[index]
                and end < length
                and folded[end] in _LATIN
                and not (takes_version[index] and _VERSION.match(folded, end))
            ):
                continue
            cue = cue_of[index]
            if cue is None:
                spans.append((start, start - end, index))
            else:
                cues.append((start, end, cue))
        spans.sort()
        return spans, cues


def _meant(text: str, folded: str, mentions: list[tuple[int, int, _Name]]) -> list[tuple[int, int, _Name]]:
    """The mentions without the ambiguous ones whose rule does not hold."""
    present = {part for _, _, name in mentions if name.rule is None for part in (name.skill, name.group)}
    meant = []
    for position, (start, end, name) in enumerate(mentions):
        if name.rule is not None:
            if name.rule.exact_case and text[start:end] != name.spelling:
                continue
            neighbours = []
            if position and listed(folded, mentions[position - 1][1], start):
                neighbours.append(mentions[position - 1][2].group)
            if position + 1 < len(mentions) and listed(folded, end, mentions[position + 1][0]):
                neighbours.append(mentions[position + 1][2].group)
            if not name.rule.holds(folded, start, end, neighbours, present):
                continue
        meant.append(mentions[position])
    return meant


def _fold(text: str) -> str:
    """The text in lower case and half width, character for character, so that positions stay."""
    folded = text.lower()
    if len(folded) != len(text):  # İ and a few others grow
        folded = "".join(lower if len(lower := character.lower()) == 1 else character for character in text)
    return folded.translate(_TO_HALF_WIDTH) if _FULL_WIDTH.search(folded) else folded
