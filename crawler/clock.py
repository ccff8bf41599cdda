"""The calendar of the sites. China has one time zone and no summer time."""

from datetime import date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def china_day(seconds: float) -> date:
    """The day on the sites' own calendar, by which a crawl is dated and 3天前 counts.

    Args:
        seconds: A time in seconds since 1970.

    Raises:
        ValueError: the time is beyond all calendars.
    """
    try:
        return datetime.fromtimestamp(seconds, CHINA).date()
    except (OverflowError, OSError) as error:
        raise ValueError(f"{seconds} is no time") from error


def next_china_day(seconds: float) -> float:
    """When the day after that of `seconds` begins, in seconds since 1970."""
    return datetime.combine(china_day(seconds) + timedelta(days=1), time(), CHINA).timestamp()
