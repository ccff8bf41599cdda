"""What a reader answered, and the label that it means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from classifier.corpus import UNKNOWN
from classifier.labels import AI_INVOLVEMENT
from taxonomy.catalogue import Taxonomy
from taxonomy.nearest import did_you_mean

AI_NAMES = {"core": "核心", "applied": "应用", "mention": "提及", "none": "无关"}
"""Degree of AI involvement -> what readers see."""

SURE_NAMES = {3: "确定", 2: "有些犹豫", 1: "拿不准"}
"""Certainty -> what readers see."""

UNKNOWN_NAME = "不明"
"""What readers see for an industry that neither name nor text tells."""

CLEAR = 3


class RejectedAnswerError(Exception):
    """An answer that is no label; the message says why, and what was probably meant."""


@dataclass(frozen=True)
class Answer:
    """One reader's answer on one posting, as it was written.

    Attributes:
        file: the file it is in.
        row: its place there, from 1.
        posting_id: of the posting.
        role: id or name; None for an answer that was not given.
        alternative: id or name of the acceptable second role.
        industry: id or name; None for unknown.
        ai: id or name of the degree of AI involvement.
        skills: names.
        missing: terms that the vocabulary lacks.
        sure: 1 to 3 or its name; None for clear.
        annotator: who answered.
        day: when.
        drawn: the reason that drew the posting.
        skipped: why there is nothing to be read, such as a task that its reader skipped; None for an answer.
    """

    file: str
    row: int
    posting_id: str
    role: str | None = None
    alternative: str | None = None
    industry: str | None = None
    ai: str | None = None
    skills: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    sure: str | None = None
    annotator: str | None = None
    day: date | None = None
    drawn: str | None = None
    skipped: str | None = None


@dataclass(frozen=True)
class Reading:
    """An answer in the ids of the vocabulary.

    Attributes:
        answer: what it was read from.
        role: role id.
        alternative: role id or None.
        industry: industry id or "unknown".
        ai: one of AI_INVOLVEMENT.
        skills: canonical names, each once, in the order in which they were given.
        sure: 1 to 3.
    """

    answer: Answer
    role: str
    alternative: str | None
    industry: str
    ai: str
    skills: tuple[str, ...]
    sure: int

    def label(self) -> dict[str, Any]:
        """The label's content, in the order of a label file."""
        return {
            "id": self.answer.posting_id,
            "role": self.role,
            "alt": self.alternative,
            "industry": self.industry,
            "ai": self.ai,
            "skills": list(self.skills),
            "missing": list(self.answer.missing),
            "sure": self.sure,
        }


class AnswerReader:
    """Turns names as people write them into ids.

    Ids, Chinese and English names all count, in any case and width of spaces.

    Args:
        taxonomy: the vocabulary of the labels.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._roles = _names((role.id, role.zh, role.en) for role in taxonomy.roles)
        self._industries = _names((entry.id, entry.zh, entry.en) for entry in taxonomy.industries)
        self._industries |= {folded(UNKNOWN_NAME): UNKNOWN, folded(UNKNOWN): UNKNOWN}
        self._degrees = _names((degree, AI_NAMES[degree]) for degree in AI_INVOLVEMENT)
        self._sure = _names((str(degree), name) for degree, name in SURE_NAMES.items())
        # Canonical names come last: where one skill's spelling is another's name, the name wins.
        spellings = {folded(name): skill.name for skill in taxonomy.skills for name in skill.names}
        self._skills = spellings | {folded(skill.name): skill.name for skill in taxonomy.skills}

    def read(self, answer: Answer) -> Reading:
        """Read an answer.

        Raises:
            RejectedAnswerError: the posting has no id, or a role, industry, skill or degree is not known.
        """
        if not answer.posting_id:
            raise RejectedAnswerError("the posting's id is missing; keep the column or field posting_id as exported")
        role = _find(self._roles, answer.role or "", "role")
        alternative = _find(self._roles, answer.alternative, "alternative role") if answer.alternative else None
        if answer.ai is None:
            raise RejectedAnswerError("the degree of AI involvement is missing")
        skills = [
            _find(self._skills, name, "skill", " A skill that it lacks belongs to the missing terms.")
            for name in answer.skills
        ]
        return Reading(
            answer=answer,
            role=role,
            alternative=alternative if alternative != role else None,
            industry=_find(self._industries, answer.industry, "industry") if answer.industry else UNKNOWN,
            ai=_find(self._degrees, answer.ai, "degree of AI involvement"),
            skills=tuple(dict.fromkeys(skills)),
            sure=int(_find(self._sure, answer.sure, "certainty")) if answer.sure else CLEAR,
        )

    def knows_skill(self, name: str) -> bool:
        """Whether the vocabulary has a skill of this name."""
        return folded(name) in self._skills


def split_names(text: str) -> tuple[str, ...]:
    """The names in a cell: apart by semicolon, comma, 、 or line break, none of which is in a skill's name."""
    return tuple(name.strip() for name in re.split("[;；,，、\n]", text) if name.strip())


def _names(entries: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Folded name -> id, the first of each entry; ids win over names."""
    entries = list(entries)
    return {folded(name): entry[0] for entry in entries for name in entry} | {
        folded(entry[0]): entry[0] for entry in entries
    }


def _find(known: dict[str, str], name: str, kind: str, advice: str = "") -> str:
    try:
        return known[folded(name)]
    except KeyError:
        near = did_you_mean(name, known) or advice
        raise RejectedAnswerError(f"no {kind} of the vocabulary ({name!r}).{near}") from None


def folded(name: str) -> str:
    """A name without case and width of spaces: what is the same folded is the same name."""
    return " ".join(name.split()).casefold()
