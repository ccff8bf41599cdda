"""Every table, with the numbers that a reader of the twelve rows of `market` would count by hand."""

import math

import pytest

from report.registry import CHAPTERS, Chapter, all_tables
from report.tables import industries, overview, places, quality, requirements, roles, salaries


def lines(table):
    """The rows without translations and shares, as tuples of texts and counts."""
    keep = [column.key for column in table.columns if column.key not in ("label_en", "share")]
    return list(table.rows[keep].itertuples(index=False, name=None))


@pytest.fixture
def frame(frame_of, market):
    return frame_of(market)


def test_headline_figures(frame):
    figures = dict(zip(overview.overview(frame).rows["label"], overview.overview(frame).rows["value"], strict=True))

    assert figures["招聘数"] == 9
    assert figures["公司数"] == 4
    assert figures["城市数"] == 4
    assert figures["来源数"] == 2
    # Midpoints: 10000, 20000, 30000, 40000, 40000, 50000, 120000.
    assert figures["月薪中位数"] == 40_000
    # Minima 30+40+20+100+15+30+8 = 243, maxima 50+60+40+140+25+50+12 = 377; (243/7 + 377/7) / 2 = 44.2857.
    assert figures["平均月薪"] == 44_286
    assert figures["写明月薪"] == 77.78
    assert figures["待复核"] == 22.22
    assert figures["收集期"] == "2026-11-02 至 2026-11-20"
    assert figures["发布期"] == "2026-10-30 至 2026-11-18"


def test_headline_figures_of_too_few_salaries_are_withheld(frame_of, posting):
    rows = overview.overview(frame_of([posting() for _ in range(4)])).rows.set_index("label")

    assert rows.loc["月薪中位数", "value"] is None
    assert rows.loc["平均月薪", "value"] is None
    assert rows.loc["招聘数", "value"] == 4


def test_periods_that_nothing_states(frame_of, posting):
    frame = frame_of([posting(first_seen=None, last_seen=None, published_on=None)])
    rows = overview.overview(frame).rows.set_index("label")

    assert rows.loc["收集期", "value"] == "未写明"
    assert rows.loc["发布期", "value"] == "未写明"


def test_categories_list_all_twelve_with_their_zeros(frame):
    table = roles.categories(frame)

    assert lines(table)[:4] == [("算法工程师类", 6), ("开发工程师类", 2), ("艺术设计类", 1), ("产品经理类", 0)]
    assert len(table.rows) == 13
    assert lines(table)[-1] == ("不明", 0)
    assert table.rows["share"].tolist()[0] == pytest.approx(6 / 9)


def test_roles_have_their_class_and_say_what_is_class_alone(frame):
    table = roles.roles(frame)

    assert lines(table) == [
        ("大模型算法", "算法工程师类", 5),
        ("Java", "开发工程师类", 2),
        ("AIGC设计师", "艺术设计类", 1),
        ("不明", "", 1),
    ]
    assert table.notes == ("不明之中，1 条的岗位把握不足，只归到类别。",)


def test_ai_involvement(frame):
    table = roles.involvement(frame)

    assert table.rows["label"].tolist() == ["核心", "应用", "提及", "无关", "不明"]
    assert table.rows["postings"].tolist() == [5, 1, 0, 2, 1]


def test_salary_bands_hold_their_lower_bound(frame):
    assert lines(salaries.bands(frame)) == [
        ("0-20K", 1),
        ("20-40K", 2),
        ("40-60K", 3),
        ("60-80K", 0),
        ("80-100K", 0),
        ("100K以上", 1),
        ("不明", 2),
    ]


def test_salary_by_role_withholds_small_samples(frame):
    table = salaries.by_role(frame)
    rows = table.rows.set_index("label")

    assert table.rows["label"].tolist() == ["大模型算法", "AIGC设计师", "Java", "不明"]
    assert rows["postings"].tolist() == [5, 1, 1, 0]
    # Midpoints of 大模型算法: 20000, 30000, 40000, 50000, 120000.
    assert rows.loc["大模型算法", ["quartile_1", "median", "quartile_3"]].tolist() == [30_000, 40_000, 50_000]
    assert all(math.isnan(value) for value in rows.loc["Java", ["quartile_1", "median", "quartile_3"]])
    assert table.total == 7


def test_salary_by_role_ranks_by_median(frame_of, posting):
    frame = frame_of(
        [posting(role="java", salary_min=10_000 + n, salary_max=10_000 + n) for n in range(5)]
        + [posting(role="cpp", salary_min=20_000, salary_max=20_000) for _ in range(5)]
        + [posting(role="golang", salary_min=90_000, salary_max=90_000) for _ in range(4)]
        + [posting(role="sales", salary_min=None)]
    )
    table = salaries.by_role(frame)

    assert table.rows["label"].tolist() == ["C++", "Java", "Golang", "不明"]
    assert table.rows["median"].tolist()[:2] == [20_000, 10_002]


