"""Years of work experience a posting asks for, as the bands of the reports."""

import re
from bisect import bisect_right

from taxonomy._text import CHINESE_NUMERAL, DASHES, fold, read_integer, remembering

EXPERIENCE_BANDS = ("在校/应届", "1年以内", "1-3年", "3-5年", "5-10年", "10年以上", "经验不限")
"""The bands of 《AI 大模型人才发展报告》 (2023), which are BOSS直聘's. A report shows None as 不明."""

_STUDENT, _UNLIMITED = "在校/应届", "经验不限"
_BAND_STARTS = (1, 3, 5, 10)
_BANDS_BY_START = ("1年以内", "1-3年", "3-5年", "5-10年", "10年以上")
# More than a working life: a calendar year, an age, a site's code, or the 99 that stands for no upper limit.
_LONGEST = 50

_CLAUSE_END = re.compile(r"[,，;；。()（）]")
_NO_DEMAND = re.compile(r"优先|不含|不算|除外|勿")
_NOT_EXPERIENCE = re.compile(r"(?:学历|专业|年龄|性别|户籍)(?:不限|[不无]作?要求)")
_STUDENT_WORDS = re.compile(
    r"(?<!非)应届|在校|在读|实习|校招|校园招聘|毕业生|20[0-9]{2}届|\bintern|new ?grad|\bstudent"
)
_UNLIMITED_WORDS = re.compile(
    r"不限|无需|不需|无(?:工作|相关)*经[验历]|零经验|[不无]要求|不作要求|\bno experience|^(?:经验:?)?无$"
)
_ABOUT_EXPERIENCE = re.compile(r"经[验历]|experience")

_NUMBER = rf"[0-9]{{1,4}}(?:\.[0-9])?|{CHINESE_NUMERAL}|半"
_DURATION = re.compile(
    rf"(?P<under>不足|不到|少于|低于|<=?)? ?(?P<low>{_NUMBER}) ?(?:年|个月)?"
    rf"(?: ?(?:[{DASHES}至到]+|to) ?(?P<high>{_NUMBER}))?"
    r" ?\+? ?(?P<unit>年|years?|yrs?|个月)(?P<below>及?以[下内]|内)?"
)
_BARE_YEARS = re.compile(rf"(?P<low>[0-9]{{1,2}})(?: ?[{DASHES}] ?(?P<high>[0-9]{{1,2}}))?\+?")


def read_experience(text: str | None) -> str | None:
    """Reads how much experience is asked for, as one of `EXPERIENCE_BANDS`.

    Rules:
        A band is chosen by the lower bound: 3-4年, 3年以上 and 3-8年 are 3-5年; 5-7年 and 8-9年 are 5-10年; a bound
        on the border belongs to the upper band (3年 is 3-5年). 1年以下 and 3年以内 begin at nothing and are 1年以内.
        0年, 无需经验 and 无工作经验 ask for nothing and are 经验不限, as is a range without limits (0-99).
        在校, 应届, 实习 and 校招 are 在校/应届; with years beside it (应届生或1-3年) they are the lower bound.
        Numbers alone are years (51job and 智联 data: 3, 5-10). Clauses on preferences are left out.

    Returns:
        None where no experience is stated or two statements contradict each other. A number of months alone is the
        length of an internship on BOSS直聘, so it counts only where the text speaks of experience.
    """
    return _read_experience(text) if text else None


@remembering
def _read_experience(text: str) -> str | None:
    folded = fold(text)
    bare = _BARE_YEARS.fullmatch(folded)
    if bare:
        return _band(float(bare["low"]), float(bare["high"]) if bare["high"] else None)
    demands = ",".join(
        clause for clause in _CLAUSE_END.split(_NOT_EXPERIENCE.sub("", folded)) if not _NO_DEMAND.search(clause)
    )
    about_experience = _ABOUT_EXPERIENCE.search(demands) is not None
    bands = {
        _band_of(match) for match in _DURATION.finditer(demands) if match["unit"] != "个月" or about_experience
    } - {None}
    unlimited = _UNLIMITED_WORDS.search(demands) is not None
    if unlimited:
        return _UNLIMITED if bands <= {_UNLIMITED} else None
    if _STUDENT_WORDS.search(demands):
        return _STUDENT
    return bands.pop() if len(bands) == 1 else None


def _band_of(match: re.Match[str]) -> str | None:
    low, high = _years(match["low"]), _years(match["high"]) if match["high"] else None
    if low is None:
        return None
    if match["under"] or match["below"]:
        low, high = 0.0, low if high is None else high
    if match["unit"] == "个月":
        low, high = low / 12, None if high is None else high / 12
    return _band(low, high)


def _band(low: float, high: float | None) -> str | None:
    """The band of a range of years; None where it is no range of a working life."""
    if low > _LONGEST or (high is not None and high < low):
        return None
    if low == 0 and (high is None or high == 0 or high > _LONGEST):
        return _UNLIMITED
    return _BANDS_BY_START[bisect_right(_BAND_STARTS, low)]


def _years(numeral: str) -> float | None:
    if numeral == "半":
        return 0.5
    return float(numeral) if "." in numeral else read_integer(numeral)
