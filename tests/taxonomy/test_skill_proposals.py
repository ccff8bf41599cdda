"""What is proposed beyond the names that count: hints, and names that the context speaks against."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.catalogue import DATA_FOLDER, load_taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.skill_context import Silence
from taxonomy.skills import SkillMatcher, fold

MATCHER = SkillMatcher()
MARKED = 'hints: ["推荐场景", "搭建…小队", "recsys"]'


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """The vocabulary with hints of our own for one skill."""
    folder = tmp_path_factory.mktemp("hints") / "data"
    shutil.copytree(DATA_FOLDER, folder)
    file = folder / "skills.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{name: Ruby,", "{name: Ruby, " + MARKED + ",", 1), encoding="utf-8")
    return SkillMatcher(load_taxonomy(folder))


def places(matcher, text, skill):
    return [(found.start, found.end, found.hint) for found in matcher.propose(text) if found.skill == skill]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("熟悉推荐场景", [(2, 6, True)]),
        ("搭建小队", [(0, 4, True)]),
        ("搭建一支二十人的小队", [(0, 10, True)]),
        # the gap ends with the clause and after eight characters
        ("搭建平台，加入小队", []),
        ("搭建一二三四五六七八九小队", []),
        # Latin hints are whole words
        ("做过 RecSys 项目", [(3, 9, True)]),
        ("RecSysX、myrecsys", []),
        # a named skill needs no hints
        ("熟悉Ruby和推荐场景", [(2, 6, False)]),
    ],
)
def test_hints_are_proposed_where_no_name_stands(edited, text, found):
    assert places(edited, text, "Ruby") == found
    assert [match.skill for match in edited.find(text)].count("Ruby") == sum(not hint for *_, hint in found)


def test_a_hint_may_overlap_the_name_of_another_skill(edited):
    found = {proposal.skill: proposal for proposal in edited.propose("搭建Python小队")}
    assert found["Ruby"].hint
    assert not found["Python"].hint
    assert found["Ruby"].start < found["Python"].start < found["Python"].end < found["Ruby"].end


def test_names_that_the_context_speaks_against_are_proposed_as_not_meant():
    text = "不要求Java\n公司介绍：\n我们用Python写后台"
    found = {proposal.skill: (proposal.meant, proposal.silence) for proposal in MATCHER.propose(text)}
    assert found["Java"] == (False, Silence.TAKEN_BACK)
    assert found["Python"] == (False, Silence.COMPANY)
    assert MATCHER.find(text) == []


def test_an_ambiguous_name_whose_rule_does_not_hold_is_proposed_as_not_meant():
    text = "Let's go to work together"
    assert [(found.skill, found.meant, found.silence) for found in MATCHER.propose(text)] == [
        ("Go", False, Silence.NONE)
    ]


@pytest.mark.parametrize(
    ("text", "taken_back"),
    [
        ("不要求Java和Go语言经验", {"Java", "Go"}),
        ("不强制要求会Python", {"Python"}),
        ("Docker经验不作硬性要求", {"Docker"}),
        (
            "不要求Java、Python、Kubernetes、TensorFlow和Docker经验",
            {"Java", "Python", "Kubernetes", "TensorFlow", "Docker"},
        ),
        (
            "Java、Python、Kubernetes、TensorFlow、Docker均不作要求",
            {"Java", "Python", "Kubernetes", "TensorFlow", "Docker"},
        ),
        ("Work without supervision. Python needed", set()),
        ("不会Python也可以，熟悉SQL即可", {"Python"}),
        ("没有Kubernetes经验也没关系", {"Kubernetes"}),
        ("no Java experience required; Python is a must", {"Java"}),
        ("Kubernetes is not required", {"Kubernetes"}),
        # a demand after all, another clause, and words that take nothing back
        ("不要求Java但要会Python", {"Java"}),
        ("无需Java经验 熟悉Python", {"Java"}),
        ("不要求学历，但要求熟悉Python", set()),
        ("证书要求：无需精通技能：数据挖掘、Python", set()),
        ("3年以上（不含实习）iOS经验", set()),
        ("不用担心Python太难", set()),
        ("熟悉Python也可以", set()),
        ("Python experience required", set()),
        # of passages that meet, taking back counts
        ("公司介绍：我们不要求Java，用Python", {"Java"}),
    ],
)
def test_what_a_sentence_takes_back(text, taken_back):
    proposals = MATCHER.propose(text)
    assert {found.skill for found in proposals if found.silence is Silence.TAKEN_BACK} == taken_back
    assert not any(found.meant and found.silence is not Silence.NONE for found in proposals)


@given(st.text(alphabet="熟悉PythonJavaGo不要求、，。\n公司介绍：分析用户数据C语言和R", max_size=60))
def test_what_is_meant_is_what_is_found_and_places_are_in_order(text):
    proposals = MATCHER.propose(text)
    meant = [(found.skill, found.start, found.end) for found in proposals if found.meant]
    assert meant == [tuple(match) for match in MATCHER.find(text)]
    assert [found.start for found in proposals] == sorted(found.start for found in proposals)
    for found in proposals:
        assert 0 <= found.start < found.end <= len(text)


def test_characters_that_only_look_like_others_are_read_as_these():
    assert fold("⼤模型⼯程师") == "大模型工程师"
    assert [match.skill for match in MATCHER.find("熟悉⼤模型")] == ["大语言模型"]


@pytest.mark.parametrize(
    ("hints", "message"),
    [('["ruby"]', "is a name and a hint"), ('["…小队"]', "words on both sides"), ('["搭建…"]', "words on both sides")],
)
def test_a_wrong_hint_is_named(tmp_path, hints, message):
    folder = tmp_path / "data"
    shutil.copytree(DATA_FOLDER, folder)
    file = folder / "skills.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{name: Ruby,", f"{{name: Ruby, hints: {hints},", 1), encoding="utf-8")
    with pytest.raises(JobAtlasError, match=message):
        load_taxonomy(folder)
