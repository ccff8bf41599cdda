import csv
import json
from contextlib import suppress
from copy import deepcopy
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from label_studio_answers import RECORDED, flattened, recorded

from classifier.corpus import read_label_lines
from classifier.review.answers import Answer, AnswerReader, RejectedAnswerError, split_names
from classifier.review.bring_in import bring_in
from classifier.review.label_studio_export import read_label_studio
from classifier.review.missing import MissingTerm
from classifier.review.sheet import ACCEPT, HEADINGS, read_sheet, write_sheet
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

TODAY = date(2026, 11, 22)


def answer(**given):
    fields = {"file": "a.csv", "row": 2, "posting_id": "a:1", "role": "Java", "ai": "无关"}
    return Answer(**(fields | given))


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def accounted(result):
    assert result.answers == result.labels + result.rejects.count + result.skipped.total()
    return result


@pytest.mark.parametrize("name", ["project.json", "project-min.json"])
def test_an_export_of_the_real_converter_becomes_labels(name, tmp_path):
    labels, rejects, disagreements = (tmp_path / file for file in ("l.jsonl", "rejects.csv", "disagreements.csv"))
    result = accounted(
        bring_in([RECORDED / name], labels, today=TODAY, rejects_path=rejects, disagreements_path=disagreements)
    )
    # The form JSON_MIN leaves out skipped tasks.
    assert result.answers == (10 if name == "project.json" else 9)
    assert result.labels == 5
    assert result.rejects.count == 2
    assert result.skipped["skipped by the annotator"] == (1 if name == "project.json" else 0)
    assert result.skipped["not answered"] == 1
    assert result.agreement.pairs == 2
    assert result.agreement.same == {"role": 1, "industry": 2, "ai": 2}
    shown = list(csv.reader(disagreements.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[1] for row in shown[1:]] == ["1", "b@example.org"]
    assert {row[2] for row in shown[1:]} >= {"trainer"}
    assert "the annotators disagree" in rejects.read_text(encoding="utf-8-sig")
    written = lines_of(labels)
    first = written[0]
    assert first["annotator"] == "1+b@example.org"
    assert first["missing"] == ["QNNPACK", "Winograd"]
    assert first["date"] == "2026-11-21"
    assert {line["round"] for line in written} == {2}
    assert all(line["sure"] == 2 for line in written)
    assert [line["missing"] for line in written if line["id"] != first["id"]].count(["点胶"]) == 1
    assert all(line["drawn"] in {"random", "margin", "rare"} for line in written)
    skills = {skill.name for skill in load_taxonomy().skills}
    assert all(set(line["skills"]) <= skills for line in written)
    assert any(line["skills"] for line in written)


def test_both_forms_of_an_export_say_the_same(tmp_path):
    files = []
    for name in ("project.json", "project-min.json"):
        files.append(tmp_path / f"{name}l")
        bring_in([RECORDED / name], files[-1], today=TODAY)
    assert lines_of(files[0]) == lines_of(files[1])


def test_the_flat_form_of_these_tests_is_the_converters():
    assert flattened(recorded("project.json")) == recorded("project-min.json")


def test_importing_again_adds_nothing(tmp_path):
    labels = tmp_path / "train.jsonl"
    bring_in([RECORDED / "project.json"], labels, today=TODAY)
    before = labels.read_bytes()
    for name in ("project.json", "project-min.json"):
        again = accounted(bring_in([RECORDED / name], labels, today=date(2027, 1, 1)))
        assert again.labels == 0
        assert again.skipped["in the label file already"] == 5
    assert labels.read_bytes() == before


def test_an_annotator_who_returns_to_an_earlier_answer_is_heard(tmp_path):
    labels = tmp_path / "l.jsonl"

    def answer_on(day, role):
        filled = sheet(tmp_path / "a.csv", [{"岗位": role, "标注人": "甲", "日期": day}])
        save_utf8(tmp_path / "a.csv", filled)
        return accounted(bring_in([tmp_path / "a.csv"], labels, today=TODAY))

    for day, role in (("2026-11-01", "Java"), ("2026-11-02", "Python"), ("2026-11-03", "Java")):
        assert answer_on(day, role).labels == 1
    # The files of the first two days once more: they are older than what the annotator said last.
    for day, role in (("2026-11-01", "Java"), ("2026-11-02", "Python"), ("2026-11-03", "Java")):
        assert answer_on(day, role).skipped["in the label file already"] == 1
    assert [line["role"] for line in lines_of(labels)] == ["java", "python", "java"]
    # Without a day an answer is of today.
    assert answer_on("", "Python").labels == 1
    assert lines_of(labels)[-1]["date"] == TODAY.isoformat()


def test_an_answer_of_another_annotator_does_not_bring_an_old_one_back(tmp_path):
    labels = tmp_path / "l.jsonl"
    for by, role, added in (("甲", "Java", 1), ("乙", "Python", 1), ("甲", "Java", 0), ("乙", "Python", 0)):
        save_utf8(tmp_path / "a.csv", sheet(tmp_path / "a.csv", [{"岗位": role, "标注人": by, "日期": ""}]))
        assert bring_in([tmp_path / "a.csv"], labels, today=TODAY).labels == added
    assert [line["role"] for line in lines_of(labels)] == ["java", "python"]


@pytest.mark.parametrize("form", [list, flattened], ids=["JSON", "JSON_MIN"])
def test_an_annotation_is_as_old_as_its_last_edit(form, tmp_path):
    tasks = recorded("project.json")
    tasks[4]["annotations"][0]["updated_at"] = "2026-11-29T08:00:00.000000Z"
    tasks[5]["annotations"][0]["updated_at"] = None
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(form(tasks)), encoding="utf-8")
    days = {found.posting_id: found.day for found in read_label_studio(path)}
    assert days[tasks[4]["data"]["posting_id"]] == date(2026, 11, 29)
    assert days[tasks[5]["data"]["posting_id"]] == date(2026, 11, 21)


