import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifier.corpus import copies_of, fold_of, places_of_names, read_corpus, read_label_lines, read_labels
from classifier.labels import LabelSpace
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

SPACE = LabelSpace.of_taxonomy(load_taxonomy())
LONG = "负责公司核心交易平台的设计与开发并保证系统稳定运行持续改进代码质量参与技术方案评审指导新人解决线上问题" * 2


def write_corpus(folder, rows, titles_only=None):
    pq.write_table(pa.Table.from_pylist(rows), folder / "postings.parquet")
    if titles_only:
        pq.write_table(pa.Table.from_pylist(titles_only), folder / "postings_without_description.parquet")
    return read_corpus(folder)


def posting(posting_id, title="后端开发", company="甲公司", description="写代码", **more):
    return {"id": posting_id, "title": title, "company": company, "description": description, **more}


def test_both_files_are_read_and_missing_columns_are_empty(tmp_path):
    corpus = write_corpus(
        tmp_path,
        [posting("a", category_label="Java，Python", tags=["SQL"], industry="互联网")],
        [{"id": "b", "title": "会计"}],
    )
    assert corpus.ids == ["a", "b"]
    assert corpus.described == 1
    assert corpus.descriptions == ["写代码", ""]
    assert corpus.site_categories == [["java", "python"], []]
    assert corpus.tags == [["SQL"], []]
    assert corpus.site_industries == ["互联网", ""]
    assert set(corpus.hashes) == {"postings.parquet", "postings_without_description.parquet"}


def test_copies_of_the_measured_are_found(tmp_path):
    corpus = write_corpus(
        tmp_path,
        [
            posting("held", "后端开发", "甲公司", LONG + "一"),
            posting("same post", "后端开发(急)1", "甲公司!", "另一段文字"),
            posting("same title elsewhere", "后端开发", "乙公司", "写别的代码"),
            posting("same post spelt otherwise", "【后端】开发", "甲公司", "第三段文字"),
            posting("same text", "服务端", "丙公司", LONG.replace("平台", " 平台，") + "一"),
            posting("same opening", "服务端", "丁公司", LONG + "二三四"),
            posting("other", "会计", "戊公司", "做账"),
        ],
    )
    # "后端开发(急)" has one letter more than the title: another post of the company.
    assert copies_of(corpus, ["held"]).tolist() == [True, False, False, True, True, True, False]


def test_folds_keep_companies_together_but_part_the_giants(tmp_path):
    small = [posting(f"s{place}", f"岗位{place}", f"公司{place % 30}") for place in range(90)]
    giant = [posting(f"g{place}", f"职位{place % 25}", "巨人") for place in range(50)]
    corpus = write_corpus(tmp_path, small + giant)
    folds = fold_of(corpus, range(140), 4)
    assert set(folds.tolist()) == {0, 1, 2, 3}
    for company in range(30):
        assert len({int(folds[place]) for place in range(90) if place % 30 == company}) == 1
    assert len(set(folds[90:].tolist())) > 1
    assert all(folds[90 + place] == folds[90 + place + 25] for place in range(25))


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path, [posting("a"), posting("b")])


def label(**changes):
    row = {
        "id": "a",
        "role": "java",
        "alt": "backend",
        "industry": "games",
        "ai": "none",
        "skills": ["Java"],
        "sure": 2,
    }
    return json.dumps(row | changes)


def test_labels_become_indices(corpus, tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text(f"{label()}\n{label(id='b', alt=None, industry='unknown')}\n", encoding="utf-8")
    labels = read_labels(path, corpus, SPACE)
    assert labels.postings.tolist() == [0, 1]
    assert [SPACE.roles[role] for role in labels.role] == ["java", "java"]
    assert labels.alternative.tolist() == [SPACE.roles.index("backend"), -1]
    assert labels.industry.tolist() == [SPACE.industries.index("games"), -1]
    assert labels.skills == [{"Java"}, {"Java"}]
    assert labels.sure.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (label(role="astronaut"), "line 1: role = 'astronaut' is not known"),
        (f"{label()}\n{label(id='nowhere')}", "line 2: id = 'nowhere' is not known"),
        (label(ai="deep"), "ai = 'deep'"),
        (f"{label()}\n{{", "line 2: is not JSON"),
        ("[1]", "line 1: is not a JSON object"),
        ("", "holds no labels"),
        (label(sure=0), "line 1: sure = 0 must be one of"),
        (label(sure="high"), "sure = 'high' must be one of"),
        (label(sure=None), "sure = None must be one of"),
        (label(skills=None), "skills = None must be a list of names"),
        (label(skills=[1]), "must be a list of names"),
        (label(role=["java"]), r"role = \['java'\] is not known"),
        (label(id=["a"]), r"id = \['a'\] is not known"),
        (label(alt={"java": 1}), "alt = {'java': 1} is not known"),
        (f"{label()}\n\n{label()}", "line 2: is not JSON"),
    ],
)
def test_wrong_labels_name_the_line(corpus, tmp_path, content, message):
    path = tmp_path / "labels.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(JobAtlasError, match=message):
        read_labels(path, corpus, SPACE)


