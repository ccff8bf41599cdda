"""What the confirmer sees of the places that may name a skill: one reader that training and run time share.

The work is done in numpy over a batch of postings; every value depends on its own posting alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from taxonomy.skill_context import Silence
from taxonomy.skills import Proposal, fold

CONTEXT_BITS = 13
"""Hash buckets of the characters on one side of a mention: 2 to this power. Bucket 0 is none."""

REACH = 8
"""Characters read on either side of a mention."""

ADJACENT = 3
"""So many of the characters next to a mention are also read as one piece with those between."""

MENTIONS = 4
"""Mentions of one skill that are read, the first of the posting."""

SHORTEST, USUAL, LONGEST, MOST_MENTIONS, MOST_SKILLS = 100, 500, 1_500, 8, 40
"""What is less or more counts as this: few labels tell how a text of 200,000 characters would be labelled. A text
of the usual length has length 0."""

SECTIONS = 7
"""Kinds of passages: the title, what stands before any heading, and five kinds of headings."""

MENTION_FIGURES = (
    "meant",
    "in doubt",
    "about the company",
    "field of study",
    "hint",
    "in title",
    "place",
    "listed before",
    "listed after",
)
PAIR_FIGURES = ("mentions", "skills", "length", "first place")

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]

_LISTED = 4
"""Two mentions stand in a list if at most so many characters are between them."""

_LINE_END = ord("\n")
_LAST_FOLDED = 0xFFFF
"""What lies beyond, such as emoji, is read as this code point, which no text has."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)

_SECTION_OF = {
    word: section
    for section, words in enumerate(
        (
            ("职责", "内容", "描述"),
            ("要求", "资格", "条件", "技能"),
            ("加分",),
            ("福利", "待遇", "薪酬", "薪资"),
            ("介绍", "简介", "关于", "背景", "亮点", "优势"),
        ),
        start=2,
    )
    for word in words
}
_HEADING = re.compile(rf"(?:{'|'.join(_SECTION_OF)})[^，。；;,\n]{{0,6}}?[】\])）」》]?\s*[:：\n】]")


@dataclass(frozen=True)
class ProposalFeatures:
    """The features of the skills that are proposed in some postings.

    A pair is a posting and a skill proposed in it. Each has one or more mentions, which follow one another.

    Attributes:
        posting: index of the posting, [pairs], ascending.
        skill: row of the skill, 0 for one that is not known, [pairs].
        first_mention: where the pair's mentions begin, [pairs].
        pair_figures: PAIR_FIGURES, [pairs, 4].
        spelling: row of the name that stands there, 0 for one that is not known, [mentions].
        before: buckets of what stands before, 0 for none, [mentions, REACH - 1 + ADJACENT].
        after: buckets of what stands after, [mentions, REACH - 1 + ADJACENT].
        section: kind of the passage, [mentions].
        mention_figures: MENTION_FIGURES, [mentions, 9].
    """

    posting: IntArray
    skill: IntArray
    first_mention: IntArray
    pair_figures: FloatArray
    spelling: IntArray
    before: IntArray
    after: IntArray
    section: IntArray
    mention_figures: FloatArray

    @property
    def mentions(self) -> IntArray:
        """How many mentions each pair has, [pairs]."""
        return np.diff(np.append(self.first_mention, len(self.spelling)))


