"""Going on from a finished model: what it keeps, what it learns, and what it refuses to go on from."""

import json
import shutil
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from classifier.corpus import read_corpus
from classifier.folds import read_folds
from classifier.labeller import Labeller
from classifier.labels import HEADS, LabelSpace
from classifier.model import PACKAGED_MODEL, SHIPPED, load_model, model_folder
from classifier.skills.confirmer import OWN_CONFIRMER, PACKAGED_CONFIRMER
from classifier.training.base import carried_ai_head, carried_over, read_base
from classifier.training.config import ContinuedConfig, read_config
from classifier.training.fitting import predict
from classifier.training.matrices import features_by
from classifier.training.train import train
from taxonomy.catalogue import DATA_FOLDER, load_taxonomy
from taxonomy.errors import JobAtlasError

BASE = """
name = "base"
folds = 2
[vocabulary]
title = 600
description = 2500
company = 200
network_title = 400
network_description = 2000
network_company = 100
[network]
width = 24
company_width = 8
[pretraining]
epochs = 2
batch = 32
[teacher]
networks = 1
epochs = 10
batch = 16
[student]
epochs = 12
batch = 16
"""

CONTINUED = """
name = "mine"
folds = 2
[continued]
epochs = 10
batch = 32
labelled_copies = 5
table_rate = 2e-3
dense_rate = 2e-3
"""

# Written for these tests, in other words than the base has read: titles, work and what is asked, by role.
POSTINGS = {
    "java": (
        ["Java后端工程师", "Java开发"],
        ["编写结算系统的服务端接口", "排查线上慢查询和内存问题", "重构旧的订单服务"],
        ["熟悉Spring和MySQL", "了解消息队列和Redis", "懂多线程"],
    ),
    "frontend": (
        ["前端工程师", "Web前端开发"],
        ["开发商家后台管理页面", "封装可复用的页面组件", "优化页面加载时间"],
        ["熟练使用Vue", "会写TypeScript和React", "了解浏览器"],
    ),
    "data_annotator": (
        ["数据标注员", "标注专员"],
        ["给图片里的行人和车辆拉框", "把录音逐句转写成文字", "完成当天的标注量"],
        ["做事细心", "接受大专学历", "会用电脑"],
    ),
    "sales": (
        ["销售经理", "大客户销售"],
        ["开拓企业客户", "拜访客户并跟进采购计划", "完成季度回款"],
        ["能适应出差", "抗压，沟通能力强", "有客户资源"],
    ),
    "ui_ux_designer": (
        ["UI设计师", "交互设计师"],
        ["负责手机应用的界面设计", "制定设计规范", "画图标和交互稿"],
        ["熟练使用Figma", "有作品集", "会用Sketch"],
    ),
    "annotation_reviewer": (
        ["标注质检员", "标注质检专员"],
        ["抽查标注员交来的结果并打回错误", "统计错误率并写质检报告", "和标注规则的制定者核对疑难样本"],
        ["看得出图片拉框的偏差", "懂质检流程，责任心强", "有半年以上标注经验"],
    ),
}
NEW = "annotation_reviewer"


@dataclass(frozen=True)
class Mine:
    """A user's postings, by role those that are labelled and those that are kept back, and the model to go on from."""

    root: Path
    data: Path
    base: Path
    labelled: dict[str, list[str]]
    others: dict[str, list[str]]


@pytest.fixture(scope="module")
def mine(written_material, tmp_path_factory):
    root = tmp_path_factory.mktemp("mine")
    (root / "base.toml").write_text(BASE, encoding="utf-8")
    (root / "train.toml").write_text(CONTINUED, encoding="utf-8")
    train(
        root / "base.toml",
        written_material.data,
        [written_material.labels],
        root / "base",
        root / "base.work",
        lambda _: None,
    )
    rows, labelled, others = [], {}, {}
    for role, (titles, work, asked) in POSTINGS.items():
        cases = list(product(titles, range(3), asked, "云山海川"))
        for number, (title, first, wanted, firm) in enumerate(cases):
            posting_id = f"{role}-{number}"
            rows.append(
                {
                    "id": posting_id,
                    "title": title,
                    "company": f"{firm}{number}{role}有限公司",
                    "description": f"岗位职责：{work[first]}；{work[(first + 1) % 3]}。\n任职要求：{wanted}。",
                }
            )
        ids = [f"{role}-{number}" for number in range(len(cases))]
        labelled[role], others[role] = ids[::3], [one for place, one in enumerate(ids) if place % 3]
    data = root / "data"
    data.mkdir()
    pq.write_table(pa.Table.from_pylist(rows), data / "postings.parquet")
    return Mine(root, data, root / "base", labelled, others)


