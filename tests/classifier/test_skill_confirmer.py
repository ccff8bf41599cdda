"""The confirmer of skills: what it keeps, that it reads a posting alone, its folder, and its training."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.corpus import read_corpus
from classifier.skills.confirmer import (
    METADATA_FILE,
    PACKAGED_CONFIRMER,
    WEIGHTS_FILE,
    Thresholds,
    Weights,
    load_confirmer,
    read_confirmer,
    write_confirmer,
)
from classifier.skills.features import CONTEXT_BITS, MENTION_FIGURES, PAIR_FIGURES, SECTIONS, FeatureReader
from classifier.training.config import SkillsTrainingConfig, read_config
from classifier.training.skill_labels import read_own_skill_labels, read_skill_labels
from classifier.training.train import train
from postings.schema import labelled_text
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.skills import SkillMatcher

MATCHER = SkillMatcher()
EXAMPLE = Path(__file__).parents[2] / "examples" / "train-skills.toml"
INPUTS = 1 + len(PAIR_FIGURES) + 2 * len(MENTION_FIGURES) + SECTIONS + 2
POSTINGS = [
    ("后端开发工程师", "岗位职责：\n负责交易系统的接口\n任职要求：\n熟悉Java、MySQL和Redis，了解Kubernetes"),
    ("数据分析师", "分析用户的行为数据，用SQL取数，会Tableau😀\n公司介绍：\n公司是云计算行业的领军企业"),
    ("保洁员", "打扫办公室，不要求学历"),
    ("", ""),
]


def asked(confirmer, postings):
    titles = [title for title, _ in postings]
    texts = [labelled_text(*posting) for posting in postings]
    return confirmer.confirm(titles, texts, [MATCHER.propose(text) for text in texts])


def weights_that_say(skill_of_row):
    """Two skills, one spelling each, two topics; the bias of each row as given."""
    skill = np.zeros((3, INPUTS), dtype=np.float32)
    skill[:, 0] = skill_of_row
    buckets = np.zeros(1 << CONTEXT_BITS, dtype=np.float32)
    topic = np.array([[0, 0], [1, 0], [0, 1]], dtype=np.float32)
    own = np.zeros((1, len(buckets)), dtype=np.float32)
    return Weights(skill, np.zeros(3, dtype=np.float32), buckets, buckets, topic, own, own)


def written(folder, skill_of_row):
    spellings = [("Java", "Java"), ("SQL", "SQL")]
    thresholds = Thresholds(0.5, 0.9)
    return write_confirmer(folder, "t1", ["Java", "SQL"], spellings, weights_that_say(skill_of_row), thresholds, {})


def test_the_packaged_confirmer_confirms_requirements_and_not_a_field_of_business():
    first, second, third, empty = asked(load_confirmer(), POSTINGS)
    assert {"Java", "MySQL", "Redis", "Kubernetes"} <= {found.skill for found in first}
    assert {"SQL", "数据分析"} <= {found.skill for found in second}
    assert "云计算" not in {found.skill for found in second}
    assert (third, empty) == ([], [])


def test_the_packaged_confirmer_is_of_the_packaged_vocabulary_and_small():
    metadata = json.loads((PACKAGED_CONFIRMER / METADATA_FILE).read_text(encoding="utf-8"))
    assert metadata["skills"] == [skill.name for skill in load_taxonomy().skills if skill.measured]
    assert sum(file.stat().st_size for file in PACKAGED_CONFIRMER.iterdir()) < 400_000


@settings(max_examples=30)
@given(st.lists(st.sampled_from(POSTINGS), min_size=1, max_size=6))
def test_a_posting_is_answered_alone_as_in_any_batch(postings):
    confirmer = load_confirmer()
    assert asked(confirmer, postings) == [asked(confirmer, [posting])[0] for posting in postings]


def test_learnt_skills_go_by_weights_and_others_by_the_rules(tmp_path):
    confirmer = written(tmp_path, [0, -3, 3])
    found = asked(confirmer, [("", "熟悉Java和SQL，会Redis，不要求Python，Let's go")])[0]
    assert [mention.skill for mention in found] == ["SQL", "Redis"]


def test_mentions_that_the_rules_count_stay_and_others_only_without_them(tmp_path):
    confirmer = written(tmp_path, [0, 3, 3])
    both, introduced = asked(confirmer, [("", "熟悉SQL。\n公司介绍：SQL"), ("", "公司介绍：SQL")])
    assert [(mention.start, mention.end) for mention in both] == [(3, 6)]
    assert [(mention.start, mention.end) for mention in introduced] == [(6, 9)]


def test_what_is_taken_back_is_never_given_whatever_the_weights(tmp_path):
    confirmer = written(tmp_path, [0, 9, 9])
    texts = [
        "不要求SQL",
        "无需SQL，Java经验不作要求",
        "不要求Redis",
        "公司介绍：SQL\n要求：不需要SQL",
        "会SQL，不要求SQL",
    ]
    *dropped, introduced, both = asked(confirmer, [("", text) for text in texts])
    assert dropped == [[], [], []]
    assert [(mention.start, mention.end) for mention in introduced] == [(6, 9)]
    assert [(mention.start, mention.end) for mention in both] == [(2, 5)]


def test_a_skill_that_the_rules_speak_against_needs_more(tmp_path):
    # Probabilities of 0.73 and 0.95, thresholds of 0.5 and 0.9.
    weak, strong = written(tmp_path / "weak", [0, 1, 1]), written(tmp_path / "strong", [0, 3, 3])
    posting = [("", "会Java。\n公司介绍：SQL")]
    assert [mention.skill for mention in asked(weak, posting)[0]] == ["Java"]
    assert [mention.skill for mention in asked(strong, posting)[0]] == ["Java", "SQL"]


def test_features_name_the_passage_and_the_neighbours():
    title, text = "开发", "任职要求：\n熟悉Java、SQL\n福利待遇：\nSQL"
    whole = labelled_text(title, text)
    features = FeatureReader(["Java", "SQL"], [("Java", "Java"), ("SQL", "SQL")]).read(
        [title], [whole], [MATCHER.propose(whole)]
    )
    assert features.skill.tolist() == [1, 2]
    assert features.mentions.tolist() == [1, 2]
    assert features.section.tolist() == [3, 3, 5]
    meant, in_doubt, about_company, *_, before, after = features.mention_figures.T
    assert meant.tolist() == [1, 1, 0]
    assert in_doubt.tolist() == [0, 0, 0]
    assert about_company.tolist() == [0, 0, 1]
    assert before.tolist() == [0, 1, 0]
    assert after.tolist() == [1, 0, 0]


def test_what_stands_beyond_the_line_is_not_read():
    reader = FeatureReader(["Java"], [("Java", "Java")])
    texts = ["\n甲乙丙丁\n会Java了\n戊己庚辛", "\n子丑寅卯\n会Java了\n辰巳午未"]
    features = reader.read(["", ""], texts, [MATCHER.propose(text) for text in texts])
    assert (features.before[0, :7] == features.before[1, :7]).all()
    assert (features.after[0, :7] == features.after[1, :7]).all()


def test_a_folder_that_was_changed_is_refused(tmp_path):
    written(tmp_path, [0, 1, 1])
    with pytest.raises(JobAtlasError, match="is no confirmer"):
        read_confirmer(tmp_path / "none")
    content = (tmp_path / WEIGHTS_FILE).read_bytes()
    (tmp_path / WEIGHTS_FILE).write_bytes(content + b" ")
    with pytest.raises(JobAtlasError, match="does not match its hash"):
        read_confirmer(tmp_path)
    (tmp_path / METADATA_FILE).write_text('{"format": 9}', encoding="utf-8")
    with pytest.raises(JobAtlasError, match="not of confirmer format"):
        read_confirmer(tmp_path)
    (tmp_path / METADATA_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(JobAtlasError, match="is not JSON"):
        read_confirmer(tmp_path)


def test_the_version_tells_what_decides(tmp_path):
    one, same, other = (
        written(tmp_path / name, bias) for name, bias in (("a", [0, 1, 1]), ("b", [0, 1, 1]), ("c", [0, 2, 1]))
    )
    assert one.version == same.version != other.version


@pytest.fixture(scope="module")
def labelled_skills(written_material, tmp_path_factory):
    """The written postings, labelled with every skill that the rules find but Redis."""
    folder = tmp_path_factory.mktemp("skill_labels")
    lines = (written_material.labels / "train.jsonl").read_text(encoding="utf-8").splitlines()
    corpus = read_corpus(written_material.data)
    text_of = dict(zip(corpus.ids, zip(corpus.titles, corpus.descriptions, strict=True), strict=True))
    rows = []
    for line in lines:
        row = json.loads(line)
        found = {match.skill for match in MATCHER.find(labelled_text(*text_of[row["id"]]))}
        rows.append(json.dumps(row | {"skills": sorted(found - {"Redis"})}, ensure_ascii=False))
    (folder / "train.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_training_learns_what_annotators_do_not_name(written_material, labelled_skills, tmp_path):
    config = tmp_path / "skills.toml"
    config.write_text('kind = "skills"\nname = "tiny"\nfolds = 2\ntopics = 4\nunlabelled = 50\n', encoding="utf-8")
    runs = [
        train(config, written_material.data, [labelled_skills], tmp_path / name, tmp_path / "work", lambda _: None)
        for name in ("one", "two")
    ]
    assert runs[0].version == runs[1].version
    assert runs[0].version.startswith("tiny-")
    assert runs[0].agreement > 0.99
    assert runs[0].metrics["confirmer, precision"] > runs[0].metrics["rules, precision"]
    found = asked(read_confirmer(tmp_path / "one"), [("Java开发工程师", "熟悉JVM内存模型，掌握Redis和消息队列")])[0]
    assert "消息队列" in {mention.skill for mention in found}
    assert "Redis" not in {mention.skill for mention in found}


def test_answers_to_proposals_teach_beside_the_labels(written_material, labelled_skills, tmp_path):
    config = tmp_path / "skills.toml"
    config.write_text('kind = "skills"\nname = "tiny"\nfolds = 2\ntopics = 4\nunlabelled = 50\n', encoding="utf-8")
    corpus = read_corpus(written_material.data)
    lines = (labelled_skills / "train.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = {json.loads(line)["id"] for line in lines}
    others = [place for place in range(corpus.described) if corpus.ids[place] not in labelled]
    named = Counter(skill for line in lines for skill in json.loads(line)["skills"])
    refused = {named.most_common(1)[0][0]}
    rows = []
    for place in others:
        found = {match.skill for match in MATCHER.find(labelled_text(corpus.titles[place], corpus.descriptions[place]))}
        kept = {"skills": sorted(found - refused), "rejected": sorted(found & refused)}
        rows.append({"id": corpus.ids[place]} | kept)
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "skills.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    told: list[str] = []
    common = (config, written_material.data)
    alone = train(*common, [labelled_skills], tmp_path / "alone", tmp_path / "w", lambda _: None)
    both = train(*common, [labelled_skills, answers], tmp_path / "both", tmp_path / "w", told.append)
    assert any(row["rejected"] for row in rows)
    assert any(f"{len(others):,} postings with answers to proposals" in line for line in told)
    # The most frequent skill was always rejected there: it is given less freely. The same postings are measured.
    biases = []
    for folder in (tmp_path / "both", tmp_path / "alone"):
        learnt = json.loads((folder / METADATA_FILE).read_text(encoding="utf-8"))["skills"]
        with np.load(folder / WEIGHTS_FILE) as weights:
            biases.append(weights["skill"][[1 + learnt.index(skill) for skill in refused], 0].max())
    assert biases[0] < biases[1]
    assert both.metrics["rules, recall"] == alone.metrics["rules, recall"]
    assert both.version != alone.version


def test_postings_of_any_folders_dev_jsonl_are_left_out(written_material, labelled_skills, tmp_path):
    corpus = read_corpus(written_material.data)
    lines = (labelled_skills / "train.jsonl").read_text(encoding="utf-8").splitlines()
    held = json.loads(lines[0])["id"]
    for name, rows in (("first", lines), ("second", [json.dumps({"id": held, "skills": [], "rejected": []})])):
        (tmp_path / name).mkdir()
        file = "train.jsonl" if name == "first" else "skills.jsonl"
        (tmp_path / name / file).write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "second" / "dev.jsonl").write_text(json.dumps({"id": held}) + "\n", encoding="utf-8")
    taxonomy, folders = load_taxonomy(), [tmp_path / "first", tmp_path / "second"]
    for read in (read_skill_labels, read_own_skill_labels):
        everything = read(corpus, taxonomy, MATCHER, folders[:1], 2, lambda _: None)
        labelled = read(corpus, taxonomy, MATCHER, folders, 2, lambda _: None)
        assert everything.usable.all()
        assert not labelled.usable[corpus.ids.index(held)]
        # The posting is left out, and its copies.
        places = [corpus.ids.index(json.loads(line)["id"]) for line in lines]
        assert len(labelled.texts) == labelled.usable[places].sum() < len(everything.texts)


@pytest.mark.parametrize("row", [{"id": "nowhere", "skills": [], "rejected": []}, {"skills": ["Java"]}])
def test_an_answer_that_tells_nothing_is_refused(written_material, labelled_skills, tmp_path, row):
    (tmp_path / "skills.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    with pytest.raises(JobAtlasError, match=r"skills\.jsonl, line 1: an answer has the id of a posting"):
        train(EXAMPLE, written_material.data, [labelled_skills, tmp_path], tmp_path / "m", tmp_path, lambda _: None)


def test_the_example_is_read():
    assert read_config(EXAMPLE) == SkillsTrainingConfig(name="s6")
