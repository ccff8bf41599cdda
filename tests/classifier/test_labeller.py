import json
import shutil
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from classifier.labeller import Labeller
from classifier.labels import LabelSpace
from classifier.model import PACKAGED_MODEL, load_model
from classifier.ngram_input import CHARACTERS_AT_A_TIME
from postings.schema import LABEL_NAMES, LABELS, labelled_text
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

# Written for this test, one per line: title, description, acceptable roles, category.
PLAIN_POSTINGS = [
    (
        "Java开发工程师",
        "负责订单中心的后端开发，使用Spring Boot和MySQL；熟悉JVM、多线程，有微服务经验。",
        {"java", "backend"},
        "development",
    ),
    (
        "Web前端工程师",
        "用Vue3和TypeScript开发中后台页面，封装公共组件，优化页面性能；熟悉HTML、CSS、浏览器原理。",
        {"frontend"},
        "development",
    ),
    (
        "大模型算法工程师",
        "负责大语言模型的预训练、SFT和RLHF，构建指令数据与评测体系；熟悉Transformer，掌握PyTorch和DeepSpeed。",
        {"llm_algorithm"},
        "algorithm",
    ),
    (
        "数据标注员",
        "根据标注规则对自动驾驶图片进行拉框、分类标注，保证准确率；高中以上学历，细心，熟练操作电脑。",
        {"data_annotator"},
        "annotation",
    ),
    (
        "UI设计师",
        "负责App与小程序的界面视觉设计，输出设计规范和切图；熟练使用Figma、Photoshop，有作品集。",
        {"ui_ux_designer"},
        "design",
    ),
    (
        "AI产品经理",
        "负责智能客服大模型产品的规划与落地，撰写PRD，跟进算法效果；三年以上产品经验，懂Agent与RAG。",
        {"ai_product_manager"},
        "product_manager",
    ),
    (
        "大客户销售经理",
        "开拓企业客户，完成销售指标和回款；维护客户关系，参与商务谈判与招投标。",
        {"sales", "business_development"},
        "sales_marketing",
    ),
    (
        "嵌入式软件工程师",
        "负责STM32平台的驱动和固件开发，调试SPI、I2C、UART接口；精通C语言，熟悉FreeRTOS。",
        {"embedded"},
        "hardware",
    ),
    (
        "数据分析师",
        "搭建业务指标体系，用SQL和Python分析用户行为，输出专题报告与看板，支持运营决策。",
        {"data_analyst"},
        "data",
    ),
    (
        "会计",
        "负责账务处理、纳税申报、凭证装订和月度报表；会计专业，熟练使用用友、金蝶，有初级会计证。",
        {"administration_finance_legal"},
        "other",
    ),
    (
        "小学数学老师",
        "负责小学数学课程的讲授与备课，与家长沟通学习情况；有教师资格证，普通话标准。",
        {"teacher"},
        "trainer",
    ),
]


def batch_of(**columns):
    return pa.RecordBatch.from_pydict(columns)


@pytest.fixture(scope="module")
def labeller():
    return Labeller.load()


@pytest.fixture(scope="module")
def labelled_plain(labeller):
    batch = batch_of(
        title=[title for title, *_ in PLAIN_POSTINGS], description=[text for _, text, *_ in PLAIN_POSTINGS]
    )
    return labeller.label(batch).to_pylist()


@pytest.mark.parametrize("row", range(len(PLAIN_POSTINGS)))
def test_plain_postings_get_the_role_a_reader_would_give(labelled_plain, row):
    _, _, roles, category = PLAIN_POSTINGS[row]
    found = labelled_plain[row]
    assert found["category"] == category
    assert found["role_candidates"][0]["role"] in roles
    assert found["role"] in roles | {None}
    assert not found["needs_review"]
    assert 0 < found["role_confidence"] <= found["category_confidence"] <= 1


def test_skills_come_with_their_characters(labelled_plain):
    found = labelled_plain[0]
    text = labelled_text(PLAIN_POSTINGS[0][0], PLAIN_POSTINGS[0][1])
    assert {"Java", "MySQL"} <= set(found["skills"])
    spelt = {evidence["skill"]: text[evidence["start"] : evidence["end"]] for evidence in found["skill_evidence"]}
    assert spelt["MySQL"] == "MySQL"
    assert set(spelt) == set(found["skills"])


