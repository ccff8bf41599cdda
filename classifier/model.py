"""A model folder: an ONNX graph, what it reads texts with, and what has to be known to use its scores."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from classifier.ai_head import AiHead, ai_inputs
from classifier.ai_terms import AiTerms
from classifier.calibration import softmax
from classifier.labels import AI_INVOLVEMENT, HEADS, LabelSpace
from taxonomy.errors import JobAtlasError

PACKAGED_MODEL = Path(__file__).parent / "model"
"""The model that comes with the package."""

SHIPPED = "shipped"
"""Names that model where a command takes the name of a model folder."""

GRAPH_FILE = "model.onnx"
METADATA_FILE = "model.json"
FloatArray = npt.NDArray[np.float64]

_REBUILD = "Restore the folder from the repository, or build it again with `jobatlas train`."


@dataclass(frozen=True)
class Thresholds:
    """The confidences from which an answer is given.

    Attributes:
        role: below it the role stays open and only the category is given.
        category: below it the posting needs review.
        industry: below it the industry stays unknown.
    """

    role: float
    category: float
    industry: float


@dataclass(frozen=True)
class Probabilities:
    """Calibrated probabilities of n postings.

    Attributes:
        role: [n, roles].
        ai: [n, 4], in the order of `AI_INVOLVEMENT`.
        industry: [n, industries].
        readable: whether title and description have a letter, and anything that the model knows, [n].
    """

    role: FloatArray
    ai: FloatArray
    industry: FloatArray
    readable: npt.NDArray[np.bool_]


class Model(ABC):
    """A loaded model. Probabilities of a posting do not depend on the other postings of the call.

    Args:
        metadata: the content of model.json.
        ai_head: gives the answers about AI involvement.

    Attributes:
        metadata: the content of model.json.
        labels: what its heads answer with.
        temperatures: that the scores of each head are divided by.
        thresholds: of its answers.
    """

    def __init__(self, metadata: dict[str, Any], ai_head: AiHead) -> None:
        self.metadata = metadata
        self._ai_head = ai_head
        self._ai_terms = AiTerms(ai_head.terms)
        self.labels = LabelSpace(
            roles=tuple(metadata["labels"]["role"]),
            role_categories=tuple(metadata["labels"]["role_category"]),
            industries=tuple(metadata["labels"]["industry"]),
        )
        self.thresholds = Thresholds(**metadata["thresholds"])
        self.temperatures: dict[str, float] = metadata["temperatures"]

    @property
    def version(self) -> str:
        """Name and content hash, such as v1-0f3a5c7d9b21."""
        return str(self.metadata["version"])

    @abstractmethod
    def logits(
        self, titles: list[str | None], descriptions: list[str | None], companies: list[str | None]
    ) -> tuple[dict[str, npt.NDArray[np.float32]], npt.NDArray[np.bool_]]:
        """The text model's uncalibrated scores by head, [n, classes] each, and whether a posting had any text, [n]."""

    def probabilities(
        self, titles: list[str | None], descriptions: list[str | None], companies: list[str | None]
    ) -> Probabilities:
        """Calibrated probabilities of postings.

        Args:
            titles: titles, [n].
            descriptions: descriptions, [n]; what follows the first 6,000 characters is not read.
            companies: company names, [n].
        """
        scores, readable = self.logits(titles, descriptions, companies)
        inputs = ai_inputs(scores, self._ai_terms, titles, descriptions)
        scores["ai"] = self._ai_head.logits(inputs)
        role, ai, industry = (softmax(scores[name].astype(np.float64), self.temperatures[name]) for name in HEADS)
        return Probabilities(role, ai, industry, readable)


def no_scores(labels: LabelSpace, postings: int) -> dict[str, npt.NDArray[np.float32]]:
    """Scores of 0 for every class of every head, [postings, classes] each."""
    widths = (len(labels.roles), len(AI_INVOLVEMENT), len(labels.industries))
    return {name: np.zeros((postings, width), dtype=np.float32) for name, width in zip(HEADS, widths, strict=True)}


def model_version(name: str, files: Sequence[bytes], metadata: dict[str, Any]) -> str:
    """Name and the first 12 digits of a SHA-256 over the files and everything else that decides an answer."""
    deciding = {key: metadata[key] for key in ("labels", "temperatures", "thresholds", "encoder") if key in metadata}
    content = hashlib.sha256(b"".join(files) + json.dumps(deciding, sort_keys=True).encode())
    return f"{name}-{content.hexdigest()[:12]}"


def session_of(graph: bytes, without: Sequence[str] = ()) -> onnxruntime.InferenceSession:
    """A session that runs a graph on one thread: one posting is too little work to share.

    Args:
        graph: the ONNX graph.
        without: names of graph optimisations that would slow it down.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=list(without)
    )


def model_folder(name: str) -> Path:
    """The folder of a model by its name: a path, or "shipped" for the model that comes with the package."""
    return PACKAGED_MODEL if name == SHIPPED else Path(name)


@cache
def load_model(folder: Path = PACKAGED_MODEL) -> Model:
    """Load a model folder, once per process.

    Raises:
        JobAtlasError: the folder is not a model, or a file is not the one that was written with it.
    """
    # Each kind of model builds on this module.
    from classifier.encoder_model import ENCODER_FORMAT, EncoderModel
    from classifier.ngram_model import NGRAM_FORMAT, NgramModel

    try:
        metadata = json.loads((folder / METADATA_FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise JobAtlasError(f"{folder}: is no model folder ({error.strerror}: {error.filename}). {_REBUILD}") from error
    except ValueError as error:
        raise JobAtlasError(f"{folder / METADATA_FILE}: is not JSON ({error}). {_REBUILD}") from error
    kinds: dict[int, type[NgramModel | EncoderModel]] = {NGRAM_FORMAT: NgramModel, ENCODER_FORMAT: EncoderModel}
    if not isinstance(metadata, dict) or metadata.get("format") not in kinds:
        raise JobAtlasError(
            f"{folder / METADATA_FILE}: is not of model format {' or '.join(map(str, kinds))}. {_REBUILD}"
        )
    try:
        kind = kinds[metadata["format"]]
        files = {name: (folder / name).read_bytes() for name in kind.FILES if name in metadata["files"]}
        for name, content in files.items():
            if hashlib.sha256(content).hexdigest() != metadata["files"][name]:
                raise JobAtlasError(f"{folder / name}: does not match its hash in {METADATA_FILE}. {_REBUILD}")
        return kind.of_files(files, metadata)
    except OSError as error:
        raise JobAtlasError(f"{folder}: is no model folder ({error.strerror}: {error.filename}). {_REBUILD}") from error
    except (KeyError, TypeError) as error:
        raise JobAtlasError(f"{folder / METADATA_FILE}: lacks {error}. {_REBUILD}") from error
