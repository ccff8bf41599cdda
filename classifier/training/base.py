"""A finished model as the beginning of another: its n-gram network read back and carried over to other labels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from classifier.ai_head import AI_HEAD_FILE, AiHead
from classifier.encoder_model import ENCODER_FILE, TOKENIZER_FILE, EncoderModel
from classifier.features import FIELDS
from classifier.labels import AI_INVOLVEMENT, LabelSpace
from classifier.model import GRAPH_FILE, METADATA_FILE, SHIPPED, load_model, model_folder
from classifier.ngram_input import VOCABULARY_FILE, read_vocabularies
from classifier.ngram_model import NgramModel
from classifier.skills import confirmer
from classifier.training.config import NetworkConfig
from classifier.training.export import PackedEncoder
from classifier.training.network import Classifier, Encoder, TableSizes, load_arrays
from classifier.training.quantise import restored, restored_halves
from classifier.training.stages import Arrays
from classifier.vocabulary import Vocabulary
from taxonomy.errors import JobAtlasError

FloatArray = npt.NDArray[np.float32]

_NEW_CLASS_BIAS = 2.0
"""How far the bias of a new class lies below its kin's: it begins with about an eighth of the odds of one of them, so
that the answers about other postings stay what they were until labels say otherwise."""

_NORMS = ("norm", "norm_out", "norm_company")
_LAYERS = ("encoder.widen", "encoder.narrow", "role", "ai", "industry")

_HUGGING_FACE = "config.json"
"""What every folder of a Hugging Face model has."""


@dataclass(frozen=True)
class Base:
    """What another model can go on from.

    Attributes:
        model: the finished model, with labels, temperatures and thresholds, and the encoder if it has one.
        arrays: the parameters of its network by the names of `network.Classifier`; tables as stored.
        vocabularies: what the rows of the tables stand for.
        ai_head: gives its answers about AI involvement.
        encoder: beside the network, if there is one.
        confirmer: the files of the folder's own confirmer of skills, by their names below the model folder; none where
            the packaged one confirms.
    """

    model: NgramModel
    arrays: Arrays
    vocabularies: dict[str, Vocabulary]
    ai_head: AiHead
    encoder: PackedEncoder | None
    confirmer: dict[str, bytes]

    @property
    def shape(self) -> NetworkConfig:
        """Of the network."""
        return NetworkConfig(
            width=self.arrays["encoder.title.weight"].shape[1],
            company_width=self.arrays["encoder.company.weight"].shape[1],
        )


def read_base(name: str) -> Base:
    """Read a model back from its folder.

    Args:
        name: the folder, or "shipped" for the model of the package.

    Raises:
        JobAtlasError: it is no model of Job Atlas, or it or its confirmer of skills is damaged.
    """
    folder = model_folder(name)
    if not (folder / METADATA_FILE).exists():
        if (folder / _HUGGING_FACE).exists():
            raise JobAtlasError(
                f'{folder}: is a Hugging Face model, a base for settings of kind = "encoder". '
                f'For kind = "ngram" name a folder that `jobatlas train` wrote, or {SHIPPED}.'
            )
        raise JobAtlasError(
            f"{folder}: is no model folder (it has no {METADATA_FILE}). "
            f"Name a folder that `jobatlas train` wrote, or {SHIPPED}; "
            'a Hugging Face encoder needs kind = "encoder".'
        )
    model = cast("NgramModel", load_model(folder))  # every model has n-grams
    return Base(
        model,
        _parameters((folder / GRAPH_FILE).read_bytes(), folder),
        read_vocabularies((folder / VOCABULARY_FILE).read_bytes()),
        AiHead.of_bytes((folder / AI_HEAD_FILE).read_bytes()),
        _encoder(model, folder),
        _confirmer(folder),
    )


def _encoder(model: NgramModel, folder: Path) -> PackedEncoder | None:
    if not isinstance(model, EncoderModel):
        return None
    files = {name: (folder / name).read_bytes() for name in (ENCODER_FILE, TOKENIZER_FILE)}
    return PackedEncoder(files, model.metadata["encoder"])


def _confirmer(folder: Path) -> dict[str, bytes]:
    own = folder / confirmer.OWN_CONFIRMER
    if not own.exists():
        return {}
    confirmer.read_confirmer(own)  # a damaged one is refused before anything is trained
    names = (confirmer.WEIGHTS_FILE, confirmer.METADATA_FILE)
    return {f"{confirmer.OWN_CONFIRMER}/{name}": (own / name).read_bytes() for name in names}


def _parameters(graph: bytes, folder: Path) -> Arrays:
    """The parameters in a graph that `export.build_graph` made."""
    try:
        weights = onnx.load_model_from_string(graph).graph.initializer
        stored = {weight.name: np.asarray(numpy_helper.to_array(weight)) for weight in weights}
        arrays = {f"encoder.{field}.weight": _table(stored, field) for field in FIELDS}
        for part in ("weight", "bias"):
            arrays |= {f"encoder.{norm}.{part}": stored[f"{norm}.{part}"] for norm in _NORMS}
            arrays |= {f"{layer}.{part}": stored[f"{layer}.{part}"] for layer in _LAYERS}
    except KeyError as error:
        raise JobAtlasError(
            f"{folder / GRAPH_FILE}: is not a graph that this version of `jobatlas train` wrote (it lacks {error}). "
            "Train the base again."
        ) from error
    return arrays


def _table(stored: Arrays, field: str) -> FloatArray:
    if f"{field}.scales" in stored:
        return restored(stored[f"{field}.table"], stored[f"{field}.scales"])
    return restored_halves(stored[f"{field}.table"], [stored[f"{field}.{half}.scales"] for half in ("upper", "lower")])


def carried_over(base: Base, space: LabelSpace) -> Classifier:
    """The base's network with heads for other labels.

    A class keeps its row by its id. A new role begins as the mean of the roles of its category that the base has, a new
    industry as the mean of all, both with a low bias; a new category's role as the mean of all roles.

    Args:
        base: the finished model.
        space: the labels of the new heads.
    """
    mine = base.model.labels
    arrays = dict(base.arrays)
    kin_of_roles = [
        [place for place, category in enumerate(mine.role_categories) if category == wanted] or range(len(mine.roles))
        for wanted in space.role_categories
    ]
    kin_of_industries = [range(len(mine.industries))] * len(space.industries)
    for head, old, new, kin in (
        ("role", mine.roles, space.roles, kin_of_roles),
        ("industry", mine.industries, space.industries, kin_of_industries),
    ):
        weight, bias = arrays[f"{head}.weight"], arrays[f"{head}.bias"]
        arrays[f"{head}.weight"] = _rows(weight, old, new, [weight[list(of)].mean(axis=0) for of in kin])
        first = [bias[list(of)].mean() - _NEW_CLASS_BIAS for of in kin]
        arrays[f"{head}.bias"] = _rows(bias, old, new, first)
    sizes = TableSizes(**{field: len(known.buckets) + 1 for field, known in base.vocabularies.items()})
    classifier = Classifier(Encoder(sizes, base.shape), len(space.roles), len(AI_INVOLVEMENT), len(space.industries))
    load_arrays(classifier, arrays)
    return classifier.eval()


def _rows(rows: FloatArray, old: Sequence[str], new: Sequence[str], first: Sequence[FloatArray]) -> FloatArray:
    """The rows of the new ids: those of the old where there are, else how they begin."""
    places = {id_: place for place, id_ in enumerate(old)}
    return np.array(
        [rows[places[id_]] if id_ in places else begin for id_, begin in zip(new, first, strict=True)],
        dtype=np.float32,
    )


def carried_ai_head(base: Base, space: LabelSpace) -> AiHead:
    """The base's head for AI involvement, for other roles: old ones are read by their id, new ones are not read."""
    old = base.model.labels.roles
    before = len(base.ai_head.hidden) - len(old)
    nothing = [np.zeros(base.ai_head.hidden.shape[1], dtype=np.float32)] * len(space.roles)
    of_roles = _rows(base.ai_head.hidden[before:], old, space.roles, nothing)
    return replace(base.ai_head, hidden=np.vstack([base.ai_head.hidden[:before], of_roles]))