def test_ai_involvement_of_clear_cases(labelled_plain):
    by_title = {title: row["ai_involvement"] for (title, *_), row in zip(PLAIN_POSTINGS, labelled_plain, strict=True)}
    assert by_title["大模型算法工程师"] == "core"
    assert by_title["AI产品经理"] == "applied"
    assert by_title["会计"] == "none"


def test_label_columns_have_the_types_of_the_schema(labeller):
    batch = batch_of(note=["keep me"], title=["会计"], role=["stale"], extra=[7])
    labelled = labeller.label(batch)
    assert labelled.schema.names == ["note", "title", "extra", *LABEL_NAMES]
    assert [labelled.schema.field(field.name) for field in LABELS] == LABELS
    assert labelled.column("note").to_pylist() == ["keep me"]
    assert labelled.column("role").to_pylist() != ["stale"]
    assert labelled.column("model_version").to_pylist() == [labeller.model_version]


def test_labels_do_not_depend_on_the_batch(labeller):
    titles = [title for title, *_ in PLAIN_POSTINGS] * 150
    texts = [f"{text}第{place}项" for place, text in enumerate([text for _, text, *_ in PLAIN_POSTINGS] * 150)]
    batch = batch_of(title=titles, description=texts)
    first_run = CHARACTERS_AT_A_TIME // 400
    assert 350 * batch.num_rows > CHARACTERS_AT_A_TIME
    together = labeller.label(batch)
    assert together.num_rows == batch.num_rows
    for row in (0, 3, first_run, first_run + 200, batch.num_rows - 1):
        assert labeller.label(batch.slice(row, 1)).to_pylist()[0] == together.slice(row, 1).to_pylist()[0]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_title_alone_is_enough(labeller, kind):
    batch = pa.record_batch([pa.array(["Java开发工程师"], kind), pa.nulls(1)], names=["title", "description"])
    assert labeller.label(batch).to_pylist()[0]["category"] == "development"


@pytest.mark.parametrize(
    ("title", "description"),
    [("", ""), ("！！", None), ("😀", "\x00\x07 …"), ("123", None), ("...", "2024.5 + 10#"), ("①", "１２３")],
)
def test_a_posting_without_a_letter_needs_review(labeller, title, description):
    found = labeller.label(batch_of(title=[title], description=pa.array([description], pa.string()))).to_pylist()[0]
    assert found["needs_review"]
    for name in ("role", "category", "role_confidence", "role_candidates", "ai_involvement", "industry", "domain"):
        assert found[name] is None
    assert found["skills"] == []


@pytest.mark.parametrize("title", ["C", "123 师", "１２３Ａ", "2024 ﬁ", "...é"])
def test_one_letter_is_enough_beside_numbers(labeller, title):
    (found,) = labeller.label(batch_of(title=[title])).to_pylist()
    assert found["category"] is not None


def test_no_postings_give_no_labels(labeller):
    batch = pa.RecordBatch.from_pylist([], schema=pa.schema([("title", pa.string())]))
    assert labeller.label(batch).num_rows == 0


def test_a_posting_of_200_000_characters_is_labelled(labeller):
    text = "负责财务核算和报税。" * 20_000 + "熟悉Kubernetes"
    found = labeller.label(batch_of(title=["会计"], description=[text])).to_pylist()[0]
    assert found["category"] == "other"
    end = len("会计\n") + len(text)
    assert found["skill_evidence"][-1] == {"skill": "Kubernetes", "start": end - len("Kubernetes"), "end": end}
    assert "Kubernetes" in found["skills"]


