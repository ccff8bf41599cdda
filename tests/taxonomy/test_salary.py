"""What `read_salary` reads from the forms of every board, and what it leaves unread."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taxonomy.salary import PAID_DAYS_A_MONTH, SALARY_BANDS, Salary, is_obfuscated, read_salary, salary_band


@pytest.mark.parametrize(
    ("text", "minimum", "maximum", "months", "period"),
    [
        # BOSS直聘, 拉勾, 猎聘
        ("20-40K·15薪", 20_000, 40_000, 15, "month"),
        ("14-22K", 14_000, 22_000, None, "month"),
        ("15k-25k", 15_000, 25_000, None, "month"),
        ("15-30k·14薪", 15_000, 30_000, 14, "month"),
        ("100-150K·16薪", 100_000, 150_000, 16, "month"),
        ("100000-150000·16薪", 100_000, 150_000, 16, "month"),
        ("9K-15K", 9_000, 15_000, None, "month"),
        ("20-40k*14", 20_000, 40_000, 14, "month"),
        ("20-40K×13.5薪", 20_000, 40_000, 13.5, "month"),
        ("30-50K·14-16薪", 30_000, 50_000, 14, "month"),
        # 智联招聘
        ("1.5-2.4万", 15_000, 24_000, None, "month"),
        ("1万-1.5万·13薪", 10_000, 15_000, 13, "month"),
        ("7000-14000元", 7_000, 14_000, None, "month"),
        ("1.1-1.5万", 11_000, 15_000, None, "month"),
        ("10001-15000元/月", 10_001, 15_000, None, "month"),
        ("1000元/月以下", 1_000, 1_000, None, "month"),
        ("50000元/月以上", 50_000, 50_000, None, "month"),
        ("4千-6千/月", 4_000, 6_000, None, "month"),
        # 51job
        ("7千-1万·13薪", 7_000, 10_000, 13, "month"),
        ("8千-1.2万", 8_000, 12_000, None, "month"),
        ("0.8-1.5万/月", 8_000, 15_000, None, "month"),
        ("4.5-6千/月", 4_500, 6_000, None, "month"),
        ("3万以上/月", 30_000, 30_000, None, "month"),
        ("3千及以下", 3_000, 3_000, None, "month"),
        ("10万及以上/年", 8_333, 8_333, None, "year"),
        ("10000+ /月", 10_000, 10_000, None, "month"),
        ("月薪：5500至8000元", 5_500, 8_000, None, "month"),
        # a year, a day, a week, an hour
        ("25-38万/年", 20_833, 31_667, None, "year"),
        ("年薪30-48万", 25_000, 40_000, None, "year"),
        ("30-48万年薪", 25_000, 40_000, None, "year"),
        ("39-52万/年·13薪", 30_000, 40_000, 13, "year"),
        ("120000-360000/年", 10_000, 30_000, None, "year"),
        ("200-300元/天", 4_350, 6_525, None, "day"),
        ("200元/天·日结", 4_350, 4_350, None, "day"),
        ("1千/天", 21_750, 21_750, None, "day"),
        ("日薪300", 6_525, 6_525, None, "day"),
        ("1000元/周", 4_350, 4_350, None, "week"),
        ("30元/时", 5_220, 5_220, None, "hour"),
        ("25-50元/小时", 4_350, 8_700, None, "hour"),
        # spelling
        ("10000-15000", 10_000, 15_000, None, "month"),
        ("１０－１５Ｋ", 10_000, 15_000, None, "month"),
        ("15,000–20,000元/月", 15_000, 20_000, None, "month"),
        ("10000 ~ 15000", 10_000, 15_000, None, "month"),
        ("10000——15000", 10_000, 15_000, None, "month"),
        ("¥ 8000至12000", 8_000, 12_000, None, "month"),
        ("CNY 30,000 - 50,000 per month", 30_000, 50_000, None, "month"),
        ("25K-50K 元/月", 25_000, 50_000, None, "month"),
        ("8000", 8_000, 8_000, None, "month"),
        ("8000-1.2万", 8_000, 12_000, None, "month"),
        ("1.2万-15000", 12_000, 15_000, None, "month"),
        ("15k-30", 15_000, 30_000, None, "month"),
        # two bounds that carry their unit mean the same in either order
        ("20000-15000", 15_000, 20_000, None, "month"),
        ("1.5万-9千", 9_000, 15_000, None, "month"),
        # words beside the amount
        ("面议（8-10K）", 8_000, 10_000, None, "month"),
        ("底薪5000+提成", 5_000, 5_000, None, "month"),
        ("税前20-30K·14薪，五险一金", 20_000, 30_000, 14, "month"),
    ],
)
def test_reads(text, minimum, maximum, months, period):
    assert read_salary(text) == Salary(minimum, maximum, months, period)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "面议",
        "薪资面议",
        "[]",
        "0-0",
        "0千-0千元/月",
        "\ue6d1\ue3f5-\ue8c2\ue6d1K·15薪",  # BOSS直聘's font
        "1\ue3f5-20K",
        "**-**元",
        "1*-2*K",
        "-6000",  # the lower bound is lost
        "8-1.2万",  # 8千 or 0.8万, or a slip
        "18-40/年",  # 万 is lost
        "1-99999/月",  # no bound at all
        "100-150",  # a day's, or K
        "20-30",
        "30-50万",  # a month's or a year's
        "200000-300000",
        "300-500K",
        "月薪300元/天",
        "1元/次",
        "300元/课时",
        "500元/篇",
        "5000元/人/月",
        "$5000-8000",
        "5000-8000 USD/month",
        "30-40万日元/月",
        "HK$20,000",
        "3-5年",
        "100-499人",
        "1000-9999人",
        "2026-01-05",
        "底薪5000 提成3000",
        "8000 12000",
        "1万5-2万",
        "99999999K-999999999K",
    ],
)
def test_leaves_unread(text):
    assert read_salary(text) is None


def test_months_outside_a_year_s_pay_are_not_read():
    assert read_salary("10-20K·3薪") == Salary(10_000, 20_000, None, "month")


def test_private_use_digits_are_told_from_an_unstated_salary():
    assert is_obfuscated("\ue6d1\ue3f5-\ue8c2\ue6d1K")
    assert not is_obfuscated("面议")
    assert not is_obfuscated(None)


@pytest.mark.parametrize(
    ("midpoint", "band"),
    [
        (0, "0-20K"),
        (19_999.5, "0-20K"),
        (20_000, "20-40K"),
        (39_999, "20-40K"),
        (40_000, "40-60K"),
        (60_000, "60-80K"),
        (99_999, "80-100K"),
        (100_000, "100K以上"),
        (1_000_000, "100K以上"),
    ],
)
def test_a_band_contains_its_lower_bound(midpoint, band):
    assert salary_band(midpoint) == band


@pytest.mark.parametrize("midpoint", [-1, math.nan])
def test_no_band_for_what_is_no_salary(midpoint):
    with pytest.raises(ValueError, match="zero or more"):
        salary_band(midpoint)


@given(st.floats(min_value=0, allow_nan=False))
def test_every_salary_has_a_band(midpoint):
    assert salary_band(midpoint) in SALARY_BANDS


PAY_TEXT = st.text(alphabet="0123456789.-~至KkwW千万元/月年天时周薪·*+以上下面议 ,\ue001\uff11", max_size=24)


@given(st.one_of(st.text(max_size=60), PAY_TEXT))
@example("9" * 40 + "K")
@example("salary" * 2_000 + "!?")
@example("\U0001f600\x00\x1b[31m")
def test_any_text_is_a_salary_or_none(text):
    salary = read_salary(text)
    if salary is not None:
        assert 0 <= salary.minimum <= salary.maximum < 2**31
        assert salary.months is None or 12 <= salary.months <= 36
        assert salary.period in ("hour", "day", "week", "month", "year")


BOUNDS = st.tuples(st.integers(1, 299), st.integers(1, 299)).map(sorted)
DASH = st.sampled_from(["-", "~", "–", "—", "至", " - ", "～"])
MONTHS = st.none() | st.integers(12, 24)


def _suffix(months):
    return f"·{months}薪" if months else ""


@given(BOUNDS, DASH, MONTHS, st.sampled_from(["{}{dash}{}K", "{}k{dash}{}k", "{}千{dash}{}千", "{}-{}千/月"]))
def test_thousands_round_trip(bounds, dash, months, form):
    low, high = bounds
    text = form.format(low, high, dash=dash) + _suffix(months)
    expected = Salary(low * 1_000, high * 1_000, months, "month")
    assert read_salary(text) == (expected if low < 100 or months or "/月" in text or "k" in text.lower() else None)


@given(BOUNDS, DASH, MONTHS, st.sampled_from(["{}{dash}{}万/月", "{}万{dash}{}万/月", "{}-{}w/月"]))
def test_ten_thousands_round_trip(bounds, dash, months, form):
    low, high = bounds
    # Tenths, as boards write them: 1.5-2.4万.
    text = form.format(low / 10, high / 10, dash=dash) + _suffix(months)
    assert read_salary(text) == Salary(low * 1_000, high * 1_000, months, "month")


@given(
    st.tuples(st.integers(1_000, 99_999), st.integers(1_000, 99_999)).map(sorted),
    DASH,
    st.sampled_from(["", "元", "元/月"]),
)
def test_yuan_round_trip(bounds, dash, unit):
    low, high = bounds
    assert read_salary(f"{low}{dash}{high}{unit}") == Salary(low, high, None, "month")
    assert read_salary(f"{low:,}{dash}{high:,}{unit}") == Salary(low, high, None, "month")


@given(st.tuples(st.integers(50, 2_000), st.integers(50, 2_000)).map(sorted), DASH)
def test_shorter_periods_are_brought_to_a_month(bounds, dash):
    low, high = bounds
    day = Salary(round(low * PAID_DAYS_A_MONTH), round(high * PAID_DAYS_A_MONTH), None, "day")
    assert read_salary(f"{low}{dash}{high}元/天") == day
    hour = read_salary(f"{low}{dash}{high}元/小时")
    assert hour == Salary(round(low * PAID_DAYS_A_MONTH * 8), round(high * PAID_DAYS_A_MONTH * 8), None, "hour")


@given(st.tuples(st.integers(2, 500), st.integers(2, 500)).map(sorted), DASH, MONTHS)
def test_a_year_is_divided_by_its_months(bounds, dash, months):
    low, high = bounds
    salary = read_salary(f"{low}{dash}{high}万/年{_suffix(months)}")
    share = 10_000 / (months or 12)
    assert salary == Salary(round(low * share), round(high * share), months, "year")
