"""Copies marked in datasets and files: which, of what, of which kind, and never twice differently."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postings.dataset import Dataset, open_postings
from postings.duplicates.mark import mark_duplicates
from postings.export import write_postings
from postings.normalise import normalise
from postings.schema import DUPLICATE_MARKS, POSTING_SCHEMA
from taxonomy.errors import JobAtlasError

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
INTRODUCTION = (
    "云岭科技成立于二〇一四年，总部在杭州，在全国有九个研发中心，服务三千家制造企业。我们提供六险一金、弹性上下班、"
    "每年两次体检、带薪年假十五天、下午茶、健身房和购房免息借款，欢迎每一位热爱技术的同学加入我们一起成长。"
)
TRAINING = (
    "负责千卡集群上的大模型预训练，设计数据配比和课程；实现并行策略，排查训练中断与损失尖峰；编写评测脚本，跟踪模型在"
    "数学、代码和长文本上的能力变化；与推理团队一起把模型量化到八位并保持精度；要求熟悉PyTorch和Megatron，有百亿参数以上训练经验。"
)
CATERING = (
    "负责园区食堂的菜单安排和食材采购，核对每日库存，控制损耗；组织厨师按营养师的建议配餐，收集员工意见并每周改进；"
    "检查后厨卫生与留样，配合市场监管部门的抽查；要求有团餐管理经验三年以上，持健康证，能接受早班。"
)
TESTING = (
    "编写车载语音助手的测试方案，搭建自动化回归环境，维护三十个方言的测试语料；在实车上复现用户反馈的唤醒失败，定位到麦克风、"
    "降噪或识别模块；输出每周质量报告，推动缺陷关闭；要求熟悉Python和CAN总线，能出差到整车厂。"
)


def posting(
    number, *, title="大模型训练工程师", company="云岭科技有限公司", text=TRAINING, city="杭州", pay="30-50K", **more
):
    source = more.pop("source", "demo")
    seen = more.pop("seen", DAY)
    return normalise(
        {
            "posting_id": f"{source}:{number}",
            "source": source,
            "source_id": str(number),
            "title": title,
            "company": company,
            "description": text,
            "city_text": city,
            "salary_text": pay,
            "first_seen": seen,
            "last_seen": more.pop("last_seen", seen),
            **more,
        },
        None,
    )


def dataset(folder, postings, parts=2):
    data = Dataset(folder)
    postings = sorted(postings, key=lambda record: record["source"])
    for source, group in itertools.groupby(postings, key=lambda record: record["source"]):
        records = list(group)
        for part in range(parts):
            if records[part::parts]:
                data.write_part(source, DAY.date(), f"part-a-{part}", records[part::parts])
    return data


def marks_of(view):
    rows = view.to_pandas(["posting_id", *DUPLICATE_MARKS]).to_dict("records")
    return {
        row["posting_id"]: (row["duplicate_of"], row["duplicate_kind"])
        for row in rows
        if isinstance(row["duplicate_of"], str)
    }


def marked(tmp_path, *postings):
    data = dataset(tmp_path / "data", postings)
    counts = mark_duplicates(data.root)
    marks = marks_of(data)
    assert counts.postings == data.count() == counts.unmarked + counts.kinds.total()
    assert counts.kinds.total() == len(marks)
    assert not {of for of, _ in marks.values()} & set(marks), "a representative is marked itself"
    return marks


def test_the_same_text_under_a_new_id_is_a_full_copy(tmp_path):
    other_form = "岗位职责：\n1、" + TRAINING.replace("；", "；\n2、").replace("，", ",")
    marks = marked(tmp_path, posting(1), posting(2, text=other_form, title="大模型 训练工程师"))
    assert marks == {"demo:2": ("demo:1", "full")}


def test_a_changed_word_on_another_site_is_a_near_copy(tmp_path):
    changed = TRAINING.replace("千卡集群", "万卡集群")
    marks = marked(tmp_path, posting(1), posting(7, text=changed, company="云岭科技（杭州）", source="board"))
    assert marks == {"demo:1": ("board:7", "near")}


def test_a_text_cut_short_is_a_near_copy(tmp_path):
    text = TRAINING + CATERING
    assert marked(tmp_path, posting(1, text=text), posting(2, text=text[:110])) == {"demo:2": ("demo:1", "near")}


@pytest.mark.parametrize(
    ("days", "kind"), [(3, "full"), (13, "full"), (14, "repost"), (200, "repost"), (365, "repost"), (366, None)]
)
def test_a_copy_that_comes_later_is_a_repost_until_it_is_a_new_vacancy(tmp_path, days, kind):
    marks = marked(tmp_path, posting(1), posting(2, seen=DAY + timedelta(days=days)))
    assert marks == ({"demo:2": ("demo:1", kind)} if kind else {})


def test_a_copy_beside_a_posting_that_is_still_seen_is_no_repost(tmp_path):
    later = DAY + timedelta(days=40)
    marks = marked(tmp_path, posting(1, last_seen=later + timedelta(days=2)), posting(2, seen=later))
    assert marks == {"demo:2": ("demo:1", "full")}


def test_days_of_publication_count_before_days_of_sight(tmp_path):
    marks = marked(
        tmp_path, posting(1, published_on=date(2026, 1, 5)), posting(2, published_on=date(2026, 2, 20), seen=DAY)
    )
    assert marks == {"demo:2": ("demo:1", "repost")}


@pytest.mark.parametrize("company", ["某知名人工智能公司", "晨光人力资源有限公司", "海石软件有限公司"])
def test_the_same_text_under_another_company_is_an_agency_copy(tmp_path, company):
    changed = TRAINING + "薪资面谈，五险一金。"
    marks = marked(tmp_path, posting(1), posting(2, company=company, text=changed, seen=DAY + timedelta(days=1)))
    assert marks == {"demo:2": ("demo:1", "agency")}


@pytest.mark.parametrize(
    "other",
    [
        {"city": "上海"},
        {"title": "食堂主管"},
        {"title": "大模型训练工程师（合肥）"},
        {"title": "高级大模型训练工程师", "pay": "60-90K"},
        {"pay": "60-90K", "experience_text": "5-10年"},
        {"company": "海石软件有限公司", "city": None},
        {"company": "海石软件有限公司", "pay": "80-99K"},
    ],
    ids=["city", "job", "place in the title", "rank", "pay and years", "unknown city", "pay at another company"],
)
def test_equal_texts_of_different_vacancies_are_no_copies(tmp_path, other):
    first = posting(1, title="大模型训练工程师（北京）" if "合肥" in other.get("title", "") else "大模型训练工程师")
    first["experience"] = "3-5年"
    assert marked(tmp_path, first, posting(2, **other)) == {}


def test_what_a_company_says_in_all_its_postings_makes_no_copies(tmp_path):
    short = "要求有相关经验，认真负责，服从安排，能适应倒班。"
    titles = ["数据标注员", "数据录入员", "数据审核员", "数据整理员", "数据质检员"]
    postings = [posting(n, title=title, text=INTRODUCTION + short) for n, title in enumerate(titles)]
    postings += [posting(8, title="数据标注员", text=INTRODUCTION + TRAINING)]
    postings += [posting(9, title="数据标注员", text=INTRODUCTION + CATERING)]
    assert marked(tmp_path, *postings) == {}


def test_short_phrases_that_everyone_uses_make_no_copies_across_companies(tmp_path):
    text = "要求责任心强，吃苦耐劳，服从安排。"
    assert (
        marked(tmp_path, posting(1, text=text, title="普工"), posting(2, text=text, title="普工", company="海石软件"))
        == {}
    )


def test_postings_without_text_are_copies_only_when_all_else_is_stated_and_equal(tmp_path):
    marks = marked(
        tmp_path,
        posting(1, text=None),
        posting(2, text=None),
        posting(3, text=None, pay=None),
        posting(4, text=None, city=None),
        posting(5, text=None, pay="50-80K"),
        posting(6, text=TESTING),
    )
    assert marks == {"demo:2": ("demo:1", "full")}


def test_the_representative_is_seen_first_then_says_most_then_has_the_smallest_id(tmp_path):
    marks = marked(
        tmp_path,
        posting(1),
        posting(2, seen=DAY - timedelta(days=2)),
        posting(3, seen=DAY - timedelta(days=2), experience_text="3-5年"),
        posting(4, seen=DAY - timedelta(days=2), experience_text="3-5年"),
    )
    assert {of for of, _ in marks.values()} == {"demo:3"}
    assert set(marks) == {"demo:1", "demo:2", "demo:4"}


def test_a_posting_without_city_does_not_join_two_cities(tmp_path):
    marks = marked(tmp_path, posting(1), posting(2, city=None), posting(3, city="上海"))
    assert marks == {"demo:2": ("demo:1", "full")}


def test_evidence_says_how_alike_and_what_agrees(tmp_path):
    changed = TRAINING.replace("千卡集群", "万卡集群")
    marked(tmp_path, posting(1), posting(2, text=changed, seen=DAY + timedelta(days=30), pay="35-50K"))
    frame = Dataset(tmp_path / "data").to_pandas(["posting_id", "duplicate_evidence"]).set_index("posting_id")
    evidence = json.loads(frame.loc["demo:2", "duplicate_evidence"])
    assert 0.8 < evidence.pop("similarity") < 1
    assert evidence == {"days_apart": 30, "agrees": ["title", "company", "city", "source"]}


def test_all_versions_of_a_posting_are_marked_and_a_changed_text_loses_the_mark(tmp_path):
    data = dataset(tmp_path / "data", [posting(1), posting(2)])
    data.write_part("demo", DAY.date(), "part-b-1", [posting(2, pay="35-55K", seen=DAY + timedelta(days=1))])
    assert mark_duplicates(data.root).kinds == {"full": 1}
    versions = pa.Table.from_batches(data.versions(["posting_id", "duplicate_of"])).to_pylist()
    assert [row["duplicate_of"] for row in versions if row["posting_id"] == "demo:2"] == ["demo:1", "demo:1"]
    data.write_part("demo", DAY.date(), "part-c-1", [posting(2, text=TESTING, seen=DAY + timedelta(days=2))])
    assert mark_duplicates(data.root).unmarked == 2
    assert marks_of(data) == {}


def test_a_second_run_writes_nothing_and_one_after_a_crawl_keeps_the_marks(tmp_path):
    data = dataset(tmp_path / "data", [posting(1), posting(2), posting(3, text=TESTING)])
    assert mark_duplicates(data.root).written == 1
    before = {part.path: part.path.read_bytes() for part in data.parts()}
    again = mark_duplicates(data.root)
    assert (again.written, again.files) == (0, 2)
    assert {part.path: part.path.read_bytes() for part in data.parts()} == before
    data.write_part("demo", DAY.date(), "part-b-1", [posting(4, seen=DAY + timedelta(days=3))])
    assert mark_duplicates(data.root).written == 1
    assert marks_of(data) == {"demo:2": ("demo:1", "full"), "demo:4": ("demo:1", "full")}


def test_other_columns_and_labels_stay_as_they_are(tmp_path):
    data = Dataset(tmp_path / "data")
    table = pa.Table.from_pylist([posting(1) | {"role": "llm"}, posting(2)], POSTING_SCHEMA)
    data.write_part("demo", DAY.date(), "part-a-1", table.append_column("批次", pa.array(["甲", "乙"])))
    before = data.to_pandas().drop(columns=list(DUPLICATE_MARKS))
    mark_duplicates(data.root)
    assert data.to_pandas().drop(columns=list(DUPLICATE_MARKS)).equals(before)


def test_a_single_file_is_marked_row_by_row(tmp_path):
    path = tmp_path / "labelled.parquet"
    records = [posting(1), posting(2), posting(1), posting(3, text=TESTING)]
    write_postings([pa.RecordBatch.from_pylist(records, POSTING_SCHEMA)], path)
    counts = mark_duplicates(path)
    assert (counts.postings, counts.unmarked, counts.written, counts.files) == (4, 2, 1, 1)
    frame = open_postings(path).to_pandas(["posting_id", "duplicate_of"])
    assert frame["duplicate_of"].isna().tolist() == [True, False, False, True]
    assert set(frame["duplicate_of"].dropna()) == {"demo:1"}
    assert mark_duplicates(path).written == 0


def test_files_from_before_the_evidence_read_as_null_and_are_marked(tmp_path):
    path = tmp_path / "old.parquet"
    old = pa.Table.from_pylist([posting(1), posting(2)], POSTING_SCHEMA).drop_columns(["duplicate_evidence"])
    pq.write_table(old, path)
    assert open_postings(path).to_pandas(["duplicate_evidence"])["duplicate_evidence"].isna().all()
    assert mark_duplicates(path).kinds == {"full": 1}
    assert pq.read_schema(path).names == POSTING_SCHEMA.names


def test_an_empty_file_and_what_is_no_dataset(tmp_path):
    path = tmp_path / "empty.parquet"
    pq.write_table(POSTING_SCHEMA.empty_table(), path)
    assert mark_duplicates(path).postings == 0
    with pytest.raises(JobAtlasError, match="holds no postings"):
        mark_duplicates(tmp_path)
    with pytest.raises(JobAtlasError, match="does not exist"):
        mark_duplicates(tmp_path / "nothing")


DRAWN = st.lists(
    st.builds(
        dict,
        title=st.sampled_from(["大模型训练工程师", "高级大模型训练工程师", "大模型工程师", "测试工程师"]),
        company=st.sampled_from(["云岭科技", "云岭科技有限公司", "某大型科技公司", "海石软件", None]),
        text=st.sampled_from([TRAINING, TRAINING[:90], TRAINING + CATERING, TESTING, INTRODUCTION + TESTING, None]),
        city=st.sampled_from(["杭州", "上海", None]),
        pay=st.sampled_from(["30-50K", "35-50K", "60-90K", None]),
        days=st.sampled_from([0, 5, 20, 400]),
        source=st.sampled_from(["demo", "board"]),
    ),
    min_size=2,
    max_size=9,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DRAWN, st.randoms(use_true_random=False))
def test_marks_do_not_depend_on_the_order_of_rows_or_on_the_run(tmp_path_factory, drawn, random):
    records = [
        posting(number, **{**values, "seen": DAY + timedelta(days=values["days"])} | {"days": None})
        for number, values in enumerate(drawn)
    ]
    folder = tmp_path_factory.mktemp("order")
    one = dataset(folder / "one", records)
    mark_duplicates(one.root)
    shuffled = random.sample(records, len(records))
    two = dataset(folder / "two", shuffled, parts=3)
    mark_duplicates(two.root)
    assert marks_of(one) == marks_of(two)
    assert mark_duplicates(one.root).written == 0
    marks = marks_of(one)
    assert not {of for of, _ in marks.values()} & set(marks)