class FeatureReader:
    """Reads the features of proposals.

    Args:
        skills: the known skills; skill i has row i + 1.
        spellings: the known (skill, spelling); spelling i has row i + 1.
    """

    def __init__(self, skills: Sequence[str], spellings: Sequence[tuple[str, str]]) -> None:
        self._skills = {skill: row for row, skill in enumerate(skills, start=1)}
        self._spellings = {spelling: row for row, spelling in enumerate(spellings, start=1)}

    def read(
        self, titles: Sequence[str], texts: Sequence[str], proposals: Sequence[Sequence[Proposal]]
    ) -> ProposalFeatures:
        """The features of a batch; of skills that are not known there are none.

        Args:
            titles: titles, [n].
            texts: the texts whose proposals they are (`postings.schema.labelled_text`), [n].
            proposals: of each text, in order, [n].
        """
        rows = self._rows(titles, texts, proposals)
        posting, skill, spelling, start, end, section, in_title, meant, silence, hint = rows.T
        lengths = np.array([max(1, len(text)) for text in texts], dtype=np.int64)
        place = start / lengths[posting]
        gap = start[1:] - end[:-1]
        listed = np.zeros(len(rows) + 1, dtype=bool)
        listed[1:-1] = (posting[1:] == posting[:-1]) & (gap >= 0) & (gap <= _LISTED)
        about_company, major = silence == Silence.COMPANY, silence == Silence.MAJOR
        in_doubt = (silence == Silence.NONE) & (meant == 0) & (hint == 0)
        figures = np.column_stack(
            [meant, in_doubt, about_company, major, hint, in_title, place, listed[:-1], listed[1:]]
        ).astype(np.float32)

        # Mentions of one skill side by side, of which the first few are read.
        key = posting * (len(self._skills) + 1) + skill
        order = np.argsort(key, kind="stable")
        firsts = np.flatnonzero(np.diff(key[order], prepend=-1))
        counts = np.diff(np.append(firsts, len(order)))
        rank = np.arange(len(order)) - np.repeat(firsts, counts)
        kept, pair = order[rank < MENTIONS], order[firsts]
        kept_counts = np.minimum(counts, MENTIONS)
        skills = np.bincount(posting[pair], minlength=len(texts))
        of_pair = posting[pair]
        size = np.log(np.clip(lengths, SHORTEST, LONGEST) / USUAL) / 5
        pair_figures = np.column_stack(
            [
                np.log1p(np.minimum(counts, MOST_MENTIONS)),
                np.log1p(np.minimum(skills, MOST_SKILLS))[of_pair] / 3,
                size[of_pair],
                place[pair],
            ]
        )
        points, offsets = _code_points(texts)
        at = offsets[posting[kept]]
        return ProposalFeatures(
            posting=of_pair,
            skill=skill[pair],
            first_mention=np.cumsum(kept_counts) - kept_counts,
            pair_figures=pair_figures.astype(np.float32),
            spelling=spelling[kept],
            before=_side(points, at + start[kept] - 1, -1),
            after=_side(points, at + end[kept], 1),
            section=section[kept],
            mention_figures=figures[kept],
        )

    def _rows(self, titles: Sequence[str], texts: Sequence[str], proposals: Sequence[Sequence[Proposal]]) -> IntArray:
        """A row for each: posting, skill, spelling, start, end, section, in title, meant, silence, hint.

        What is taken back has none.
        """
        rows: list[tuple[int, ...]] = []
        skills, spellings = self._skills, self._spellings
        for place, (title, text, found) in enumerate(zip(titles, texts, proposals, strict=True)):
            if not found:
                continue
            title_end = len(title)
            sections = _sections(text, title_end)
            following, kind = 0, 0
            for skill, start, end, spelling, meant, silence, hint in found:
                while following < len(sections) and sections[following][0] <= start:
                    kind = sections[following][1]
                    following += 1
                row = skills.get(skill)
                if row is not None and silence != Silence.TAKEN_BACK:
                    named = spellings.get((skill, spelling), 0)
                    rows.append((place, row, named, start, end, kind, start < title_end, meant, silence, hint))
        return np.array(rows, dtype=np.int64).reshape(-1, 10)


def _sections(text: str, title_end: int) -> list[tuple[int, int]]:
    """Where each passage begins, and its kind, in order."""
    found = [(title_end, 1)]
    found += [(heading.start(), _SECTION_OF[heading.group()[:2]]) for heading in _HEADING.finditer(text, title_end)]
    return found


def _code_points(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint64], IntArray]:
    """The folded code points of all texts, with room around each, and where each text begins."""
    room = "\n" * REACH
    joined = room + "".join(text + room for text in texts)
    points = _folding()[np.minimum(_encoded(joined), _LAST_FOLDED)]
    lengths = np.array([len(text) + REACH for text in texts], dtype=np.int64)
    return points, REACH + np.cumsum(lengths) - lengths


@cache
def _folding() -> npt.NDArray[np.uint64]:
    """Code point -> the one that it is read as (`taxonomy.skills.fold`)."""
    return _encoded(fold("".join(map(chr, range(_LAST_FOLDED + 1))))).astype(np.uint64)


def _encoded(text: str) -> npt.NDArray[np.uint32]:
    # Lone surrogates cannot be encoded strictly.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _side(points: npt.NDArray[np.uint64], nearest: IntArray, step: int) -> IntArray:
    """Buckets of the pairs of characters on one side of mentions, up to the line's end, and of the adjacent pieces."""
    window = points[nearest[:, None] + step * np.arange(REACH)]
    pairs = (window[:, :-1] * _MULTIPLIER) ^ (window[:, 1:] + np.uint64(1))
    on_line = np.logical_and.accumulate(window[:, 1:] != _LINE_END, axis=1)
    # A piece counts whatever it holds: that the line ends beside a mention tells something.
    pieces = np.empty((len(window), ADJACENT), dtype=np.uint64)
    piece = np.full(len(window), _MIX, dtype=np.uint64)
    for distance in range(ADJACENT):
        piece = (piece ^ (window[:, distance] + np.uint64(5))) * _MULTIPLIER
        pieces[:, distance] = piece
    return np.concatenate([np.where(on_line, _bucket(pairs), 0), _bucket(pieces)], axis=1)


def _bucket(hashes: npt.NDArray[np.uint64]) -> IntArray:
    mixed = (hashes ^ (hashes >> _SHIFT)) * _MIX
    buckets: IntArray = (mixed >> np.uint64(64 - CONTEXT_BITS)).astype(np.int64)
    return np.maximum(buckets, 1)
