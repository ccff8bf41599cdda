"""The day on which a posting was published, from what the page says."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

from taxonomy._text import CHINESE_NUMERAL, fold, read_integer

CHINA_STANDARD_TIME = timezone(timedelta(hours=8), "CST")
"""A moment (epoch, ISO with zone) is the day it had in China, which has had no summer time since 1991."""

_EARLIEST_YEAR, _LATEST_YEAR = 1990, 2100

_DAYS_IN = {"天": 1, "日": 1, "day": 1, "星期": 7, "礼拜": 7, "周": 7, "week": 7}
_MONTHS_IN = {"月": 1, "month": 1, "年": 12, "year": 12}
_WITHIN_A_DAY = ("秒钟", "秒", "second", "分钟", "分", "minute", "min", "小时", "钟头", "hour")
_UNIT = "|".join((*_WITHIN_A_DAY, *_DAYS_IN, *_MONTHS_IN))
_AGO = re.compile(rf"(?P<count>[0-9]{{1,4}}|{CHINESE_NUMERAL}) ?个?(?P<unit>{_UNIT})s? ?(?:之前|以前|前|ago)")
_HALF_AN_HOUR = re.compile("半个?(?:小时|钟头)(?:之前|以前|前)")
_NAMED_DAYS = {"大前天": 3, "前天": 2, "前日": 2, "昨天": 1, "昨日": 1, "yesterday": 1}
_NAMED_DAY = re.compile("|".join(_NAMED_DAYS))
_TODAY = re.compile(r"今[天日]|刚[刚才]|today|just (?:now|posted)|^[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})? ?(?:发布|更新)?$")
_ONLY_A_BOUND = re.compile(r"[0-9]\+|超过|以上|more than|over ")

_FULL = re.compile(r"(?<![0-9])(?P<year>[0-9]{4})[-/.年] ?(?P<month>[0-9]{1,2})[-/.月] ?(?P<day>[0-9]{1,2})(?![0-9])")
_ZONED = re.compile(
    r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)? ?"
    r"(?:z|[+-][0-9]{2}:?[0-9]{2})"
)
_YEARLESS = re.compile(r"(?<![0-9.])(?P<month>[0-9]{1,2})(?:[-/]| ?月 ?)(?P<day>[0-9]{1,2})(?![0-9.])")
_DIGITS = re.compile(r"[0-9]+")


def read_date(text: str | None, seen_on: date | None) -> date | None:
    """Reads the day of publication.

    Rules:
        Full dates: 2026-01-05, 2026/1/5, 2026.1.5, 2026年1月5日, 20260105, 20260105102233, with or without a time; a
            time with a zone is first brought to China's.
        Moments as digits: seconds (10) or milliseconds (13) since 1970, in China's time.
        Without a year (01-05发布, 1月5日): the latest such day that is not after `seen_on`.
        Relative to `seen_on`: 刚刚, 今天, a time alone (09:22发布), 昨天, 前天, N分钟/小时/天/周/月/年前. Hours
            count in full days, months and years by the calendar (a month before 31 March is the last of February).
        Words around a date (发布于, 更新) do not matter.

    Args:
        text: What the page says.
        seen_on: The day on which the page was read; None if unknown.

    Returns:
        None where no day is named, where it depends on a `seen_on` that is None, or where it is only a bound
        (30天+, 3个月以上前, 本周).
    """
    if not text:
        return None
    folded = fold(text)
    if _DIGITS.fullmatch(folded):
        return _date_of_digits(folded)
    zoned = _ZONED.search(folded)
    if zoned:
        return _date_of_moment(zoned[0])
    full = _FULL.search(folded)
    if full:
        return _date(int(full["year"]), int(full["month"]), int(full["day"]))
    if seen_on is None:
        return None
    return _relative_date(folded, seen_on)


def _relative_date(folded: str, seen_on: date) -> date | None:
    if _ONLY_A_BOUND.search(folded):
        return None
    ago = _AGO.search(folded)
    if ago:
        return _before(seen_on, read_integer(ago["count"]), ago["unit"])
    if _TODAY.search(folded) or _HALF_AN_HOUR.search(folded):
        return seen_on
    named = _NAMED_DAY.search(folded)
    if named:
        return _before(seen_on, _NAMED_DAYS[named[0]], "天")
    yearless = _YEARLESS.search(folded)
    if yearless is None:
        return None
    month, day = int(yearless["month"]), int(yearless["day"])
    # Eight years are the longest way back to a 29 February.
    for year in range(seen_on.year, seen_on.year - 9, -1):
        candidate = _date(year, month, day)
        if candidate is not None and candidate <= seen_on:
            return candidate
    return None


def _before(seen_on: date, count: int | None, unit: str) -> date | None:
    """The day `count` units before; None where the count is no number or the calendar ends before."""
    if count is None:
        return None
    if unit in _MONTHS_IN:
        return _months_before(seen_on, count * _MONTHS_IN[unit])
    days = count * _DAYS_IN[unit] if unit in _DAYS_IN else count // 24 if unit in ("小时", "钟头", "hour") else 0
    return seen_on - timedelta(days=days) if days < seen_on.toordinal() else None


def _months_before(day: date, months: int) -> date | None:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    month += 1
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _date_of_digits(digits: str) -> date | None:
    match len(digits):
        case 8 | 14:
            return _date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
        case 10:
            return _date_of_epoch(int(digits))
        case 13:
            return _date_of_epoch(int(digits) / 1000)
        case _:
            return None


def _date_of_epoch(seconds: float) -> date | None:
    moment = datetime.fromtimestamp(seconds, CHINA_STANDARD_TIME)
    return _date(moment.year, moment.month, moment.day)


def _date_of_moment(text: str) -> date | None:
    try:
        moment = datetime.fromisoformat(text.upper().replace(" +", "+").replace(" -", "-")).astimezone(
            CHINA_STANDARD_TIME
        )
    except (ValueError, OverflowError):
        return None
    return _date(moment.year, moment.month, moment.day)


def _date(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day or the year cannot be a posting's."""
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