@pytest.mark.parametrize("form", [list, flattened], ids=["JSON", "JSON_MIN"])
def test_odd_characters_of_a_term_do_not_spoil_the_label_file(form, tmp_path):
    tasks = recorded("project.json")[4:5]
    template = deepcopy(tasks[0]["annotations"][0]["result"][-1])
    terms = ["点\u2028胶", "点\u2029胶", "点\x85胶", "点\ud83d胶", "\ud83d\ude00胶"]
    tasks[0]["annotations"][0]["result"].append(
        template | {"from_name": "missing", "type": "textarea", "value": {"text": terms}}
    )
    tasks[0]["data"]["drawn"] = "mar\udc00gin"
    path, labels = tmp_path / "odd.json", tmp_path / "l.jsonl"
    path.write_text(json.dumps(form(tasks)), encoding="utf-8")
    assert accounted(bring_in([path], labels, today=TODAY)).labels == 1
    (line,) = read_label_lines(labels)
    assert line["missing"][-5:] == ["点\u2028胶", "点\u2029胶", "点\x85胶", "点\ufffd胶", "😀胶"]
    assert line["drawn"] == "mar\ufffdgin"
    assert accounted(bring_in([path], labels, today=TODAY)).skipped["in the label file already"] == 1


def test_lines_are_added_after_what_the_file_has(tmp_path):
    labels = tmp_path / "train.jsonl"
    known = {"id": "dump:written-5", "role": "other_role", "ai": "none", "industry": "unknown", "round": 6}
    labels.write_text(json.dumps(known), encoding="utf-8")  # without a line break at the end
    result = bring_in([RECORDED / "project.json"], labels, today=TODAY)
    written = lines_of(labels)
    assert written[0] == known
    assert len(written) == 1 + result.labels
    assert {line["round"] for line in written[1:]} == {7}
    assert result.revised == sum(line["id"] == known["id"] for line in written[1:])


ROW = {
    "posting_id": "a:1",
    "title": "=cmd|' /C calc'!A0",
    "company": "@某公司",
    "description": '负责后端，\n要求"Java"；会Go',
    "site_category": None,
    "site_tags": None,
    "url": None,
    "role": "java",
    "role_confidence": 0.81,
    "industry": None,
    "ai_involvement": "none",
    "skill_evidence": [{"skill": "Java", "start": 0, "end": 4}, {"skill": "Go", "start": 5, "end": 7}],
    "model_version": "v1-abc",
}
ABOUT = {"posting_id": "a:1", "drawn": "margin", "reasons": "模型拿不准", "words": "+大模型 +1.0", "given": ""}


def sheet(path, rows):
    """A sheet as a reader leaves it: each row the cells that are filled in besides what was exported."""
    written = path.with_name("exported.csv")
    write_sheet(
        written,
        [(ROW | {"posting_id": f"a:{n}"}, ABOUT | {"posting_id": f"a:{n}"}) for n, _ in enumerate(rows)],
        load_taxonomy(),
    )
    with written.open(encoding="utf-8-sig", newline="") as file:
        exported = list(csv.DictReader(file))
    return [row | cells for row, cells in zip(exported, rows, strict=True)]


def save_utf8(path, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, HEADINGS)
        writer.writeheader()
        writer.writerows(rows)


def save_gb18030(path, rows):
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, HEADINGS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def save_excel(path, rows):
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for column, heading in enumerate(HEADINGS):
            page.write_string(0, column, heading)
        for number, row in enumerate(rows, 1):
            for column, heading in enumerate(HEADINGS):
                page.write(number, column, int(row[heading]) if row[heading].isdecimal() else row[heading])


