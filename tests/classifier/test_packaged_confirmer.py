"""The skills that the packaged confirmer gives: what is taken back, only introduces the company, or is another word."""

import json
import shutil

import pyarrow as pa
import pytest

from classifier.labeller import Labeller
from classifier.model import PACKAGED_MODEL
from classifier.skills.confirmer import OWN_CONFIRMER, PACKAGED_CONFIRMER
from classifier.training.skill_contrasts import OTHER_MEANINGS, contrasts, frames
from taxonomy.catalogue import load_taxonomy
from taxonomy.skill_context import Silence
from taxonomy.skills import SkillMatcher


@pytest.fixture(scope="module")
def labeller() -> Labeller:
    return Labeller.load()


def skills(labeller: Labeller, text: str) -> set[str]:
    batch = pa.RecordBatch.from_pylist([{"title": "", "description": text}])
    return set(labeller.label(batch).column("skills").to_pylist()[0])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        # taken back
        ("不要求Go语言经验", set()),
        ("不需要会Python", set()),
        ("无需Kubernetes经验，Docker经验不作要求", set()),
        ("本岗位不强制要求Java、C++基础，公司提供培养", set()),
        ("Spring经验不作硬性要求，肯学即可", set()),
        ("不会Python也可以，熟悉SQL即可", {"SQL"}),
        ("没有Kubernetes经验也没关系，会Linux就行", {"Linux"}),
        ("精通Python，无需Java", {"Python"}),
        ("任职要求：\n1、熟悉MySQL和Redis\n2、不涉及Hadoop，无须了解Spark", {"MySQL", "Redis"}),
        ("No Java experience required. Strong Python skills are a must", {"Python"}),
        # the company alone
        ("公司介绍：我们是一家大语言模型公司，使用PyTorch和Kubernetes", set()),
        ("公司简介：公司用Java和MySQL做电商系统\n任职要求：形象好，会开车", set()),
        ("关于我们：团队来自推荐系统和机器学习领域\n岗位职责：负责前台接待", set()),
        ("企业介绍：从事区块链、云计算，Redis和Kafka是我们的日常", set()),
        ("公司介绍：专注计算机视觉\n任职要求：熟悉PyTorch", {"PyTorch"}),
        # other words
        ("Go! Go! Go! let's go", set()),
        ("Let's go, 期待和你一起前行", set()),
        ("Go to market strategy for new brands", set()),
        ("办公地点在西湖区Go大厦", set()),
        ("公司完成C轮融资，地铁C口出", set()),
        ("R&D center in Shanghai", set()),
        ("PS：试用期三个月，包吃住", set()),
        # asked for
        ("熟悉Go语言", {"Go"}),
        ("任职要求：\n1、熟悉Go，有微服务经验", {"Go", "微服务"}),
        ("Go开发工程师", {"Go"}),
        ("不要求学历，但要求熟悉Python", {"Python"}),
        ("不要求Java但要会Python", {"Python"}),
        ("公司介绍：专注计算机视觉\n任职要求：熟悉计算机视觉算法和PyTorch", {"计算机视觉", "PyTorch"}),
        ("公司使用Kubernetes。要求熟悉Kubernetes和Docker", {"Kubernetes", "Docker"}),
        ("会R和Python", {"R", "Python"}),
    ],
)
def test_sentences(labeller, text, asked):
    assert skills(labeller, text) == asked


def test_evidence_leaves_out_the_mention_that_is_taken_back(labeller):
    text = "熟悉Python。实习生不要求Python"
    batch = pa.RecordBatch.from_pylist([{"title": "", "description": text}])
    evidence = labeller.label(batch).column("skill_evidence").to_pylist()[0]
    assert [(found["skill"], found["start"]) for found in evidence] == [("Python", text.index("Python") + 1)]


def test_every_contrast_is_read_as_it_is_meant():
    taxonomy = load_taxonomy()
    matcher = SkillMatcher(taxonomy)
    written = contrasts(taxonomy, seed=1)
    assert written == contrasts(taxonomy, seed=1)
    covered = {skill.name for skill in taxonomy.skills if skill.measured}
    assert covered <= set().union(*(contrast.asked for contrast in written))
    assert covered <= set().union(*(contrast.rejected for contrast in written))
    others = {text for texts in OTHER_MEANINGS.values() for text in texts}
    readable = 0
    for contrast in written:
        assert not contrast.asked & contrast.rejected
        proposals = matcher.propose(contrast.text)
        if contrast.text in others:
            assert contrast.rejected <= {found.skill for found in proposals if not found.meant}, contrast.text
        mentioned = {found.skill for found in proposals if found.silence != Silence.TAKEN_BACK}
        readable += contrast.asked <= mentioned and contrast.rejected <= {found.skill for found in proposals}
    # A name may be part of a longer one beside it, and the rules take 没有一天不用{0} for a negation.
    assert readable > 0.95 * len(written)


def test_frames_have_places_in_order():
    for kind, texts in frames().items():
        assert len(texts) == len(set(texts)), kind
        for text in texts:
            places = [place for place in ("{0}", "{1}", "{2}") if place in text]
            assert places == ["{0}", "{1}", "{2}"][: len(places)] != [], text
            assert "\ufffd" not in text.format("Java", "Go", "C")


def test_a_model_folder_may_bring_a_confirmer_of_its_own(tmp_path):
    shutil.copytree(PACKAGED_MODEL, tmp_path / "model")
    own = tmp_path / "model" / OWN_CONFIRMER
    shutil.copytree(PACKAGED_CONFIRMER, own)
    metadata = json.loads((own / "model.json").read_text(encoding="utf-8"))
    asked = pa.RecordBatch.from_pydict({"title": ["数据工程师"], "description": ["任职要求：熟练使用Python"]})
    assert Labeller.load(tmp_path / "model").label(asked).column("skills").to_pylist() == [["Python"]]
    # One that never is sure enough gives nothing: it is asked instead of the packaged one.
    (own / "model.json").write_text(
        json.dumps(metadata | {"thresholds": dict.fromkeys(metadata["thresholds"], 1 - 1e-9)}), encoding="utf-8"
    )
    assert Labeller.load(tmp_path / "model").label(asked).column("skills").to_pylist() == [[]]