def test_experience_and_education(frame):
    assert [line for line in lines(requirements.experience(frame)) if line[1]] == [
        ("3-5年", 6),
        ("5-10年", 2),
        ("不明", 1),
    ]
    assert len(requirements.experience(frame).rows) == 8
    assert [line for line in lines(requirements.education(frame)) if line[1]] == [
        ("本科", 2),
        ("硕士", 6),
        ("不明", 1),
    ]
    assert len(requirements.education(frame).rows) == 9


def test_skills_count_postings_not_mentions(frame):
    table = requirements.skills(frame)

    assert lines(table) == [("Python", 5), ("PyTorch", 4), ("Java", 2), ("RAG", 1)]
    assert table.total is None
    assert table.rows["share"].tolist()[0] == pytest.approx(5 / 9)
    assert table.notes == ("7 条招聘至少写明一项技能，2 条没有；共出现 4 项技能、12 次。",)


def test_skills_beyond_the_list_are_summed_up(frame_of, posting):
    table = requirements.skills(frame_of([posting(skills=[f"技能{number:02}" for number in range(53)])]))

    assert len(table.rows) == 50
    assert table.rows["label"].tolist()[-1] == "技能49"
    assert table.notes == ("1 条招聘至少写明一项技能，0 条没有；共出现 53 项技能、53 次，其中未列出的 3 项合计 3 次。",)


def test_cities_count_in_each_and_say_so(frame):
    table = places.cities(frame)

    assert lines(table) == [
        ("北京", "一线", 5),
        ("上海", "一线", 2),
        ("深圳", "一线", 2),
        ("成都", "二线", 1),
        ("不明", "", 1),
    ]
    assert table.total is None
    assert table.notes == (
        "共 4 座城市。2 条招聘写明多个城市，在每个城市各计一次，因此各行之和为 11，不等于招聘总数 9。",
    )


def test_city_tiers_take_the_first_city(frame):
    assert lines(places.tiers(frame)) == [("一线", 7), ("二线", 1), ("三线", 0), ("其他", 0), ("不明", 1)]


def test_domains_and_industries(frame):
    assert lines(industries.domains(frame)) == [
        ("大模型核心技术研发", 5),
        ("金融", 2),
        ("广告传媒文化体育", 1),
        ("移动互联网", 0),
        ("其他", 0),
        ("不明", 1),
    ]
    table = industries.industries(frame)
    assert lines(table) == [
        ("人工智能", "大模型核心技术研发", 5),
        ("银行", "金融", 2),
        ("广告/公关/会展", "广告传媒文化体育", 1),
        ("不明", "", 1),
    ]
    assert table.notes == ("行业的依据：招聘网站标注 4 条，公司名单 3 条，模型判断 1 条。",)


def test_sources_account_for_every_row(frame):
    table = quality.sources(frame)

    assert lines(table) == [("demo", 9, 1, 0, 8), ("dump", 3, 1, 1, 1)]
    assert table.notes == ("剔除的重复：内容相同 1 条，内容相近 1 条。", "标注模型：test-1 9 条。")


def test_data_quality_tells_silence_from_unreadable_text(frame):
    rows = quality.quality(frame).rows.set_index("label")

    assert rows.loc["月薪", ["known", "absent", "unread"]].tolist() == [7, 1, 1]
    assert rows.loc["经验", ["known", "absent", "unread"]].tolist() == [8, 1, 0]
    assert rows.loc["学历", ["known", "absent", "unread"]].tolist() == [8, 0, 1]
    assert rows.loc["公司", ["known", "absent", "unread"]].tolist() == [8, 1, 0]
    assert rows.loc["岗位", ["known", "absent", "unread"]].tolist() == [8, 1, 0]
    assert rows.loc["岗位类别", ["known", "absent", "unread"]].tolist() == [9, 0, 0]
    assert rows.loc["技能", ["known", "absent", "unread"]].tolist() == [7, 2, 0]
    assert (rows["known"] + rows["absent"] + rows["unread"] == 9).all()
    assert quality.quality(frame).notes[0].startswith("2 条（22.22%）")


def test_values_outside_the_vocabulary_get_rows_of_their_own(frame_of, posting):
    frame = frame_of([posting(category="quantum"), posting(), posting(role="warp_engineer", education="学徒")])

    assert ("quantum", 1) in lines(roles.categories(frame))
    assert ("warp_engineer", "", 1) in lines(roles.roles(frame))
    assert ("warp_engineer", 1) in [line[:2] for line in lines(salaries.by_role(frame))]
    education = requirements.education(frame)
    assert lines(education)[-2:] == [("学徒", 1), ("不明", 0)]
    assert education.rows["label_en"].tolist()[-2] == "Not in the vocabulary"


def test_two_entries_of_one_name_are_refused():
    with pytest.raises(ValueError, match="'overview'"):
        all_tables([*CHAPTERS, Chapter("more", "更多", "More", overview.TABLES)])
