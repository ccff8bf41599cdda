"""Skills that the site's tags name: with their characters, beside those of the text."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.labeller import Labeller
from classifier.review.label_studio import task
from postings.schema import evidence_text, labelled_text
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

TEXT = "岗位职责：负责商品系统的开发。\n任职要求：精通Java。"


@pytest.fixture(scope="module")
def labeller() -> Labeller:
    return Labeller.load()


def labelled(labeller: Labeller, tags: list[str | None] | None, description: str = TEXT) -> dict[str, object]:
    kind = pa.schema([("title", pa.string()), ("description", pa.string()), ("site_tags", pa.list_(pa.string()))])
    row = {"title": "后端开发", "description": description, "site_tags": tags}
    return labeller.label(pa.RecordBatch.from_pylist([row], kind)).to_pylist()[0]


def test_a_skill_that_only_a_tag_names_is_given_with_its_characters(labeller):
    row = labelled(labeller, ["五险一金", "Redis开发经验", None, "Kubernetes", "java"])
    assert row["skills"] == ["Java", "Redis", "Kubernetes"]
    text = evidence_text(row["title"], row["description"], row["site_tags"])
    spelt = [(found["skill"], text[found["start"] : found["end"]]) for found in row["skill_evidence"]]
    assert spelt == [("Java", "Java"), ("Redis", "Redis"), ("Kubernetes", "Kubernetes"), ("Java", "java")]


@pytest.mark.parametrize("tags", [None, [], ["五险一金", "周末双休"], [None, ""]])
def test_tags_that_name_no_skill_change_nothing(labeller, tags):
    assert labelled(labeller, tags)["skill_evidence"] == labelled(labeller, None)["skill_evidence"]


@pytest.mark.parametrize("tag", ["不接受Redis初学者", "无需Redis", "非Redis方向"])
def test_a_tag_that_begins_with_a_negation_names_nothing(labeller, tag):
    assert labelled(labeller, ["Kubernetes", tag])["skills"] == ["Java", "Kubernetes"]


def test_an_ambiguous_tag_counts_among_tags_of_its_kind(labeller):
    assert "React" not in labelled(labeller, ["React"])["skills"]
    assert "React" in labelled(labeller, ["Vue", "React", "JavaScript"])["skills"]


def test_tags_say_nothing_of_the_role(labeller):
    with_tags, without = labelled(labeller, ["Kubernetes", "会计"]), labelled(labeller, None)
    for name in ("role", "role_confidence", "category", "ai_involvement"):
        assert with_tags[name] == without[name]


@pytest.mark.parametrize("kind", [pa.null(), pa.large_list(pa.large_string())])
def test_other_kinds_of_columns_are_read(labeller, kind):
    tags = pa.nulls(1) if pa.types.is_null(kind) else pa.array([["Kubernetes"]], kind)
    batch = pa.RecordBatch.from_arrays([pa.array(["开发"]), tags], ["title", "site_tags"])
    assert labeller.label(batch).column("skills").to_pylist() == [[] if pa.types.is_null(kind) else ["Kubernetes"]]


def test_lists_that_are_all_empty_have_no_type_and_are_read(labeller):
    batch = pa.RecordBatch.from_pydict({"title": ["Java开发", "开发"], "site_tags": [[], []]})
    assert batch.schema.field("site_tags").type == pa.list_(pa.null())
    assert labeller.label(batch).column("skills").to_pylist() == [["Java"], []]


def test_a_column_that_holds_no_lists_is_refused(labeller):
    batch = pa.RecordBatch.from_pydict({"title": ["开发"], "site_tags": ["Java,Redis"]})
    with pytest.raises(JobAtlasError, match=r"'site_tags' holds string, not lists of texts"):
        labeller.label(batch)


def test_a_reviewer_sees_the_tags_with_their_skills_marked(labeller):
    row = labelled(labeller, ["Redis开发经验", "Kubernetes"]) | {"role": "java", "role_confidence": 0.8}
    shown = task(row | dict.fromkeys(("company", "site_category", "url")), {"posting_id": "a:1"}, load_taxonomy())
    assert shown["data"]["text"].endswith("\nRedis开发经验\nKubernetes")
    marked = [result["value"] for result in shown["predictions"][0]["result"] if result["from_name"] == "skills"]
    assert [(region["labels"], region["text"]) for region in marked] == [
        (["Java"], "Java"),
        (["Redis"], "Redis"),
        (["Kubernetes"], "Kubernetes"),
    ]


_TEXTS = st.none() | st.text(max_size=20)


@given(_TEXTS, _TEXTS, st.none() | st.lists(_TEXTS, max_size=4))
def test_the_labelled_text_begins_the_evidence_text(title, description, tags):
    text = evidence_text(title, description, tags)
    assert text.startswith(labelled_text(title, description))
    assert (text == labelled_text(title, description)) == (not any(tags or []))
