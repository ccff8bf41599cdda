"""The skills that a posting names, with the characters that name them."""

import re
import sys
import unicodedata
from typing import NamedTuple

import ahocorasick_rs

from taxonomy.catalogue import Taxonomy, load_taxonomy
from taxonomy.skill_context import Cue, NameRule, Silence, listed
from taxonomy.skill_hints import HintMatcher

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_VERSION = re.compile(r"[0-9]+(?![a-z0-9])")
_SHORTEST_WITH_VERSION = 3
_NO_SPAN = (sys.maxsize, sys.maxsize, Silence.NONE)
# Full-width forms of what Latin names are made of; the full-width punctuation of Chinese text stays as it is. Radicals
# (U+2E80 to U+2FD5) look like characters (⼤ and 大) and stand for them in texts copied from PDF files.
_OTHER_FORM = re.compile("[＃＋．／０-９Ａ-Ｚａ-ｚ\u00a0\u3000\u2e80-\u2fd5]")
_TO_HALF_WIDTH = {code: code - 0xFEE0 for code in map(ord, "＃＋．／０１２３４５６７８９")}
_TO_HALF_WIDTH |= {ord("Ａ") + i: ord("a") + i for i in range(26)} | {ord("ａ") + i: ord("a") + i for i in range(26)}
_TO_HALF_WIDTH |= {0xA0: 0x20, 0x3000: 0x20}
_TO_HALF_WIDTH |= {
    point: ord(character)
    for point in range(0x2E80, 0x2FD6)
    if len(character := unicodedata.normalize("NFKC", chr(point))) == 1
}


class SkillMatch(NamedTuple):
    """A mention of a skill: `text[start:end]` is one of its names."""

    skill: str
    """The canonical name."""
    start: int
    """First character, as an index of the Python string (an emoji is one character)."""
    end: int
    """One past the last character."""


class Proposal(NamedTuple):
    """A place that may name a skill, before anyone has judged it."""

    skill: str
    """The canonical name."""
    start: int
    """First character."""
    end: int
    """One past the last character."""
    spelling: str
    """The name or hint of skills.yaml that stands there."""
    meant: bool
    """Whether the rules of `SkillMatcher.find` count it."""
    silence: Silence
    """Why no name counts by the rules where it stands; NONE where names count."""
    hint: bool
    """Whether only a hint stands there; the rules count no hints."""


class _Name(NamedTuple):
    spelling: str
    skill: str = ""  # "": a phrase that names no skill
    group: str = ""
    rule: NameRule | None = None
    cue: Cue | None = None


_Mention = tuple[int, int, _Name]


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
        self._names.sort(key=lambda name: fold(name.spelling) in _LATIN)
        patterns = [fold(name.spelling) for name in self._names]
        self._letters = {pattern: index for index, pattern in enumerate(patterns) if pattern in _LATIN}
        letters = "".join(self._letters)
        self._letter = re.compile(f"[{letters}](?<![a-z0-9][{letters}])(?![a-z0-9])" if letters else "(?!)")
        self._hints = HintMatcher(taxonomy.skills, fold)
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
        folded = fold(text)
        spans, cues = self._whole_names(folded)
        loud, _ = self._mentions(folded, spans, cues)
        return [SkillMatch(name.skill, start, end) for start, end, name in _meant(text, folded, loud)]

    def propose(self, text: str) -> list[Proposal]:
        """Every place that may name a skill, for a reader of the context to judge.

        Beyond what `find` counts these are names that a rule or the passage speaks against, and, of skills that no
        name proposes, their hints (skills.yaml). A hint may overlap a name of another skill.

        Args:
            text: a posting, usually `postings.schema.labelled_text`.

        Returns:
            The places in order.
        """
        folded = fold(text)
        spans, cues = self._whole_names(folded)
        loud, silent = self._mentions(folded, spans, cues)
        meant = {start for start, _, _ in _meant(text, folded, loud)}
        proposals = [
            Proposal(name.skill, start, end, name.spelling, start in meant, Silence.NONE, False)
            for start, end, name in loud
        ]
        proposals += [
            Proposal(name.skill, start, end, name.spelling, False, why, False) for (start, end, name), why in silent
        ]
        hints = self._hints.find(folded, {proposal.skill for proposal in proposals})
        if hints:
            quiet = self._context.silent_spans(folded, cues) if cues else []
            for skill, spelling, start, end in hints:
                why = next((why for first, last, why in quiet if first <= start < last), Silence.NONE)
                proposals.append(Proposal(skill, start, end, spelling, False, why, True))
        proposals.sort(key=lambda proposal: proposal[1:3])
        return proposals

    def _mentions(
        self, folded: str, spans: list[tuple[int, int, int]], cues: list[tuple[int, int, Cue]]
    ) -> tuple[list[_Mention], list[tuple[_Mention, Silence]]]:
        """The skills' names that stand apart from one another: those that count for the passage, and the others."""
        if not spans:
            return [], []
        # Spans and silent spans are both in order: one walk along the two.
        quiet = iter(self._context.silent_spans(folded, cues) if cues else ())
        quiet_start, quiet_end, why = next(quiet, _NO_SPAN)
        names = self._names
        loud: list[_Mention] = []
        silent: list[tuple[_Mention, Silence]] = []
        last_end = 0
        for start, negative_length, index in spans:
            if start < last_end:
                continue
            name = names[index]
            last_end = start - negative_length
            while quiet_end <= start:
                quiet_start, quiet_end, why = next(quiet, _NO_SPAN)
            if name.skill:
                mention = (start, last_end, name)
                if quiet_start <= start:
                    silent.append((mention, why))
                else:
                    loud.append(mention)
        return loud, silent

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


def _meant(text: str, folded: str, mentions: list[_Mention]) -> list[_Mention]:
    """The mentions without the ambiguous ones whose rule does not hold."""
    if all(name.rule is None for _, _, name in mentions):
        return mentions
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


def fold(text: str) -> str:
    """The text in lower case, half width and common characters, character for character, so that positions stay."""
    folded = text.lower()
    if len(folded) != len(text):  # İ and a few others grow
        folded = "".join(lower if len(lower := character.lower()) == 1 else character for character in text)
    return folded.translate(_TO_HALF_WIDTH) if _OTHER_FORM.search(folded) else folded