def test_only_line_breaks_part_the_lines_of_a_label_file(corpus, tmp_path):
    path = tmp_path / "labels.jsonl"
    odd = [label(missing=[f"点{character}胶"], id=name) for name, character in (("a", "\u2028"), ("b", "\x85"))]
    decoded = [json.dumps(json.loads(line), ensure_ascii=False) for line in odd]
    path.write_bytes("\r\n".join(decoded).encode())
    assert read_labels(path, corpus, SPACE).postings.tolist() == [0, 1]
    assert [row["missing"] for row in read_label_lines(path)] == [["点\u2028胶"], ["点\x85胶"]]


def test_an_id_without_its_source_counts_where_one_posting_has_it(tmp_path):
    corpus = write_corpus(tmp_path, [posting("zhipin:1"), posting("liepin:1"), posting("liepin:2"), posting("2")])
    names = ["1", "2", "liepin:1", "liepin:2", "liepin:3", "", "liepin"]
    assert places_of_names(corpus.ids, names) == {"2": 3, "liepin:1": 1, "liepin:2": 2}
    assert places_of_names(corpus.ids[:3], names) == {"2": 2, "liepin:1": 1, "liepin:2": 2}
    path = tmp_path / "labels.jsonl"
    path.write_text(label(id="1"), encoding="utf-8")
    with pytest.raises(JobAtlasError, match="id = '1' is not known"):
        read_labels(path, corpus, SPACE)


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("id", [1, 2], "'id' holds int64, not text"),
        ("description", [1.5, None], "'description' holds double, not text"),
        ("tags", ["SQL，Java", None], "'tags' holds string, not lists of text"),
        ("tags", [[1], None], "'tags' holds list<.*int64>, not lists of text"),
    ],
)
def test_a_column_of_another_kind_says_so(tmp_path, column, values, message):
    rows = [posting(name) | {column: value} for name, value in zip("ab", values, strict=True)]
    with pytest.raises(JobAtlasError, match=message):
        write_corpus(tmp_path, rows)


def test_columns_of_nothing_and_of_repeated_texts_are_read(tmp_path):
    table = pa.Table.from_pylist([posting("a", tags=None, industry=None), posting("b", tags=[], industry=None)])
    at = table.schema.get_field_index("title")
    pq.write_table(table.set_column(at, "title", table["title"].dictionary_encode()), tmp_path / "postings.parquet")
    corpus = read_corpus(tmp_path)
    assert (corpus.titles, corpus.tags, corpus.site_industries) == (["后端开发"] * 2, [[], []], ["", ""])


def test_a_file_that_is_no_parquet_says_so(tmp_path):
    (tmp_path / "postings.parquet").write_bytes(b"PAR")
    with pytest.raises(JobAtlasError, match="cannot be read as Parquet"):
        read_corpus(tmp_path)


def test_a_file_without_ids_says_so(tmp_path):
    with pytest.raises(JobAtlasError, match="has no column 'id'"):
        write_corpus(tmp_path, [{"title": "会计"}])


def test_category_sums_follow_the_taxonomy():
    role = np.zeros((1, len(SPACE.roles)))
    role[0, [SPACE.roles.index("java"), SPACE.roles.index("backend"), SPACE.roles.index("sales")]] = 0.3, 0.3, 0.4
    sums = dict(zip(SPACE.categories, SPACE.category_sums(role)[0], strict=True))
    assert sums["development"] == pytest.approx(0.6)
    assert sums["sales_marketing"] == pytest.approx(0.4)
