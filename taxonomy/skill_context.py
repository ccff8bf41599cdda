"""Where a skill's name in a posting is not the skill: company passages, negations, lists of majors, ambiguous names."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from enum import Enum, IntEnum
from pathlib import Path

from taxonomy.loading import DataFile
from taxonomy.models import ContextRule

REACH = 10
"""Characters within which a word before or after an ambiguous name speaks for it."""

_SENTENCE_END = "。；;！!？?\n"
_LIST_SEPARATOR = re.compile(r"\s*(?:[/、,，&|+()（）和或与及]|以及|或者)\s*")
_LONGEST_SEPARATOR = 5

_HEADING_END = r"\s*[】\])）」》]?\s*[:：\n】]\s*"
_AFTER_HEADING = re.compile(_HEADING_END)
# What is taken back ends with its clause, at a colon or bracket, and where a demand begins after all, as in
# 不要求Java但要会Go; 不用担心 and 不必因为 take nothing back. It has up to twenty characters, a Latin word being one.
_NEGATED_AFTER = re.compile(
    r"(?:(?![，。；;,:：）)\n]|\.\s|但|而是|却|只要|只需|仅需|担心|顾虑|因为|[^a-z0-9]\s+(?:熟|精通|掌握|了解|会|懂|有))"
    r"(?:[a-z0-9+#]++|.)){1,20}"
)
_NEGATED_WORDS = r"(?:[a-z0-9+#]++|[^a-z0-9+#，。；;,:：（(\n]){1,20}"
_NEGATED_BEFORE = re.compile(rf"(?<![a-z0-9]){_NEGATED_WORDS}$")
# A concession takes back what a negation before it names, as in 不会Python也可以 and no Java experience required.
_CONCEDED = re.compile(
    rf"(?:(?:没有?|不会|不懂|不了解|不熟悉|未){_NEGATED_WORDS}[，,]?|(?<![a-z])no [^.,;:(\n]{{1,60}})$"
)
_NEGATED_REACH = 80
# A clause may go on with an ending that adds nothing, as in Java零基础的小伙伴也欢迎.
_CLAUSE_ENDS = re.compile(
    r"(?:的[^，。；;,\n]{0,12}|了|哦|哈|啦|即可|也?可以?|[也亦]行|也?欢迎)?(?:[，。；;,！!~（(）)\s]|$)"
)
# 专业 is a field of study in 计算机、统计学等相关专业 and 英语专业本科, not in 专业知识 or 专业团队.
_MAJOR_BEFORE = re.compile("(?:相关|等|类|相近|学科)$")
_NOT_MAJOR_AFTER = re.compile("知识|技能|能力|技术|课程|领域")
_MAJOR_AFTER = re.compile("本科|专科|大专|硕士|博士|研究生|及以上|以上|学历|毕业|背景|优先|出身|[，。；;,)）\n]")
# A list of majors does not reach back over the end of a sentence, nor over the clause of a requirement.
_BEFORE_MAJORS = re.compile(
    f"[{_SENTENCE_END}:：]|(?:经验|能力|熟悉|掌握|精通|了解|使用)[^，,{_SENTENCE_END}]*[，,{_SENTENCE_END}]?"
)
_MAJORS_REACH = 40
# A sentence about the company ends where it turns to whom it seeks, as in 我司专注大模型，现诚聘熟悉Python的工程师.
_SOUGHT = re.compile(
    f"[{_SENTENCE_END}]|招聘|诚聘|诚邀|急聘|急招|现招|寻找|欢迎|需要|要求|希望你|负责|熟悉|精通|掌握|熟练|了解|具备|参与"
)


class Cue(Enum):
    """A phrase that opens or closes a span in which no name counts."""

    NEGATION = "negations"
    NEGATION_AFTER = "negations_after"
    CONCESSION = "concessions"
    COMPANY_HEADING = "company_headings"
    TEAM_HEADING = "team_headings"
    COMPANY_SENTENCE = "company_sentences"
    MAJOR = "majors"


class Silence(IntEnum):
    """Why no name counts in a span; of reasons that meet, the greater is given."""

    NONE = 0
    MAJOR = 1
    """A list of fields of study."""
    COMPANY = 2
    """About the company, its benefits or the team."""
    TAKEN_BACK = 3
    """The sentence says that it is not asked for."""


class SkillContext:
    """The context rules of a vocabulary.

    Args:
        path: skill_context.yaml.

    Raises:
        JobAtlasError: the file or an entry of it is wrong.
    """

    def __init__(self, path: Path) -> None:
        self.file = DataFile(path, ["rules", "not_skills", "work_headings", *(cue.value for cue in Cue)])
        self.rules = self.file.entries("rules", ContextRule)
        self.not_skills = self.file.texts("not_skills")
        self.cues = [(phrase, cue) for cue in Cue for phrase in self.file.texts(cue.value)]

        self._work_heading = re.compile(f"(?:{_any(self.file.texts('work_headings'))}){_HEADING_END}")

    def silent_spans(self, text: str, cues: Iterable[tuple[int, int, Cue]]) -> list[tuple[int, int, Silence]]:
        """The spans of a posting in which no name counts as a skill that is asked for.

        Passages about the company and its benefits (from such a heading to the next heading of the work), the
        paragraph about the team, sentences about the company, negated parts of sentences, and lists of majors.

        Args:
            text: the posting, in lower case.
            cues: (start, end, kind) of the cue phrases in it, in order.

        Returns:
            (start, end, why) in characters, in order and apart.
        """
        spans: list[tuple[int, int, Silence]] = []
        company_end = 0
        for start, end, cue in cues:
            if cue is Cue.NEGATION:
                negated = _NEGATED_AFTER.match(text, end)
                if negated:
                    spans.append((*negated.span(), Silence.TAKEN_BACK))
            elif cue is Cue.NEGATION_AFTER:
                before = _NEGATED_BEFORE.search(text[max(0, start - _NEGATED_REACH) : start])
                if before and _CLAUSE_ENDS.match(text, end):
                    spans.append((start - len(before.group()), start, Silence.TAKEN_BACK))
            elif cue is Cue.CONCESSION:
                if before := _CONCEDED.search(text[max(0, start - _NEGATED_REACH) : start]):
                    spans.append((start - len(before.group()), start, Silence.TAKEN_BACK))
            elif cue is Cue.MAJOR:
                if _is_major(text, start, end):
                    first = max(0, start - _MAJORS_REACH)
                    for barrier in _BEFORE_MAJORS.finditer(text, first, start):
                        first = barrier.end()
                    spans.append((first, start, Silence.MAJOR))
            elif cue is Cue.COMPANY_SENTENCE:
                first = 1 + max(text.rfind(mark, 0, start) for mark in _SENTENCE_END)
                if _SOUGHT.search(text, first, start) is None:
                    sought = _SOUGHT.search(text, end)
                    spans.append((first, sought.start() if sought else len(text), Silence.COMPANY))
            elif start >= company_end and (heading := _AFTER_HEADING.match(text, end)):
                if cue is Cue.COMPANY_HEADING:
                    work = self._work_heading.search(text, heading.end())
                    company_end = work.start() if work else len(text)
                    spans.append((start, company_end, Silence.COMPANY))
                else:
                    line_end = text.find("\n", heading.end())
                    spans.append((start, len(text) if line_end < 0 else line_end, Silence.COMPANY))
        return _apart(spans)


def _apart(spans: Iterable[tuple[int, int, Silence]]) -> list[tuple[int, int, Silence]]:
    """The spans in order, cut where they overlap: there the greatest reason counts."""
    borders = sorted(border for start, end, why in spans for border in ((start, why, 1), (end, why, -1)) if start < end)
    apart: list[tuple[int, int, Silence]] = []
    open_spans = dict.fromkeys(Silence, 0)
    begun = 0
    for place, why, change in borders:
        if begun < place and (reason := max((why for why, count in open_spans.items() if count), default=None)):
            apart.append((begun, place, reason))
        begun = place
        open_spans[why] += change
    return apart


def _is_major(text: str, start: int, end: int) -> bool:
    if _MAJOR_AFTER.match(text, end):
        return True
    return bool(_MAJOR_BEFORE.search(text[max(0, start - 2) : start])) and not _NOT_MAJOR_AFTER.match(text, end)


class NameRule:
    """One context rule, ready to be asked about a name in a posting.

    Args:
        rule: the rule.
    """

    def __init__(self, rule: ContextRule) -> None:
        self.exact_case = rule.exact_case
        self._before = re.compile(f"(?:{_any(rule.before)})[^{_SENTENCE_END}]*$") if rule.before else None
        self._after = re.compile(f"[^{_SENTENCE_END}]*?(?:{_any(rule.after)})") if rule.after else None
        self._listed_with = frozenset(rule.listed_with)
        self._posting_has = frozenset(rule.posting_has)

    def holds(self, folded: str, start: int, end: int, neighbours: Iterable[str], present: AbstractSet[str]) -> bool:
        """Whether the context says that the name is the skill.

        Args:
            folded: the posting in lower case.
            start: where the name begins, in characters.
            end: where it ends.
            neighbours: the groups of the skills beside it in a list.
            present: the skills, and their groups, that the posting names unambiguously.
        """
        return (
            not self._posting_has.isdisjoint(present)
            or not self._listed_with.isdisjoint(neighbours)
            or (self._before is not None and bool(self._before.search(folded[max(0, start - REACH) : start])))
            or (self._after is not None and bool(self._after.match(folded[end : end + REACH])))
        )


def listed(folded: str, end: int, start: int) -> bool:
    """Whether two names are neighbours in a list: nothing but a separator stands from `end` to `start`."""
    return start - end <= _LONGEST_SEPARATOR and bool(_LIST_SEPARATOR.fullmatch(folded, end, start))


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word.lower()) for word in sorted(words, key=len, reverse=True))