@pytest.mark.parametrize(
    ("name", "save"),
    [("a.csv", save_utf8), ("a.csv", save_gb18030), ("a.xlsx", save_excel)],
    ids=["utf-8", "gbk", "xlsx"],
)
def test_an_edited_sheet_becomes_labels(name, save, tmp_path):
    rows = sheet(
        tmp_path / name,
        [
            {"岗位": ACCEPT},
            {
                "岗位": "大模型算法",
                "第二岗位": "nlp_algorithm",
                "行业": "互联网",
                "AI参与": "core",
                "技能": "pytorch；RAG、Go",
                "缺少的技能词": "QNNPACK",
                "把握": "2",
                "标注人": "小王",
                "日期": "2026/11/3",
            },
            {},
            {"岗位": "大模形算法"},
            {"岗位": ACCEPT, "技能": "Jawa"},
        ],
    )
    save(tmp_path / name, rows)
    result = accounted(bring_in([tmp_path / name], tmp_path / "l.jsonl", today=TODAY, annotator="小李"))
    assert (result.answers, result.labels, result.rejects.count) == (5, 2, 2)
    assert result.skipped["not answered"] == 1
    accepted, changed = lines_of(tmp_path / "l.jsonl")
    assert accepted == {
        "id": "a:0", "role": "java", "alt": None, "industry": "unknown", "ai": "none", "skills": ["Java", "Go"],
        "missing": [], "sure": 3, "round": 2, "annotator": "小李", "date": "2026-11-22", "drawn": "margin",
    }  # fmt: skip
    assert changed == {
        "id": "a:1", "role": "llm_algorithm", "alt": "nlp_algorithm", "industry": "internet", "ai": "core",
        "skills": ["PyTorch", "RAG", "Go"], "missing": ["QNNPACK"], "sure": 2,
        "round": 2, "annotator": "小王", "date": "2026-11-03", "drawn": "margin",
    }  # fmt: skip
    assert [(reject.row, reject.reason) for reject in result.rejects.first] == [
        (5, "no role of the vocabulary ('大模形算法'). Did you mean '大模型算法'?"),
        (6, "no skill of the vocabulary ('Jawa'). Did you mean 'java'?"),
    ]


def test_the_sheet_opens_in_a_spreadsheet_program_and_runs_nothing(tmp_path):
    write_sheet(tmp_path / "a.csv", [(ROW, ABOUT)], load_taxonomy())
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith("\ufeff职位编号,标题".encode())
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["标题"] == "'=cmd|' /C calc'!A0"
    assert row["公司"] == "'@某公司"
    assert row["模型依据的词"] == "'+大模型 +1.0"
    assert row["职位描述"] == ROW["description"]
    assert row["岗位"] == ""
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_the_last_answer_of_an_annotator_counts_and_a_majority_decides(tmp_path):
    rows = [{"岗位": role, "标注人": by, "日期": day} for by, role, day in (
        ("甲", "Java", "2026-11-02"), ("甲", "Python", "2026-11-01"), ("乙", "Java", ""), ("丙", "C++", ""))]  # fmt: skip
    filled = sheet(tmp_path / "a.csv", rows)
    save_utf8(tmp_path / "a.csv", [row | {"职位编号": "a:1"} for row in filled])
    result = accounted(bring_in([tmp_path / "a.csv"], tmp_path / "l.jsonl", today=TODAY))
    (line,) = lines_of(tmp_path / "l.jsonl")
    assert (line["role"], line["annotator"], line["date"]) == ("java", "乙+甲", "2026-11-02")
    assert result.skipped["replaced by a later answer of the same annotator"] == 1
    assert result.skipped["made one label with another annotator's answer"] == 2
    assert result.agreement.pairs == 3
    assert result.agreement.same["role"] == 1
    assert len(result.agreement.disagreements) == 1


@pytest.mark.parametrize(
    ("given_fields", "message"),
    [
        ({"posting_id": ""}, "id is missing"),
        ({"role": "后端开法"}, "Did you mean '后端开发'"),
        ({"role": "xyz"}, r"no role of the vocabulary \('xyz'\)"),
        ({"alternative": "jaava"}, "alternative role.*Did you mean 'java'"),
        ({"industry": "互联罔"}, "Did you mean '互联网'"),
        ({"ai": None}, "AI involvement is missing"),
        ({"ai": "很多"}, "no degree of AI involvement"),
        ({"skills": ("完全不是技能的词",)}, "belongs to the missing terms"),
        ({"sure": "9"}, "no certainty"),
    ],
)
def test_an_answer_that_is_no_label_says_why(given_fields, message):
    with pytest.raises(RejectedAnswerError, match=message):
        AnswerReader(load_taxonomy()).read(answer(**given_fields))


