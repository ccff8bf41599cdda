"""Columns are recognised by their names in Chinese and English, and a user can say otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.dump.column_names import PARTS, SLOT_NAMES
from postings.dump.columns import (
    check_mapped_columns,
    checked_mapping,
    distinct_names,
    find_header,
    normal_name,
    recognise,
)
from postings.schema import POSTING_SCHEMA
from taxonomy.errors import JobAtlasError


def recognised(*names, mapping=None):
    return recognise(names, checked_mapping(mapping or {})).recognised


def test_chinese_headers():
    assert recognised(
        "职位名称", "公司名称", "薪资", "城市", "区域", "工作经验", "学历", "所属行业", "公司规模", "融资阶段", "技能标签", "福利待遇",
        "发布时间", "职位链接", "职位id", "岗位职责", "任职要求",
    ) == {
        "source_id": ["职位id"], "url": ["职位链接"], "title": ["职位名称"], "company": ["公司名称"],
        "description": ["岗位职责", "任职要求"], "city_text": ["城市", "区域"], "salary_text": ["薪资"],
        "experience_text": ["工作经验"], "education_text": ["学历"], "industry_text": ["所属行业"],
        "company_size_text": ["公司规模"], "company_stage_text": ["融资阶段"], "published_text": ["发布时间"],
        "site_tags": ["技能标签"], "benefits": ["福利待遇"],
    }  # fmt: skip


def test_names_of_the_sites_apis():
    zhipin = recognised(
        "encryptJobId", "jobName", "salaryDesc", "brandName", "cityName", "areaDistrict", "jobExperience", "jobDegree",
        "brandIndustry", "brandScaleName", "brandStageName", "welfareList", "skills", "postDescription",
    )  # fmt: skip
    assert zhipin["title"] == ["jobName"]
    assert zhipin["city_text"] == ["cityName", "areaDistrict"]
    assert len(zhipin) == 13
    lagou = recognised("positionId", "positionName", "companyFullName", "salary", "workYear", "financeStage")
    assert lagou["source_id"] == ["positionId"]
    assert lagou["company_stage_text"] == ["financeStage"]


@pytest.mark.parametrize(
    "name",
    [
        "job_name",
        "Job Name",
        "JOBNAME",
        "ｊｏｂＮａｍｅ",
        " job-name ",
        "职 位 名 称",
        "职位名称*",
        "岗位（必填）",
        "【岗位】",
    ],
)
def test_form_of_a_name_does_not_matter(name):
    assert recognised(name, "x") == {"title": [name]}


def test_best_name_wins_and_the_others_travel_along():
    columns = recognise(["name", "公司", "companyName", "职位名称", "备注"], {})
    assert columns.recognised == {"title": ["职位名称"], "company": ["公司"]}
    assert columns.extras == {"name": "name", "companyName": "companyName", "备注": "备注"}


def test_salary_bounds_count_only_without_a_salary():
    assert recognised("岗位", "最低薪资", "最高薪资")["salary_text"] == ["最低薪资", "最高薪资"]
    columns = recognise(["岗位", "薪资", "最低薪资", "最高薪资"], {})
    assert columns.recognised["salary_text"] == ["薪资"]
    assert set(columns.extras) == {"最低薪资", "最高薪资"}


def test_extra_columns_with_names_of_fields_get_a_suffix():
    columns = recognise(["岗位", "role", "Domain", "role_original", "cities"], {})
    assert columns.extras == {
        "role": "role_original_2",
        "Domain": "Domain_original",
        "role_original": "role_original",
        "cities": "cities_original",
    }
    assert recognise(["title", "行业", "industry"], {}).recognised["industry_text"] == ["行业"]


def test_own_files_keep_their_fields_and_get_new_labels():
    columns = recognise([*POSTING_SCHEMA.names, "部门"], {})
    assert columns.own
    assert columns.extras == {"部门": "部门"}
    assert columns.recognised["posting_id"] == ["posting_id"]
    assert columns.recognised["duplicate_of"] == ["duplicate_of"]
    assert not {"role", "skills", "industry", "cities", "salary_min"} & set(columns.recognised)


def test_mapping_overrides():
    mapping = {"title": "工种", "requirements": "要求", "description": "说明", "city": "网点", "salary_high": "止"}
    columns = recognise(
        ["工种", "职位名称", "要求", "说明", "职位描述", "网点", "止", "薪资"], checked_mapping(mapping)
    )
    assert columns.recognised == {
        "title": ["工种"],
        "description": ["要求", "说明"],
        "city_text": ["网点"],
        "salary_text": ["止"],
    }
    assert set(columns.extras) == {"职位名称", "职位描述", "薪资"}


def test_mapped_part_leaves_the_other_parts_and_a_mapped_field_does_not():
    names = ["岗位", "要做的事", "任职要求", "最低薪资", "最高薪资", "起", "薪资", "城市", "区域"]
    parts = recognised(*names, mapping={"duties": "要做的事", "salary_low": "起"})
    assert parts["description"] == ["要做的事", "任职要求"]
    assert parts["salary_text"] == ["起", "最高薪资"]
    assert parts["city_text"] == ["城市", "区域"]
    whole = recognised(*names, mapping={"description": "要做的事", "city": "区域"})
    assert whole["description"] == ["要做的事"]
    assert whole["city_text"] == ["区域"]
    assert whole["salary_text"] == ["薪资"]


def test_mapping_finds_columns_by_normal_name():
    assert recognised("Job_Kind", "公司", mapping={"title": "job kind"})["title"] == ["Job_Kind"]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"titel": "岗位"}, r"--map titel=岗位: there is no field 'titel'\. Did you mean 'title'\?"),
        ({"posting_id": "a"}, "there is no field 'posting_id'"),
    ],
)
def test_wrong_mappings_are_refused(mapping, message):
    with pytest.raises(JobAtlasError, match=message):
        checked_mapping(mapping)


def test_mapped_column_that_is_not_there_suggests_the_nearest():
    with pytest.raises(
        JobAtlasError, match=r"--map title=职位民称: x\.csv has no column .*Did you mean '职位名称'.*Columns found"
    ):
        check_mapped_columns(checked_mapping({"title": "职位民称"}), ["职位名称", "公司"], "x.csv")


def test_header_is_found_below_notes_and_never_in_the_data():
    title = ["职位名称", "公司"]
    assert find_header([title, ["Java", "甲"]], {}) == 0
    assert find_header([["导出时间：2026-11-22", ""], ["", ""], title, ["Java", "甲"]], {}) == 2
    assert find_header([["岗位"], ["Java"]], {}) == 0
    assert find_header([["公司", "城市"], ["甲", "北京"], ["职位名称", "公司"]], {}) is None
    assert find_header([["备注", "公司"], ["招聘", "职位"]], {}) is None
    assert find_header([[""], []], {}) is None
    assert find_header([["工种", "x"]], checked_mapping({"title": "工种"})) == 0


def test_names_are_made_distinct():
    assert distinct_names(["a", "", "a", "a_2", None, "a"]) == ["a", "column_2", "a_2", "a_2_2", "column_5", "a_3"]


def test_every_name_is_listed_once_and_every_slot_is_a_field():
    names = [normal_name(name) for listed in SLOT_NAMES.values() for name in listed.split()]
    assert len(names) == len(set(names))
    assert all(names)
    for slot in SLOT_NAMES:
        assert PARTS.get(slot, slot) in POSTING_SCHEMA.names


@given(st.lists(st.one_of(st.text(), st.sampled_from([n for v in SLOT_NAMES.values() for n in v.split()]))))
def test_every_column_is_used_once_or_travels_along(header):
    names = distinct_names(header)
    columns = recognise(names, {})
    assert sorted([*columns.slots.values(), *columns.extras]) == sorted(names)
    output = [name.casefold() for name in columns.extras.values()]
    assert not set(output) & {name.casefold() for name in POSTING_SCHEMA.names}
    assert len(set(columns.extras.values())) == len(columns.extras)
