import bz2
import hashlib
import json

import numpy as np
import pytest

from classifier.folds import FOLDS_FILE, JudgedLabel, pack_folds, read_folds, split_hash
from classifier.model import METADATA_FILE, PACKAGED_MODEL, load_model
from taxonomy.errors import JobAtlasError

ROLES = ("java", "frontend", "sales")
IDS = ["b:2", 'a:1, "x"', "c:3"]
FOLDS = np.array([1, 0, 1])
GIVEN = np.array([0, 2, 1])
PROBABILITIES = np.array([[0.906, 0.05, 0.044], [0.7, 0.1, 0.2], [0.0, 1.0, 0.0]])
JUDGED = {
    'a:1, "x"': JudgedLabel(0, "sales", 0.2, "java", 0.7),
    "b:2": JudgedLabel(1, "java", 0.91, "frontend", 0.05),
    "c:3": JudgedLabel(1, "frontend", 1.0, "java", 0.0),
}


@pytest.fixture
def folder(tmp_path):
    """The shipped model with folds of its own."""
    content = pack_folds(IDS, FOLDS, GIVEN, PROBABILITIES, ROLES)
    for path in PACKAGED_MODEL.iterdir():
        if path.name not in (METADATA_FILE, FOLDS_FILE):
            (tmp_path / path.name).symlink_to(path)
    metadata = json.loads((PACKAGED_MODEL / METADATA_FILE).read_text(encoding="utf-8"))
    metadata["files"] |= {FOLDS_FILE: hashlib.sha256(content).hexdigest()}
    (tmp_path / METADATA_FILE).write_text(json.dumps(metadata), encoding="utf-8")
    (tmp_path / FOLDS_FILE).write_bytes(content)
    return tmp_path


def test_folds_are_read_back_with_two_digits(folder):
    assert read_folds(folder) == JUDGED


def test_labels_are_stored_by_id_whatever_their_order(folder):
    turned = [2, 0, 1]
    again = pack_folds([IDS[at] for at in turned], FOLDS[turned], GIVEN[turned], PROBABILITIES[turned], ROLES)
    assert again == (folder / FOLDS_FILE).read_bytes()
    lines = bz2.decompress(again).decode().splitlines()
    assert lines[0] == "id,fold,role,other,probability,other_probability"
    assert lines[2] == "b:2,1,java,frontend,0.91,0.05"


def test_a_split_has_one_hash_in_any_order():
    pairs = list(zip(IDS, FOLDS.tolist(), strict=True))
    assert split_hash(pairs) == split_hash(reversed(pairs))
    assert split_hash(pairs) != split_hash([(IDS[0], 0), *pairs[1:]])


def test_a_model_without_its_folds_is_a_model(folder):
    (folder / FOLDS_FILE).unlink()
    assert read_folds(folder) is None
    texts = (["Java开发"], ["负责服务端编码"], [None])
    model, shipped = load_model(folder), load_model()
    assert np.array_equal(model.probabilities(*texts).role, shipped.probabilities(*texts).role)


def test_folds_of_another_model_are_not_read(folder):
    metadata = json.loads((folder / METADATA_FILE).read_text(encoding="utf-8"))
    del metadata["files"][FOLDS_FILE]
    (folder / METADATA_FILE).write_text(json.dumps(metadata), encoding="utf-8")
    assert read_folds(folder) is None


def test_folds_that_were_altered_are_refused(folder):
    (folder / FOLDS_FILE).write_bytes(bz2.compress(b"id,fold\n"))
    with pytest.raises(JobAtlasError, match=r"folds.csv.bz2: does not match its hash .* or remove it"):
        read_folds(folder)


def test_the_folds_of_the_shipped_labels_leave_room_for_the_model():
    random = np.random.default_rng(1)
    roles = load_model().labels.roles
    count = 41_000
    ids = [f"p{number:016x}" for number in random.integers(0, 2**63, count)]
    # Roles as uneven as those of postings, and probabilities as a calibrated model gives them.
    common = 1 / np.arange(1, len(roles) + 1)
    given = random.choice(len(roles), count, p=common / common.sum())
    scores = random.normal(size=(count, len(roles))) + np.log(common)
    scores[np.arange(count), given] += random.normal(5, 2.5, count)
    powers = np.exp(scores)
    content = pack_folds(
        ids, random.integers(0, 4, count), given, powers / powers.sum(axis=1, keepdims=True), list(roles)
    )
    assert len(content) < 550_000
