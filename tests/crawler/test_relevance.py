"""Where postings name the keyword that found them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.relevance import Place, mentions, place_of

INTRODUCED = "公司介绍：\n我们是一家大模型公司，服务上千家企业。\n\n岗位职责：\n1、负责月度结账；\n2、核对往来账款。\n任职要求：\n会计专业。"
WORK = "岗位职责：\n1、训练大模型；\n2、优化推理。\n\n公司介绍：\n我们做软件。"


@pytest.mark.parametrize(
    ("title", "description", "place"),
    [
        ("大模型算法工程师", None, "title"),
        ("大模型算法工程师", INTRODUCED, "title"),
        ("算法工程师", WORK, "text"),
        ("会计", INTRODUCED, "introduction"),
        ("会计", "负责结账。", "nowhere"),
        ("会计", None, "nowhere"),
        ("会计", "", "nowhere"),
        # no heading at all: all of it is the work
        ("会计", "我们是大模型公司。负责结账。", "text"),
        # both: the work counts
        ("产品经理", f"{INTRODUCED}\n3、大模型产品的预算。", "text"),
        # the headings that sites and recruiters write
        ("会计", "【公司简介】\n专注大模型。\n【岗位要求】\n会计专业", "introduction"),
        ("会计", "一、关于我们\n专注大模型。\n二、工作内容\n结账", "introduction"),
        ("会计", "关于星河科技：专注大模型。\n工作职责：结账", "introduction"),
        ("会计", "团队介绍\n大模型团队。\n你将负责：\n结账", "introduction"),
        ("会计", "我们是谁\n做大模型的人。\n我们希望你：\n会计专业", "introduction"),
        ("Accountant", "About us\nWe train 大模型.\nResponsibilities\nBooks.", "introduction"),
        ("Accountant", "Books.\n\nCompany Description\nWe train 大模型.", "introduction"),
        ("会计", "职位描述：\n结账\n任职资格：\n了解大模型者优先", "text"),
        ("会计", "公司介绍：专注软件。\n加分项：\n用过大模型", "text"),
        ("会计", "关于岗位：\n用大模型做预算\n关于我们：\n软件公司", "text"),
        ("会计", "关于你：\n用过大模型\n关于我们：\n软件公司", "text"),
        # a heading's words in the middle of a sentence are none
        ("会计", "撰写公司介绍，使用大模型", "text"),
        ("会计", "公司介绍：我们要求自己做好大模型", "introduction"),
    ],
)
def test_the_most_telling_place_is_told(title: str, description: str | None, place: Place) -> None:
    assert place_of("大模型", title, description) == place


@pytest.mark.parametrize(
    ("keyword", "text", "found"),
    [
        ("LLM", "LLM应用开发", True),
        ("llm", "熟悉LLMs", True),
        ("LLM", "Order fulfillment", False),
        ("AI", "AI产品经理", True),
        ("AI", "负责AI+教育", True),
        ("AI", "maintain email", False),
        ("AI", "OpenAI接口", False),
        ("GPT", "GPT4或GPT-4o", True),
        ("C++", "精通C++/Python", True),
        ("C++", "ObjC++", False),
        (".NET", "熟悉ASP.NET", True),
        ("大模型", "多模态大模型", True),
        ("大模型", "大 模型", False),
        ("AIGC", "aigc 内容", True),
        ("R&D", "r&d center", True),
        ("(AI)", "(ai)", True),
        ("Ⅱ", "Ⅱ期", True),
    ],
)
def test_a_latin_keyword_is_a_word_of_its_own(keyword: str, text: str, found: bool) -> None:
    assert mentions(keyword, text) is found


_TEXT = st.text(st.sampled_from("大模型公司介绍岗位职责要求关于我们：\n【】一、 AaLl"), max_size=60)


@given(st.text(min_size=1, max_size=8), st.text(max_size=30), st.one_of(st.none(), st.text(max_size=200)))
def test_any_text_has_a_place(keyword: str, title: str, description: str | None) -> None:
    assert place_of(keyword, title, description) in {"title", "text", "introduction", "nowhere"}


@given(_TEXT, _TEXT)
def test_a_title_that_names_the_keyword_needs_no_text(before: str, after: str) -> None:
    assert place_of("大模型", f"{before}大模型{after}", None) == "title"


@given(_TEXT)
def test_nowhere_means_that_the_keyword_does_not_stand_there(description: str) -> None:
    assert (place_of("大模型", "会计", description) == "nowhere") == ("大模型" not in description)


@given(_TEXT)
def test_below_a_heading_of_the_work_the_keyword_counts(before: str) -> None:
    assert place_of("大模型", "会计", f"{before}\n岗位职责：\n训练大模型") == "text"


@given(st.text(st.sampled_from("做软件服务企业，。 "), max_size=40))
def test_below_an_introduction_it_does_not(words: str) -> None:
    assert place_of("大模型", "会计", f"岗位职责：\n结账\n公司介绍：\n{words}大模型{words}") == "introduction"