def test_the_site_names_the_industry_before_the_company_before_the_model(labeller):
    batch = batch_of(
        title=["游戏服务端开发", "游戏服务端开发", "游戏服务端开发"],
        description=["开发手机游戏的服务端"] * 3,
        company=["科大讯飞股份有限公司", "科大讯飞股份有限公司", "星火手游游戏网络有限公司"],
        industry_text=["银行", None, "说不清的行业"],
    )
    site, company, model = labeller.label(batch).to_pylist()
    assert (site["industry"], site["industry_source"], site["industry_confidence"]) == ("banking", "site", None)
    assert site["domain"] == "core_technology"  # a large-model company, whatever its industry
    known = load_taxonomy().company("科大讯飞股份有限公司")
    assert known is not None
    if known.industry is not None:
        assert (company["industry"], company["industry_source"]) == (known.industry, "company")
    assert model["industry"] == "games"
    assert model["industry_source"] == "model"
    assert model["industry_confidence"] >= labeller.model.thresholds.industry
    assert model["domain"] == "mobile_internet"


def test_the_model_speaks_of_an_industry_only_when_sure(labeller):
    found = labeller.label(batch_of(title=["文员"], description=["整理文件"])).to_pylist()[0]
    assert (found["industry"], found["industry_source"], found["industry_confidence"], found["domain"]) == (None,) * 4


def test_roles_below_the_threshold_stay_open(labeller):
    thresholds = labeller.model.thresholds
    vague = ["工程师", "专员", "经理", "实习生", "技术岗", "助理", "开发", "算法研究实习生"]
    for row in labeller.label(batch_of(title=vague)).to_pylist():
        given = row["role_confidence"] >= thresholds.role and row["category_confidence"] >= thresholds.category
        assert (row["role"] is not None) == given
        assert row["needs_review"] == (row["category_confidence"] < thresholds.category)
        assert row["category"] is not None
        if row["role"] is not None:
            assert load_taxonomy().category_of(row["role"]) == row["category"]


def test_a_column_without_titles_is_refused(labeller):
    with pytest.raises(JobAtlasError, match="no column 'title'"):
        labeller.label(batch_of(name=["会计"]))


def test_a_title_of_numbers_is_refused(labeller):
    with pytest.raises(JobAtlasError, match="'title' holds int64"):
        labeller.label(batch_of(title=[1]))


@pytest.fixture
def copied_model(tmp_path):
    return shutil.copytree(PACKAGED_MODEL, tmp_path / "model")


def test_a_changed_model_file_is_refused(copied_model):
    path = copied_model / "model.onnx"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(JobAtlasError, match=r"model\.onnx: does not match its hash"):
        load_model(copied_model)


def test_a_missing_model_is_refused(tmp_path):
    with pytest.raises(JobAtlasError, match="is no model folder"):
        Labeller.load(tmp_path)


@pytest.mark.parametrize("content", ["{", '{"format": 99}', "[]", '{"format": 1}'])
def test_metadata_that_cannot_be_read_is_refused(copied_model, content):
    (copied_model / "model.json").write_text(content, encoding="utf-8")
    with pytest.raises(JobAtlasError, match=r"model\.json: (is not|lacks)"):
        load_model(copied_model)


def test_a_model_for_other_roles_is_refused(copied_model):
    path = copied_model / "model.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    metadata["labels"]["role"][0] = "alchemist"
    path.write_text(json.dumps(metadata), encoding="utf-8")
    with pytest.raises(JobAtlasError, match="another taxonomy \\(role 'alchemist' differs\\)"):
        Labeller.load(copied_model)


def test_roles_in_another_order_are_refused():
    taxonomy = load_taxonomy()
    right = LabelSpace.of_taxonomy(taxonomy)
    wrong = LabelSpace(right.roles[::-1], right.role_categories[::-1], right.industries)
    with pytest.raises(JobAtlasError, match="the order of the role list"):
        wrong.require(taxonomy, "model")


def test_probabilities_are_probabilities(labeller):
    found = labeller.model.probabilities(["会计", "Java"], [None, "后端"], [None, None])
    for head in (found.role, found.ai, found.industry):
        assert np.allclose(head.sum(axis=1), 1)
        assert np.all(head >= 0)


def test_labelling_needs_none_of_the_training_packages():
    program = (
        "import sys\n"
        "for name in ('torch', 'sklearn', 'scipy', 'onnx'): sys.modules[name] = None\n"
        "import pyarrow as pa\n"
        "from classifier.labeller import Labeller\n"
        "import classifier.evaluate\n"
        "print(Labeller.load().label(pa.RecordBatch.from_pydict({'title': ['会计']})).to_pylist()[0]['category'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "other", done.stderr
