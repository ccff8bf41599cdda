"""What `read_date` reads, and what it does without the day on which the page was seen."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taxonomy.dates import CHINA_STANDARD_TIME, read_date

SEEN_ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-05", date(2026, 1, 5)),
        ("2026/1/5", date(2026, 1, 5)),
        ("2026.1.5", date(2026, 1, 5)),
        ("2026年1月5日", date(2026, 1, 5)),
        ("2026年01月05日更新", date(2026, 1, 5)),
        ("发布时间：２０２６-01-05 10:00", date(2026, 1, 5)),
        ("2026-01-05 23:42:15", date(2026, 1, 5)),
        ("2026-01-05T23:30:00+08:00", date(2026, 1, 5)),
        ("2026-01-05T23:30:00Z", date(2026, 1, 6)),
        ("2026-01-05T10:02:21.000+00:00", date(2026, 1, 5)),
        ("2026-01-05T23:30:00-0700", date(2026, 1, 6)),
        ("20260105", date(2026, 1, 5)),
        ("20260105212231", date(2026, 1, 5)),
        ("1767628800", date(2026, 1, 6)),  # 2026-01-05 16:00 UTC
        ("1767628799000", date(2026, 1, 5)),
    ],
)
def test_reads_whole_dates_without_knowing_today(text, day):
    assert read_date(text, None) == day
    assert read_date(text, SEEN_ON) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("刚刚", date(2026, 11, 22)),
        ("今天 09:55", date(2026, 11, 22)),
        ("今日更新", date(2026, 11, 22)),
        ("09:22发布", date(2026, 11, 22)),
        ("5分钟前", date(2026, 11, 22)),
        ("半小时前", date(2026, 11, 22)),
        ("5小时前", date(2026, 11, 22)),
        ("30小时前", date(2026, 11, 21)),
        ("昨天", date(2026, 11, 21)),
        ("发布于昨天", date(2026, 11, 21)),
        ("昨天 19:23", date(2026, 11, 21)),
        ("前天", date(2026, 11, 20)),
        ("大前天", date(2026, 11, 19)),
        ("3天前", date(2026, 11, 19)),
        ("三天前", date(2026, 11, 19)),
        ("90天前更新", date(2026, 8, 24)),
        ("2周前", date(2026, 11, 8)),
        ("两个星期前", date(2026, 11, 8)),
        ("1个月前", date(2026, 10, 22)),
        ("1年前", date(2025, 11, 22)),
        ("3 days ago", date(2026, 11, 19)),
        ("yesterday", date(2026, 11, 21)),
        ("Just posted", date(2026, 11, 22)),
        ("01-05发布", date(2026, 1, 5)),
        ("3月12日更新", date(2026, 3, 12)),
        ("11-22", date(2026, 11, 22)),
        ("11-23", date(2025, 11, 23)),  # never in the future
        ("12-7更新", date(2025, 12, 7)),
        ("02-29", date(2024, 2, 29)),
    ],
)
def test_reads_what_depends_on_today_only_with_it(text, day):
    assert read_date(text, SEEN_ON) == day
    assert read_date(text, None) is None


@pytest.mark.parametrize(
    "text",
    [
        None, "", "本月", "近期发布", "30+天前", "3个月以上前", "2026-13-01", "2026-02-30", "13-45", "12", "00000000", "9999999999999",
        "2026-01-05T25:00:00Z", "0000-00-00", "九九九天前",
    ],
)  # fmt: skip
def test_leaves_unread(text):
    assert read_date(text, SEEN_ON) is None


def test_a_month_before_a_longer_month_s_end_is_its_own_end():
    assert read_date("1个月前", date(2026, 3, 31)) == date(2026, 2, 28)
    assert read_date("1年前", date(2024, 2, 29)) == date(2023, 2, 28)


DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 30))


@given(
    DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%dT00:00:00+08:00", "%Y.%m.%d发布"])
)
def test_whole_dates_round_trip(day, form):
    assert read_date(day.strftime(form), None) == day


@given(DAYS, st.integers(0, 86_399))
def test_epochs_round_trip(day, second):
    moment = datetime(day.year, day.month, day.day, tzinfo=CHINA_STANDARD_TIME) + timedelta(seconds=second)
    seconds = int(moment.timestamp())
    if len(str(seconds)) == 10:
        assert read_date(str(seconds), None) == day
        assert read_date(f"{seconds}999", None) == day


@given(st.dates(date(1999, 1, 1), date(2100, 12, 30)), st.integers(0, 364))
def test_a_day_without_its_year_is_the_latest_not_after_the_day_seen(seen_on, days):
    day = seen_on - timedelta(days=days)
    assert read_date(day.strftime("%m-%d发布"), seen_on) == day


@given(
    st.text(max_size=40) | st.text(alphabet="0123456789-/.:年月日天前小时昨今 TZ+", max_size=24), st.none() | st.dates()
)
@example("9999年前", date.min)
@example("9999天前", date.min)
@example("12-31", date.min)
def test_any_text_is_a_date_or_none(text, seen_on):
    day = read_date(text, seen_on)
    assert day is None or isinstance(day, date)
