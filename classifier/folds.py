"""folds.csv.bz2 of a model folder: the fold of each label, and what models that had not learnt the label say of it.

With it a split can be told and repeated, and likely errors of the training labels are found without training anew
(`classifier.review.label_errors`). Labelling postings reads none of it: a folder without the file labels as well.

One line a label, sorted by id. Probabilities have two digits, and of the other roles only the most probable is there,
since the file travels with the model: 41,000 labels take 493 kB. bzip2 makes them a quarter smaller than gzip does, and
writes no time of day.
"""

import bz2
import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.model import METADATA_FILE, load_model
from taxonomy.errors import JobAtlasError

FOLDS_FILE = "folds.csv.bz2"

_COLUMNS = ("id", "fold", "role", "other", "probability", "other_probability")
"""What is alike stands together: in another order the file is up to 4 % larger."""


@dataclass(frozen=True)
class JudgedLabel:
    """A label that models which had not learnt it were asked about.

    Attributes:
        fold: of the label, from 0; these models learnt all other folds.
        role: that the label gave when the model was trained.
        probability: of that role, calibrated, to two digits.
        other: the most probable of all other roles.
        other_probability: of that one.
    """

    fold: int
    role: str
    probability: float
    other: str
    other_probability: float


def pack_folds(
    ids: Sequence[str],
    folds: npt.NDArray[np.int64],
    given: npt.NDArray[np.int64],
    probabilities: npt.NDArray[np.float64],
    roles: Sequence[str],
) -> bytes:
    """The content of the file; the same labels in any order give the same bytes.

    Args:
        ids: of the labelled postings, [n].
        folds: of each, [n].
        given: role index of each label, [n].
        probabilities: calibrated, of the roles by models that did not learn the label's fold, [n, roles].
        roles: role ids, [roles].
    """
    everyone = np.arange(len(given))
    others = probabilities.copy()
    others[everyone, given] = -1.0
    other = others.argmax(axis=1)
    of_given, of_other = probabilities[everyone, given], probabilities[everyone, other]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in sorted(range(len(ids)), key=ids.__getitem__):
        said = (roles[given[row]], roles[other[row]], f"{of_given[row]:.2f}", f"{of_other[row]:.2f}")
        writer.writerow([ids[row], folds[row], *said])
    return bz2.compress(text.getvalue().encode())


def read_folds(folder: Path) -> dict[str, JudgedLabel] | None:
    """The labels of a model's training run by posting id; None where the folder lacks them, as an older one does.

    Raises:
        JobAtlasError: the folder is no model, or the file is not the one that was written with it.
    """
    known = load_model(folder).metadata["files"].get(FOLDS_FILE)
    path = folder / FOLDS_FILE
    if known is None or not path.exists():
        return None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise JobAtlasError(f"{path}: cannot be read ({error.strerror}). Make it readable, or remove it.") from error
    if hashlib.sha256(content).hexdigest() != known:
        raise JobAtlasError(
            f"{path}: does not match its hash in {METADATA_FILE}. Restore it, or remove it: the model itself judges "
            "labels then."
        )
    rows = csv.reader(io.StringIO(bz2.decompress(content).decode(), newline=""))
    next(rows)
    return {
        posting_id: JudgedLabel(int(fold), role, float(probability), other, float(of_other))
        for posting_id, fold, role, other, probability, of_other in rows
    }


def split_hash(split: Iterable[tuple[str, int]]) -> str:
    """SHA-256 of labels' ids and folds, one a line in the order of the ids: it tells whether two splits are one."""
    return hashlib.sha256("\n".join(f"{label} {fold}" for label, fold in sorted(split)).encode()).hexdigest()
