"""Which parts of a dataset are labelled anew: those whose labels another model, confirmer or vocabulary gave."""

import json
import shutil
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifier.labeller import Labeller
from classifier.model import PACKAGED_MODEL
from classifier.skills.confirmer import METADATA_FILE, OWN_CONFIRMER, PACKAGED_CONFIRMER
from jobatlas.cli import run_command_line
from jobatlas.labelling import label_dataset
from postings.dataset import Dataset
from postings.normalise import normalise
from taxonomy.catalogue import DATA_FOLDER, load_taxonomy

ROWS = 3


def records(part):
    return [
        normalise(
            {
                "posting_id": f"test:{part}-{row}",
                "source": "test",
                "source_id": f"{part}-{row}",
                "title": "后端开发工程师",
                "description": f"负责第{row}个系统的接口，熟悉Zorbware和Java",
            },
            None,
        )
        for row in range(ROWS)
    ]


@pytest.fixture
def dataset(tmp_path):
    dataset = Dataset(tmp_path / "data")
    for part in range(2):
        dataset.write_part("test", date(2026, 11, 1), f"part-x-{part}", records(part))
    return dataset


@pytest.fixture
def own_model(tmp_path):
    """A copy of the shipped model, for a confirmer of its own."""
    return shutil.copytree(PACKAGED_MODEL, tmp_path / "model")


def label(dataset, labeller):
    """Rows labelled, rows left as they were."""
    counts = label_dataset(dataset, labeller, lambda _done, _total: None)
    return counts.rows, counts.current


def skills_of(dataset):
    return {skill for row in dataset.to_pandas(["skills"])["skills"] for skill in row}


def test_another_vocabulary_labels_anew_although_the_text_model_is_the_same(dataset, tmp_path):
    folder = shutil.copytree(DATA_FOLDER, tmp_path / "taxonomy")
    packaged = Labeller.load()
    assert label(dataset, packaged) == (2 * ROWS, 0)
    assert "Zorbware" not in skills_of(dataset)
    with (folder / "skills.yaml").open("a", encoding="utf-8") as file:
        file.write("\n  - {name: Zorbware, group: backend}\n")
    wider = Labeller(packaged.model, load_taxonomy(folder), PACKAGED_MODEL)
    assert wider.model_version == packaged.model_version
    assert label(dataset, wider) == (2 * ROWS, 0)
    assert "Zorbware" in skills_of(dataset)
    assert label(dataset, wider) == (0, 2 * ROWS)
    assert set(dataset.to_pandas(["model_version"])["model_version"]) == {packaged.model_version}


@pytest.mark.parametrize("file", ["companies.yaml", "employers.yaml", "industries.yaml", "skill_context.yaml"])
def test_every_file_of_the_vocabulary_that_decides_labels_counts(file, tmp_path):
    folder = shutil.copytree(DATA_FOLDER, tmp_path / "taxonomy")
    assert load_taxonomy(folder).version == load_taxonomy().version
    with (folder / file).open("a", encoding="utf-8") as written:
        written.write("\n# another edition\n")
    assert load_taxonomy(folder).version != load_taxonomy().version


def test_another_confirmer_of_skills_labels_anew(dataset, own_model):
    assert label(dataset, Labeller.load(own_model)) == (2 * ROWS, 0)
    own = shutil.copytree(PACKAGED_CONFIRMER, own_model / OWN_CONFIRMER)
    # The very confirmer of the package gives the very same labels.
    assert label(dataset, Labeller.load(own_model)) == (0, 2 * ROWS)
    metadata = json.loads((own / METADATA_FILE).read_text(encoding="utf-8"))
    metadata |= {"version": "strict-0123456789ab", "thresholds": {"usual": 0.999999, "against": 0.999999}}
    (own / METADATA_FILE).write_text(json.dumps(metadata, ensure_ascii=False), encoding="utf-8")
    assert "Java" in skills_of(dataset)
    assert label(dataset, Labeller.load(own_model)) == (2 * ROWS, 0)
    assert "Java" not in skills_of(dataset)


def test_parts_that_do_not_say_what_labelled_them_are_labelled_anew(dataset):
    labeller = Labeller.load()
    label(dataset, labeller)
    part = dataset.parts()[1]
    # As the programs before this note wrote it, and as pandas does.
    pq.write_table(pq.read_table(part.path).replace_schema_metadata(None), part.path)
    assert label(dataset, labeller) == (ROWS, ROWS)
    assert label(dataset, labeller) == (0, 2 * ROWS)


def test_rows_without_labels_in_a_labelled_part_are_labelled(dataset):
    labeller = Labeller.load()
    label(dataset, labeller)
    part = dataset.parts()[0]
    table = dataset.read_part(part)
    at = table.schema.get_field_index("model_version")
    dataset.replace_part(part, table.set_column(at, table.schema.field(at), pa.nulls(ROWS, pa.string())))
    assert label(dataset, labeller) == (ROWS, ROWS)


def test_marking_copies_keeps_the_note(dataset):
    labeller = Labeller.load()
    label(dataset, labeller)
    dataset.write_part("test", date(2026, 11, 2), "part-y-0", records("again"))
    before = [part.path.stat().st_ino for part in dataset.parts()]
    assert run_command_line(["dedupe", str(dataset.root)]) == 0
    after = [part.path.stat().st_ino for part in dataset.parts()]
    assert before[:2] != after[:2], "no labelled part was written anew with marks"
    assert label(dataset, labeller) == (ROWS, 2 * ROWS)


def test_a_part_without_rows_is_left_alone(dataset):
    part = dataset.parts()[0]
    dataset.replace_part(part, dataset.read_part(part).slice(0, 0))
    assert label(dataset, Labeller.load()) == (ROWS, 0)
