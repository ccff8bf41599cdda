"""The schooling a posting asks for, as the levels of the reports."""

import re

from taxonomy._text import fold, remembering

EDUCATION_LEVELS = ("初中及以下", "中专/中技", "高中", "大专", "本科", "硕士", "博士", "学历不限")
"""The levels of 《AI 大模型人才发展报告》 (2023), which are BOSS直聘's, in ascending order.

A report shows None as 不明.
"""

_LOWEST, _UNLIMITED = "初中及以下", "学历不限"

_CLAUSE_END = re.compile(r"[,，;；。()（）]")
# Clauses that name a level without asking for it as the least.
_NO_DEMAND = re.compile(r"优先|放宽|优秀|不含|^含|起点|未提及|无明确")
_STARTING_POINT = re.compile(r"(?:高中|初中|中专)起点")
# Tried at each position from the first to the last, so that the longer word wins (博士研究生 is no 研究生).
_WORDS = (
    ("博士", r"博士(?:研究生|后)?|\bph\.? ?d\b|doctora(?:l|te)"),
    ("硕士", r"硕士(?:研究生)?|\b(?:e?mba|msc|master)\b|\bmaster'?s\b"),
    ("研究生", r"研究生|postgraduate|graduate degree"),
    ("中专/中技", r"中等(?:专[科业]|职业|技术)|中专|中技|中职|职高|职业高中|职中|技校|技工学校|vocational school"),
    ("大专", r"大学专科|大专|专科|高职|高等职业|\bassociate(?:'?s)?\b|junior college|college diploma"),
    ("本科", r"本科|学士|\bbachelor(?:'?s)?\b|undergraduate|大学(?=$|学历|毕业|及?以上|文化)"),
    ("高中", r"高中|high school"),
    ("初中及以下", r"初中|小学|middle school"),
)
_LEVEL = re.compile("|".join(f"(?P<level{number}>{pattern})" for number, (_, pattern) in enumerate(_WORDS)))
_AND_BELOW = re.compile(r"^(?:学历|文化程度)?[及或]?以下")
_UNLIMITED_WORDS = re.compile(r"不限|[不无](?:作)?要求|无学历|无需|^(?:学历:?)?无$|no degree|not required|\bany\b")


def read_education(text: str | None) -> str | None:
    """Reads the least schooling a posting asks for, as one of `EDUCATION_LEVELS`.

    Rules:
        Of several levels the lowest counts: 本科及以上 and 本科/硕士 are 本科, 中专/高中 is 中专/中技. X及以下 asks for
        nothing and is 初中及以下.
        研究生 is 硕士 unless its clause names 博士 alone. 职高 and 技校 are 中专/中技, 高职 is 大专, MBA is 硕士.
        Clauses that name a preference or an exception (优先, 可放宽至, 特别优秀者) do not count.
        不限, 不限制, 无 and 无要求 are 学历不限 where no level is asked for.

    Returns:
        None where no level is named.
    """
    return _read_education(text) if text else None


@remembering
def _read_education(text: str) -> str | None:
    folded = fold(text)
    demands = [clause for clause in _CLAUSE_END.split(_STARTING_POINT.sub("", folded)) if not _NO_DEMAND.search(clause)]
    levels = set().union(*(_levels(clause) for clause in demands))
    if levels:
        return min(levels, key=EDUCATION_LEVELS.index)
    return _UNLIMITED if any(_UNLIMITED_WORDS.search(clause.strip()) for clause in demands) else None


def _levels(clause: str) -> set[str]:
    levels = set()
    for match in _LEVEL.finditer(clause):
        level = _WORDS[int((match.lastgroup or "").removeprefix("level"))][0]
        levels.add(_LOWEST if _AND_BELOW.match(clause[match.end() :]) else level)
    if "研究生" in levels:
        levels.discard("研究生")
        if not levels & {"硕士", "博士"}:
            levels.add("硕士")
    return levels