def test_every_id_and_name_of_the_vocabulary_is_read():
    taxonomy = load_taxonomy()
    reader = AnswerReader(taxonomy)
    for role in taxonomy.roles:
        assert {reader.read(answer(role=name)).role for name in (role.id, role.zh, f" {role.zh} ")} == {role.id}
    for industry in taxonomy.industries:
        assert {reader.read(answer(industry=name)).industry for name in (industry.id, industry.zh)} == {industry.id}
    names = tuple(skill.name for skill in taxonomy.skills)
    assert reader.read(answer(skills=names)).skills == names
    assert split_names("；".join(names)) == names
    assert reader.read(answer(role="java", alternative="Java")).alternative is None


BROKEN = {
    "no.json": ("not there", None),
    "a.txt": ("neither an export", b"x"),
    "text.json": ("is not JSON", b"{"),
    "deep.json": ("is not JSON", b"[" * 100_000),
    "object.json": ("not a list of tasks", b"{}"),
    "tasks.json": ("neither annotations nor", b'[{"data": {}}]'),
    "other.csv": ("has no column '职位编号'", "编号,标题\n1,a\n".encode()),
    "empty.csv": ("has no column", b""),
    "binary.csv": ("neither UTF-8 nor GB18030", bytes(range(128, 256)) * 3),
    "broken.xlsx": ("cannot be read as an Excel workbook", b"PK\x03\x04 not a workbook"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_review_is_refused_and_adds_nothing(name, tmp_path):
    message, content = BROKEN[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    labels = tmp_path / "l.jsonl"
    with pytest.raises(JobAtlasError, match=message if content is not None else "cannot be read"):
        bring_in([RECORDED / "project.json", tmp_path / name], labels, today=TODAY)
    assert not labels.exists()


NAMES = st.sampled_from(
    ["annotations", "data", "annotation_id", "result", "value", "from_name", "role", "taxonomy", "choices"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["role", "skills", "Java", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
RESULTS = st.lists(
    st.fixed_dictionaries({}, optional={"from_name": ANYTHING, "value": ANYTHING}) | ANYTHING, max_size=2
)
ANNOTATIONS = st.lists(
    st.fixed_dictionaries({}, optional={"result": RESULTS | ANYTHING, "completed_by": ANYTHING, "created_at": ANYTHING})
    | ANYTHING,
    max_size=2,
)
TASKS = st.fixed_dictionaries(
    {},
    optional={
        "annotations": ANNOTATIONS | ANYTHING,
        "data": ANYTHING | st.just({}),
        "annotation_id": ANYTHING,
        "role": ANYTHING,
        "skills": ANYTHING,
    },
)


def test_terms_that_the_vocabulary_lacks_are_counted_the_most_wanted_first(tmp_path):
    labels = tmp_path / "l.jsonl"
    known = [
        {"id": "b:1", "missing": ["虚构 框架"]},
        {"id": "b:1", "missing": ["虚构  框架", "别的词"]},
        {"id": "b:2", "missing": ["xyzdb"]},
        {"id": "b:3", "missing": ["XYZDB", 5]},
        {"id": "b:4", "missing": "XYZDB"},
        {"id": "b:5"},
    ]
    labels.write_text("".join(json.dumps(line) + "\n" for line in known), encoding="utf-8")
    rows = [
        {"岗位": ACCEPT, "缺少的技能词": terms}
        for terms in ("虚构 框架；XyzDB", "XyzDB、python3", "XyzDB；只此一次", "")
    ]
    save_utf8(tmp_path / "a.csv", sheet(tmp_path / "a.csv", rows))
    result = accounted(bring_in([tmp_path / "a.csv"], labels, today=TODAY))
    # Python is in the vocabulary under this name; 别的词 was not named in this import.
    assert result.missing == [MissingTerm("XyzDB", 3, 5), MissingTerm("虚构 框架", 1, 2), MissingTerm("只此一次", 1, 1)]


@given(ANYTHING | st.lists(TASKS, max_size=2))
def test_any_json_is_answers_or_one_clear_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with suppress(JobAtlasError):
        for found in read_label_studio(path):
            assert isinstance(found, Answer)


def test_a_sheet_with_an_empty_row_keeps_its_row_numbers(tmp_path):
    rows = sheet(tmp_path / "a.csv", [{"岗位": ACCEPT}, dict.fromkeys(HEADINGS, ""), {"岗位": ACCEPT}])
    save_utf8(tmp_path / "a.csv", rows)
    assert [found.row for found in read_sheet(tmp_path / "a.csv")] == [2, 4]