def write_labels(folder, roles):
    """A label folder: role -> ids of postings; the industry is not told."""
    folder.mkdir()
    lines = [
        json.dumps({"id": one, "role": role, "industry": "unknown", "ai": "core" if "annota" in role else "none"})
        for role, ids in roles.items()
        for one in ids
    ]
    (folder / "train.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def go_on(mine, labels, output, taxonomy=None, base=None):
    lines = []
    result = train(
        mine.root / "train.toml",
        mine.data,
        [labels],
        output,
        output.with_name("work"),
        lines.append,
        base=str(base or mine.base),
        taxonomy=taxonomy,
    )
    return result, lines


def best_roles(folder, mine, ids):
    """The most probable role of each posting."""
    model = load_model(folder)
    corpus = read_corpus(mine.data)
    places = [corpus.ids.index(one) for one in ids]
    best = model.probabilities(*corpus.texts(places)).role.argmax(axis=1)
    return [model.labels.roles[place] for place in best]


def share(answers, role):
    return np.mean([answer == role for answer in answers])


@pytest.fixture(scope="module")
def corrected(mine, tmp_path_factory):
    """What the base calls sales is business development, says the user."""
    root = tmp_path_factory.mktemp("corrected")
    labels = write_labels(root / "labels", {"business_development": mine.labelled["sales"]})
    return root, labels, *go_on(mine, labels, root / "model")


@pytest.fixture(scope="module")
def edited_taxonomy(tmp_path_factory):
    data = tmp_path_factory.mktemp("taxonomy") / "data"
    shutil.copytree(DATA_FOLDER, data)
    roles = yaml.safe_load((data / "roles.yaml").read_text(encoding="utf-8"))
    place = next(place for place, role in enumerate(roles["roles"]) if role["id"] == "data_annotator")
    # Before others, so that every role after it has another row.
    roles["roles"].insert(place, roles["roles"][place] | {"id": NEW, "zh": "标注质检", "en": "Annotation reviewer"})
    (data / "roles.yaml").write_text(yaml.safe_dump(roles, allow_unicode=True), encoding="utf-8")
    return load_taxonomy(data)


@pytest.fixture(scope="module")
def with_new_role(mine, edited_taxonomy, tmp_path_factory):
    root = tmp_path_factory.mktemp("new_role")
    labels = write_labels(
        root / "labels", {NEW: mine.labelled[NEW], "data_annotator": mine.labelled["data_annotator"][::4]}
    )
    return root, *go_on(mine, labels, root / "model", edited_taxonomy)


def test_a_correction_is_learnt_and_the_rest_is_kept(mine, corrected):
    root, _, result, _ = corrected
    assert share(best_roles(mine.base, mine, mine.others["sales"]), "sales") > 0.9
    assert share(best_roles(root / "model", mine, mine.others["sales"]), "business_development") > 0.9
    rest = [one for role, ids in mine.others.items() if role not in ("sales", NEW) for one in ids]
    before, after = best_roles(mine.base, mine, rest), best_roles(root / "model", mine, rest)
    assert np.mean([old == new for old, new in zip(before, after, strict=True)]) >= 0.95
    assert result.metrics["base, role_accuracy"] < 0.1
    assert result.metrics["continued, role_accuracy"] > 0.9
    assert "base, industry_accuracy" not in result.metrics  # no label names one


def test_a_new_role_is_given_after_a_few_labels(mine, with_new_role, edited_taxonomy):
    root, result, lines = with_new_role
    assert len(mine.labelled[NEW]) == 24
    assert share(best_roles(root / "model", mine, mine.others[NEW]), NEW) > 0.9
    for role in POSTINGS:
        assert share(best_roles(root / "model", mine, mine.others[role]), role) > 0.9, role
    assert result.metrics[f"F1 of new roles, {NEW}"] > 0.8
    assert f"new roles: {NEW}" in lines
    corpus = read_corpus(mine.data)
    titles, descriptions, companies = corpus.texts([corpus.ids.index(mine.others[NEW][0])])
    batch = pa.RecordBatch.from_pydict({"title": titles, "description": descriptions, "company": companies})
    labelled = Labeller(load_model(root / "model"), edited_taxonomy, root / "model").label(batch).to_pylist()
    assert labelled[0]["role_candidates"][0]["role"] == NEW
    with pytest.raises(JobAtlasError, match=f"trained for another taxonomy.*{NEW}"):
        Labeller.load(root / "model")


def test_the_folder_tells_what_it_went_on_from(mine, with_new_role):
    root, _, lines = with_new_role
    metadata = json.loads((root / "model" / "model.json").read_text(encoding="utf-8"))
    base = json.loads((mine.base / "model.json").read_text(encoding="utf-8"))
    assert metadata["continued_from"] == base["version"]
    assert metadata["new_labels"] == [NEW]
    assert metadata["temperatures_and_thresholds"] == "the base's"
    assert metadata["temperatures"] == base["temperatures"]
    assert metadata["thresholds"] == base["thresholds"]
    assert any("fewer than 300" in line for line in lines)
    assert set(metadata["metrics_on_folds"]) == {"base", "continued", "continued, new roles too", "F1 of new roles"}
    assert "teacher" not in metadata["config"]
    assert metadata["postings_replayed"] == sum(map(len, [*mine.labelled.values(), *mine.others.values()])) - 30


def test_the_folds_are_those_of_the_users_labels(mine, corrected):
    root, _, result, _ = corrected
    folds = read_folds(root / "model")
    assert set(folds) == set(mine.labelled["sales"])
    assert {judged.role for judged in folds.values()} == {"business_development"}
    right = np.mean([judged.probability > judged.other_probability for judged in folds.values()])
    assert right == pytest.approx(result.metrics["continued, role_accuracy"], abs=0.03)


def test_the_exported_model_is_the_network(mine, corrected, with_new_role):
    for root, agreement in ((corrected[0], corrected[2].agreement), (with_new_role[0], with_new_role[1].agreement)):
        assert agreement >= 0.99
        read_back = read_base(str(root / "model"))
        corpus = read_corpus(mine.data)
        places = np.arange(0, len(corpus), 5)
        features = features_by(read_back.vocabularies, corpus, lambda _: None)
        network = predict(carried_over(read_back, read_back.model.labels), features, places)
        exported, _ = read_back.model.logits(*corpus.texts(places))
        for head in HEADS:
            logits = exported[head] - exported[head].max(axis=1, keepdims=True)
            expected = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
            # The weights of a graph read back are the graph's, so that only the order of additions differs.
            assert network[head] == pytest.approx(expected, abs=1e-4)


def test_the_base_brings_its_own_confirmer_of_skills(mine, tmp_path):
    base = tmp_path / "base"
    shutil.copytree(mine.base, base)
    shutil.copytree(PACKAGED_CONFIRMER, base / OWN_CONFIRMER)
    files = read_base(str(base)).confirmer
    assert files == {
        f"{OWN_CONFIRMER}/{path.name}": path.read_bytes() for path in (base / OWN_CONFIRMER).iterdir() if path.is_file()
    }
    labels = write_labels(tmp_path / "labels", {"sales": mine.labelled["sales"]})
    go_on(mine, labels, tmp_path / "model", base=base)
    for name, content in files.items():
        assert (tmp_path / "model" / name).read_bytes() == content
    assert Labeller.load(tmp_path / "model")
    (base / OWN_CONFIRMER / "weights.npz").write_bytes(b"not what was written")
    with pytest.raises(JobAtlasError, match=r"weights\.npz: does not match its hash"):
        read_base(str(base))


def test_going_on_again_gives_the_same_model(mine, corrected, tmp_path):
    _, labels, result, _ = corrected
    again, _ = go_on(mine, labels, tmp_path / "model")
    assert again.version == result.version


def test_rows_are_carried_over_by_id(mine):
    base = read_base(str(mine.base))
    mine_ = base.model.labels
    kept = [place for place, role in enumerate(mine_.roles) if role != "qa"][::-1]
    space = LabelSpace(
        roles=("test_engineer_of_chips", *(mine_.roles[place] for place in kept)),
        role_categories=("development", *(mine_.role_categories[place] for place in kept)),
        industries=(*mine_.industries[1:], "space_travel"),
    )
    carried = carried_over(base, space)
    old = carried_over(base, mine_)
    assert np.array_equal(carried.role.weight[1:].detach(), old.role.weight[kept].detach())
    development = [place for place, category in enumerate(mine_.role_categories) if category == "development"]
    assert carried.role.weight[0].detach() == pytest.approx(old.role.weight[development].mean(dim=0).detach(), abs=1e-6)
    assert carried.role.bias[0].item() == pytest.approx(old.role.bias[development].mean().item() - 2, abs=1e-5)
    assert np.array_equal(carried.industry.weight[:-1].detach(), old.industry.weight[1:].detach())
    head, before = carried_ai_head(base, space), base.ai_head
    first = len(before.hidden) - len(mine_.roles)
    assert np.array_equal(head.hidden[:first], before.hidden[:first])
    assert not head.hidden[first].any()
    assert np.array_equal(head.hidden[first + 1 :], before.hidden[first:][kept])


def test_many_labels_choose_temperatures_and_thresholds(mine, tmp_path):
    labels = tmp_path / "labels"
    labels.mkdir()
    lines = [
        json.dumps({"id": one, "role": role, "industry": "games", "ai": "none"})
        for role in POSTINGS
        if role != NEW
        for one in mine.labelled[role] + mine.others[role]
    ]
    (labels / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert len(lines) >= 300
    result, told = go_on(mine, labels, tmp_path / "model")
    metadata = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert metadata["temperatures_and_thresholds"] == "chosen on the folds"
    assert metadata["temperatures"] != load_model(mine.base).temperatures
    assert any("chosen on the folds" in line for line in told)
    assert result.metrics["continued, industry_accuracy"] == 1.0


def test_postings_of_the_measuring_set_are_neither_learnt_nor_replayed(mine, tmp_path):
    labels = write_labels(tmp_path / "labels", {"sales": mine.labelled["sales"]})
    held = {"id": mine.others["java"][0], "role": "java", "industry": "unknown", "ai": "none"}
    (labels / "dev.jsonl").write_text(json.dumps(held) + "\n", encoding="utf-8")
    go_on(mine, labels, tmp_path / "model")
    metadata = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert metadata["postings_left_out"] > 1  # copies too
    assert metadata["postings_replayed"] == metadata["postings_used"] - len(mine.labelled["sales"])


def wrong_bases(root, tiny):
    hugging_face = root / "bert"
    hugging_face.mkdir()
    (hugging_face / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    damaged = root / "damaged"
    shutil.copytree(tiny, damaged)
    (damaged / "model.onnx").write_bytes(b"not what was written")
    return {"none": root / "none", "bert": hugging_face, "damaged": damaged}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none", "is no model folder .it has no model.json.. Name a folder that `jobatlas train` wrote, or shipped"),
        ("bert", 'is a Hugging Face model, a base for settings of kind = "encoder"'),
        ("damaged", "does not match its hash"),
    ],
)
def test_a_wrong_base_says_why(mine, tmp_path, name, message):
    base = wrong_bases(tmp_path, mine.base)[name]
    with pytest.raises(JobAtlasError, match=message):
        go_on(mine, tmp_path / "labels", tmp_path / "model", base=base)
    assert not (tmp_path / "model").exists()


def test_the_example_settings_are_readable_and_shipped_names_the_packaged_model():
    config = read_config(Path(__file__).parents[2] / "examples" / "train-continued.toml")
    assert config.name == "mine"
    assert config.continued == ContinuedConfig()  # the example shows the defaults
    assert model_folder(SHIPPED) == PACKAGED_MODEL
