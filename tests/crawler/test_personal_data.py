"""Contact data leave descriptions, and nothing else does."""

import json
import re
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import personal
from crawler.cleaning import _NOT_TEXT, clean
from crawler.contract import Posting
from crawler.personal import scrub


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("联系电话：13812345678（微信同号）", ""),
        ("联系电话13812345678", ""),
        ("电话 138 0013 8000，欢迎来电", "欢迎来电"),
        ("手机：+86-138-1234-5678", ""),
        ("有意者请发简历至 hr@example.com，邮件标题注明姓名", "有意者请发，邮件标题注明姓名"),
        ("简历投递：a.b+c@corp.com.cn；电话 138 0013 8000。\n\n其他", "其他"),
        ("邮箱 name[at]corp.com", ""),
        ("请发到zhaopin＠corp.cn即可", "请即可"),
        ("邮箱：hr#163.com", ""),
        ("加微信 zhangsan_88 沟通", "沟通"),
        ("微信号：abc_12345", ""),
        ("微信abc：不算", "微信abc：不算"),
        ("vx lisi2024", ""),
        ("QQ群：123456789", ""),
        ("Telegram: @some_recruiter", ""),
        ("联系人：张经理 电话:021-12345678", ""),
        ("招聘者：李明", ""),
        ("请联系王女士 010-88886666转801", "请联系"),
        ("报名电话：13700000000（王老师），简历注明姓名", "简历注明姓名"),
        ("热线 400-820-8820", ""),
        ("职责：\n1、训练模型\n联系方式：hr(at)abc.com / 13900001111\n2、上线", "职责：\n1、训练模型\n2、上线"),
    ],
)
def test_contact_data_are_removed(text: str, rest: str) -> None:
    assert scrub(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "熟悉微信小程序开发，微信 Android SDK，负责QQ浏览器与企业微信生态",
        "薪资10000-15000，工号20231234567890",
        "2026-10-28 至 2026-11-30，09:00-18:00",
        "GPT-4 175B，1750 亿参数，A100/H100 8卡，RTX 4090 24GB",
        "C# .NET、node@18、V8、v: value、支持 wx-ui",
        "招聘团队负责人，联系客户与老师，咨询经验优先",
        "版本 v：3.11，端口：8080，ISO 13485",
        "1、负责 100-499人 团队；2、3-5年经验",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert scrub(text) == text


def test_the_board_s_own_postings_lose_their_contacts_and_little_else() -> None:
    changed = 0
    for file in (resources.files("crawler.board") / "postings").iterdir():
        for line in file.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["description"]
            rest = scrub(text)
            assert not re.search(r"1[3-9]\d{9}|[\w.]+@[\w.]+\.\w+", rest)
            assert len(text) - len(rest) < 80
            changed += rest != text
    assert 5 < changed < 60


@given(st.text(max_size=300))
def test_scrubbing_never_fails_and_never_adds(text: str) -> None:
    assert len(scrub(text)) <= len(text)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(alphabet="负责模型训练。，\n", max_size=20))
def test_no_mobile_number_survives(number: str, text: str) -> None:
    assert number not in scrub(f"{text}{number}{text}")


@given(st.from_regex(r"[a-z][a-z0-9._]{1,12}[a-z0-9]@[a-z0-9]{2,12}\.(com|cn|com\.cn)", fullmatch=True))
def test_no_mail_address_survives(address: str) -> None:
    assert "@" not in scrub(f"简历请发{address}，谢谢")


def test_long_hostile_texts_take_no_time() -> None:
    for text in ("1" * 200_000, "a@" * 100_000, "微信" * 100_000, "联系" * 50_000 + "王" * 50_000, "0" * 100_000 + "-"):
        assert isinstance(scrub(text), str)


def test_cleaning_scrubs_and_tidies_every_field() -> None:
    cleaned = clean(
        Posting(
            source_id="1",
            title=" 工程师\x00\ud800 微信：abc_12345 ",
            company="\ufeff某公司",
            description="职责\x0b\n联系人：赵雅婷",
            city_text=" ",
            site_tags=("PyTorch", " ", "vx：hunter_01"),
        )
    )
    assert cleaned == Posting(
        source_id="1", title="工程师", company="某公司", description="职责", site_tags=("PyTorch",)
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "\x00 \ufeff"},
        {"title": "微信：abc_12345"},
        {"source_id": " "},
        {"company": ["某公司"]},
        {"city_text": {}},
    ],
)
def test_what_is_no_posting_is_none(fields: dict[str, Any]) -> None:
    assert clean(Posting(**{"source_id": "1", "title": "工程师", **fields})) is None


def test_numbers_are_taken_as_text() -> None:
    assert clean(Posting(source_id="1", title="工程师", salary_text=20000)).salary_text == "20000"


_FRAGMENTS = [
    "加微信",
    "abc_123",
    "v：ai-99",
    "V信:hr.2024",
    "微信号hr12345",
    "wechat",
    "id:",
    "abcde1",
    "vx",
    "abc12345",
    "WX：zhang_8",
    "QQ群：123456",
    "扣扣",
    "98765432",
    "联系人：王芳",
    "找李先生",
    "咨询HR周女士",
    "招聘专员：Amy",
    "Li",
    "hr@corp.com.cn",
    "hr＠a.cn",
    "hr",
    "[at]",
    "b.com",
    "hr#corp.com",
    "telegram:abcde",
    "钉钉：abcde",
    "飞书号:ab_cd",
    "13812345678",
    "138",
    "1234",
    "5678",
    "1381-234-5678",
    "139-1234-5678",
    "(86)13900001111",
    "010-62345678",
    "（021）12345678",
    "400-800-1234",
    "800",
    "820",
    "8820",
    "15000-30000",
    "2026-11-22",
    "wx-ui",
    "vue",
    "v3",
    "的",
    "，",
    "：",
    "人",
    "A",
    "9",
]


@given(st.lists(st.sampled_from(_FRAGMENTS), max_size=8), st.sampled_from(["", " ", "，", "\n"]), st.booleans())
def test_every_pattern_is_tried_where_it_finds_something(fragments: list[str], between: str, upper: bool) -> None:
    text = between.join(fragments)
    text = text.upper() if upper else text
    folded = text.casefold()
    for words, pattern in personal._CONTACTS:
        if pattern.search(text):
            assert any(word in folded for word in words) if words else personal._NUMBER.search(folded)


def test_what_is_no_text_is_never_printable() -> None:
    # By this most texts are passed without a search.
    assert not [code for code in range(0x110000) if _NOT_TEXT.match(chr(code)) and chr(code).isprintable()]
