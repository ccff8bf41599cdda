"""Pay as postings write it, in yuan a month, and the salary bands of the reports."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from taxonomy._text import DASHES, fold, remembering

SALARY_BANDS = ("0-20K", "20-40K", "40-60K", "60-80K", "80-100K", "100K以上")
"""The bands of 《AI 大模型人才发展报告》 (2023), in ascending order."""

_BAND_STARTS = (20_000, 40_000, 60_000, 80_000, 100_000)

Period = Literal["hour", "day", "week", "month", "year"]

PAID_DAYS_A_MONTH = 21.75
"""月计薪天数: (365 - 104) / 12, from the labour ministry's 《关于职工全年月平均工作时间和工资折算问题的通知》
(劳社部发〔2008〕3号, unchanged in 人社部发〔2025〕2号)."""
_PAID_HOURS_A_DAY = 8  # the same notice
_PAID_DAYS_A_WEEK = 5

_PER_MONTH: dict[Period, float] = {
    "hour": PAID_DAYS_A_MONTH * _PAID_HOURS_A_DAY,
    "day": PAID_DAYS_A_MONTH,
    "week": PAID_DAYS_A_MONTH / _PAID_DAYS_A_WEEK,
    "month": 1.0,
}

# What a month's pay can be; outside it a unit is missing or the text means something else.
_LOWEST_BOUND = 100
_LOWEST_MONTH = 500
_HIGHEST_MONTH = 10_000_000
# Limits where no period is stated. Below: could be a day's or an hour's pay. Above: a year's pay is written the same
# way (30-50万). The boards use K of months alone, and show it to 260K.
_LOWEST_UNSTATED = 1_000
_YEARLY_FROM = 100_000
_YEARLY_FROM_IN_K = 300_000

_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_FOREIGN = re.compile(
    r"美元|美金|美刀|港元|港币|港纸|日元|日币|円|欧元|英镑|新币|新元|韩元|韩币|台币|澳元|澳币|澳门元|加元|加币|卢比|泰铢|卢布|迪拉姆"
    r"|[$€£₩₹₽]|usd|hkd|eur|gbp|jpy|sgd|krw|twd|ntd|aud|cad|inr|mop|thb|aed"
)
# A space between two digits stays: without it two numbers would become one.
_YUAN = re.compile(r"人民币|rmb|cny|yuan|¥|(?<![0-9]) | (?![0-9])")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_MONTHS = re.compile(
    r"(?<![0-9.])[·*x×•・,|/]?\(?(?P<months>[0-9]{1,2}(?:\.[0-9])?)(?:[" + DASHES + r"][0-9]{1,2})?"
    r"(?:薪(?![资酬水])|个月工?[资薪]?)\)?|[·*x×](?P<bare>[0-9]{2})$"
)

_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,6})?"
_UNIT = r"(?:(?P<{0}>[千万kw])元?|元|块钱?)?"
_OPEN = r"(?:及?以[上下内]|起|\+)?"
_AMOUNT = re.compile(
    rf"(?P<low>{_NUMBER}){_UNIT.format('low_unit')}"
    rf"(?:(?:[{DASHES}至到]+|to)(?P<high>{_NUMBER}){_UNIT.format('high_unit')})?"
    rf"{_OPEN}(?:(?:/|每|per|一)个?(?P<period>小时|钟头|时|hour|hr|h|工作日|天|日|day|d|星期|礼拜|周|week|wk"
    rf"|月|month|mo|年|annum|year|yr))?{_OPEN}"
)
_PERIOD_OF: dict[str, Period] = {
    **dict.fromkeys(("小时", "钟头", "时", "hour", "hr", "h"), "hour"),
    **dict.fromkeys(("工作日", "天", "日", "day", "d"), "day"),
    **dict.fromkeys(("星期", "礼拜", "周", "week", "wk"), "week"),
    **dict.fromkeys(("月", "month", "mo"), "month"),
    **dict.fromkeys(("年", "annum", "year", "yr"), "year"),
}
_PERIOD_WORD = re.compile(
    r"(?P<period>时|小时|日|天|周|月|年)(?:薪(?!资)|包|收入|工资|总包)|(?P<adverb>hour|month|year|annual)ly?"
)
_ADVERBS: dict[str, Period] = {"hour": "hour", "month": "month", "year": "year", "annual": "year"}
_UNIT_VALUE = {"千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000}

# What may stand beside the amount without changing what it means. Anything else makes the text unreadable.
_BESIDE = re.compile(
    r"(?:税前|税后|薪资|薪酬|薪水|工资|待遇|底薪|基本|无责|综合|收入|范围|左右|上下|大?约|面谈|面议|可谈|可议|不等|提成|奖金|绩效"
    r"|补贴|年终奖|期权|股票|[五六][险金][一两二]金|双休|包[吃住]住?|高|另|有|加|含|和|月结|日结|周结|完工结算|元"
    r"|salary|base|pay|plus|bonus|commission|stock|options|negotiable|[,，。、·:;()\[\]|+!])*"
)


@dataclass(frozen=True, slots=True)
class Salary:
    """A posting's pay.

    Attributes:
        minimum: Lower bound, yuan a month.
        maximum: Upper bound, yuan a month; never below `minimum`.
        months: Monthly salaries paid a year (15 in 15薪), where the text says so.
        period: The period the text states, or month where it states none.
    """

    minimum: int
    maximum: int
    months: float | None
    period: Period


def is_obfuscated(text: str | None) -> bool:
    """Whether the digits are private-use code points (U+E000-U+F8FF).

    BOSS直聘 draws salaries with a font that is shuffled at every page load, so that such digits cannot be read.
    """
    return text is not None and _PRIVATE_USE.search(text) is not None


def salary_band(midpoint: float) -> str:
    """The band of `SALARY_BANDS` for the middle of a salary range.

    A band contains its lower bound and not its upper one: 20,000 belongs to 20-40K, 100,000 to 100K以上. The report
    prints the bands without saying which side a bound belongs to; this is the usual reading of 以上.

    Args:
        midpoint: Yuan a month, zero or more.

    Raises:
        ValueError: The midpoint is negative or not a number.
    """
    if not midpoint >= 0:
        raise ValueError(f"a salary is zero or more yuan a month, not {midpoint}")
    return SALARY_BANDS[bisect_right(_BAND_STARTS, midpoint)]


def read_salary(text: str | None) -> Salary | None:
    """Reads what a posting pays: 20-40K·15薪, 1.5-2.4万, 7千-1万/月, 25-38万/年, 200-300元/天, 30元/时, 3万以上 ...

    Rules:
        Units: K and 千 are 1,000 yuan, 万 and W 10,000. A bound without a unit of its own is in yuan from 1,000 on,
            else in the other bound's unit (20-40K; 8000-1.2万). Bounds that each carry their unit may come in either
            order.
        One figure: 8000元/月 is minimum and maximum; so is the one figure of 3万以上, 3千以下, 10000+.
        Period: /时 /天 /周 /月 /年, 月薪, 年薪 and the like; month where none is stated. With neither a period nor
            months (15薪), an amount from 100,000 yuan (300K) on or below 1,000 yuan is not read: it may be a year's or
            a day's.
        To a month: 8 paid hours a day, 5 paid days a week, 21.75 paid days a month (`PAID_DAYS_A_MONTH`). A year is
            divided by its stated months, else by 12.
        Months: 13薪, *13, 13个月; of 14-16薪 the lower number, which is certain. Taken from 12 to 36.

    Returns:
        None where there is nothing to read (面议), where it cannot be read (private-use digits, see `is_obfuscated`;
        masked digits; pay per piece, lesson or time; more figures than one range), where it is in another currency,
        and where the figures are not a pay (zero; 1-99999; 18-40/年 with its unit lost).
    """
    return _read_salary(text) if text else None


@remembering
def _read_salary(text: str) -> Salary | None:
    if is_obfuscated(text):
        return None
    folded = fold(text)
    if _FOREIGN.search(folded):
        return None
    folded = _THOUSANDS.sub("", _YUAN.sub("", folded))
    months_match = _MONTHS.search(folded)
    months = None
    if months_match:
        stated = float(months_match["months"] or months_match["bare"])
        months = stated if 12 <= stated <= 36 else None
        folded = folded[: months_match.start()] + folded[months_match.end() :]
    match = _AMOUNT.search(folded)
    if match is None:
        return None
    beside = folded[: match.start()] + "·" + folded[match.end() :]
    periods = {_ADVERBS.get(word["adverb"]) or _PERIOD_OF[word["period"]] for word in _PERIOD_WORD.finditer(beside)}
    if match["period"]:
        periods.add(_PERIOD_OF[match["period"]])
    if len(periods) > 1 or not _BESIDE.fullmatch(_PERIOD_WORD.sub("", beside)):
        return None
    bounds = _bounds(match)
    if bounds is None:
        return None
    low, high = bounds
    if not periods and months is None:
        yearly_from = _YEARLY_FROM_IN_K if "k" in (match["low_unit"], match["high_unit"]) else _YEARLY_FROM
        if low >= yearly_from or high < _LOWEST_UNSTATED:
            return None
    period: Period = periods.pop() if periods else "month"
    factor = 1 / (months or 12) if period == "year" else _PER_MONTH[period]
    minimum, maximum = round(low * factor), round(high * factor)
    if not _LOWEST_MONTH <= maximum <= _HIGHEST_MONTH or 0 < minimum < _LOWEST_BOUND:
        return None
    return Salary(minimum, maximum, months, period)


def _bounds(match: re.Match[str]) -> tuple[float, float] | None:
    """Both bounds in yuan of the stated period, lower first; None where a shared unit puts them in the wrong order."""
    low_unit, high_unit = match["low_unit"], match["high_unit"]
    low = float(match["low"])
    if match["high"] is None:
        return (low * _UNIT_VALUE.get(low_unit, 1),) * 2
    high = float(match["high"])
    low_borrows = low_unit is None and high_unit is not None and low < _LOWEST_UNSTATED
    high_borrows = high_unit is None and low_unit is not None and high < _LOWEST_UNSTATED
    low *= _UNIT_VALUE.get(high_unit if low_borrows else low_unit, 1)
    high *= _UNIT_VALUE.get(low_unit if high_borrows else high_unit, 1)
    if low > high and (low_borrows or high_borrows):
        return None
    return min(low, high), max(low, high)
