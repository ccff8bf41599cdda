"""From the trained network to the model folder: an ONNX graph with small tables, checked against the network."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.ai_head import AI_HEAD_FILE, AiHead
from classifier.calibration import softmax
from classifier.encoder_model import ENCODER_FORMAT, EncoderModel
from classifier.folds import FOLDS_FILE
from classifier.labels import AI_INVOLVEMENT, HEADS, LabelSpace
from classifier.model import GRAPH_FILE, METADATA_FILE, Thresholds, model_version
from classifier.ngram_input import VOCABULARY_FILE, pack_vocabularies
from classifier.ngram_model import NGRAM_FORMAT, NgramModel
from classifier.training.network import Classifier
from classifier.training.ngram_graph import build_graph
from classifier.vocabulary import Vocabulary
from postings.atomic import write_together
from taxonomy.errors import JobAtlasError

AGREEMENT = 0.995
"""Share of postings on which the exported graph must give the network's role, category, industry and AI involvement."""

CHECKED = 2_000
"""Postings on which an exported n-gram model is compared with the network."""

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class PackedModel:
    """A model folder before it is written: its files by name, and the model as it would be loaded from them.

    The metadata is the model's, and is written last: it names the hashes of the others, but for a confirmer of skills,
    which has its own.
    """

    files: dict[str, bytes]
    model: NgramModel

    def write(self, folder: Path) -> None:
        """Write the files; the folder is made if it does not exist, files of the same name are replaced together."""
        metadata = (json.dumps(self.model.metadata, ensure_ascii=False, indent=1) + "\n").encode()
        write_together(folder, self.files | {METADATA_FILE: metadata})


@dataclass(frozen=True)
class PackedEncoder:
    """An encoder beside the n-grams: its files by name, and what has to be known to use it, as model.json has it."""

    files: dict[str, bytes]
    about: dict[str, Any]


def pack_model(
    classifier: Classifier,
    vocabularies: dict[str, Vocabulary],
    ai_head: AiHead,
    space: LabelSpace,
    temperatures: dict[str, float],
    thresholds: Thresholds,
    record: dict[str, Any],
    judged_labels: bytes,
    encoder: PackedEncoder | None = None,
    halved: Collection[str] = (),
) -> PackedModel:
    """Export a trained network, alone or with an encoder beside it.

    Args:
        classifier: the trained network.
        vocabularies: what its table rows stand for.
        ai_head: gives the answers about AI involvement.
        space: the labels of its heads.
        temperatures: of the heads.
        thresholds: of the answers.
        record: how the model came about: name, config, data, hash of the split, metrics; stored in model.json.
        judged_labels: the split itself, from `Run.judged_labels`.
        encoder: that is asked where the n-grams are not sure.
        halved: fields whose n-grams are stored in 4 bits a number.
    """
    files = {
        GRAPH_FILE: build_graph(classifier, halved),
        VOCABULARY_FILE: pack_vocabularies(vocabularies),
        AI_HEAD_FILE: ai_head.to_bytes(),
        FOLDS_FILE: judged_labels,
    }
    kind: type[NgramModel] = NgramModel
    deciding: dict[str, Any] = {"format": NGRAM_FORMAT}
    if encoder is not None:
        kind, files = EncoderModel, files | encoder.files
        deciding = {"format": ENCODER_FORMAT, "encoder": encoder.about}
    metadata = deciding | {
        "labels": {
            "role": list(space.roles),
            "role_category": list(space.role_categories),
            "industry": list(space.industries),
            "ai": list(AI_INVOLVEMENT),
        },
        "temperatures": temperatures,
        "thresholds": asdict(thresholds),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    metadata["version"] = model_version(str(record["name"]), list(files.values()), metadata)
    return PackedModel(files, kind.of_files(files, metadata | record))


def agreement(network: dict[str, FloatArray], exported: dict[str, FloatArray], space: LabelSpace) -> float:
    """Share of postings with the same role, category, industry and AI involvement from both, of the worst of them.

    Scores that are no numbers agree with nothing.

    Args:
        network: log-probabilities by head from the network, [n, classes].
        exported: logits by head from the exported model, [n, classes].
        space: the labels of the heads.
    """
    shares = [same_share(network[head], exported[head]) for head in HEADS]
    categories = [space.category_sums(softmax(scores["role"].astype(np.float64))) for scores in (network, exported)]
    return min(*shares, same_share(*categories))


def same_share(first: npt.NDArray[np.floating], second: npt.NDArray[np.floating]) -> float:
    """Share of postings with the same most probable class from both, [n, classes] each.

    A posting of which a score is infinite or no number counts as another answer: the training has diverged, and the
    first class would be the most probable of both.
    """
    numbers = np.isfinite(first).all(axis=1) & np.isfinite(second).all(axis=1)
    return float(np.mean(numbers & (first.argmax(axis=1) == second.argmax(axis=1))))


def require_agreement(share: float, postings: int) -> None:
    """Refuse an export that answers otherwise than the network.

    One posting may always differ: among fewer than 200 it alone would be more than `AGREEMENT` allows, and where two
    classes are all but equally probable, rounding to 8 bits may decide.

    Args:
        share: of the postings compared, answered alike.
        postings: how many were compared.

    Raises:
        JobAtlasError: fewer than 99.5 % of the answers agree.
    """
    if not agrees(share, postings, AGREEMENT):
        raise JobAtlasError(
            f"the exported model agrees with the trained network on only {share:.2%} of postings, below "
            f"{AGREEMENT:.1%}; it was not written. Train for longer or with a larger network width."
        )


def agrees(share: float, postings: int, wanted: float) -> bool:
    """Whether the wanted share of postings is answered alike, or all but one."""
    return share >= wanted or round((1 - share) * postings) <= 1
