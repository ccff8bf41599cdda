"""The shipped model: an ONNX graph, the n-grams it knows, and what has to be known to use it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from classifier.calibration import softmax
from classifier.features import FIELDS, MAX_CHARACTERS, bags
from classifier.labels import AI_INVOLVEMENT, HEADS, LabelSpace
from classifier.vocabulary import PADDING_ROW, Vocabulary, WeightedBags
from taxonomy.errors import JobAtlasError

PACKAGED_MODEL = Path(__file__).parent / "model"
"""The model that comes with the package."""

GRAPH_FILE = "model.onnx"
VOCABULARY_FILE = "vocabulary.npz"
METADATA_FILE = "model.json"
CHARACTERS_AT_A_TIME = 500_000
"""Text whose n-grams are in memory at once: about 100 MB."""

FORMAT = 1
"""Of the model folder; raised when an older program could not read it."""

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
        readable: whether the posting had any text in title or description, [n].
    """

    role: FloatArray
    ai: FloatArray
    industry: FloatArray
    readable: npt.NDArray[np.bool_]


class Model:
    """A loaded model. Probabilities of a posting do not depend on the other postings of the call.

    Args:
        graph: the ONNX graph.
        vocabularies: the known n-grams by field.
        metadata: the content of model.json.
    """

    def __init__(self, graph: bytes, vocabularies: dict[str, Vocabulary], metadata: dict[str, Any]) -> None:
        options = onnxruntime.SessionOptions()
        # One posting is too little work to share; parallel callers use one process each.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._vocabularies = vocabularies
        self.metadata = metadata
        self.labels = LabelSpace(
            roles=tuple(metadata["labels"]["role"]),
            role_categories=tuple(metadata["labels"]["role_category"]),
            industries=tuple(metadata["labels"]["industry"]),
        )
        self.thresholds = Thresholds(**metadata["thresholds"])
        self._temperatures: dict[str, float] = metadata["temperatures"]

    @property
    def version(self) -> str:
        """Name and content hash, such as v1-0f3a5c7d9b21."""
        return str(self.metadata["version"])

    def logits(
        self, titles: list[str | None], descriptions: list[str | None], companies: list[str | None]
    ) -> tuple[dict[str, npt.NDArray[np.float32]], npt.NDArray[np.bool_]]:
        """Uncalibrated scores by head, [n, classes] each, and whether a posting had any text, [n]."""
        texts = {"title": titles, "description": descriptions, "company": companies}
        widths = (len(self.labels.roles), len(AI_INVOLVEMENT), len(self.labels.industries))
        scores = {
            name: np.zeros((len(titles), width), dtype=np.float32) for name, width in zip(HEADS, widths, strict=True)
        }
        readable = np.zeros(len(titles), dtype=bool)
        for start, end in _spans(descriptions):
            weighted = {
                field: self._vocabularies[field].weigh(bags(texts[field][start:end], field)) for field in FIELDS
            }
            readable[start:end] = (np.diff(weighted["title"].offsets) > 0) | (
                np.diff(weighted["description"].offsets) > 0
            )
            for place in range(end - start):
                # One posting a run: shapes, and so the order of additions, are the posting's own.
                feed: dict[str, npt.NDArray[Any]] = {}
                for field, of_field in weighted.items():
                    feed[f"{field}_rows"], feed[f"{field}_values"] = _features_at(of_field, place)
                for name, values in zip(HEADS, self._session.run(list(HEADS), feed), strict=True):
                    scores[name][start + place] = values[0]
        return scores, readable

    def probabilities(
        self, titles: list[str | None], descriptions: list[str | None], companies: list[str | None]
    ) -> Probabilities:
        """Calibrated probabilities of postings.

        Args:
            titles: titles, [n].
            descriptions: descriptions, [n]; what follows the first 6,000 characters is not read.
            companies: company names, [n]; read by the industry head alone.
        """
        scores, readable = self.logits(titles, descriptions, companies)
        role, ai, industry = (softmax(scores[name].astype(np.float64), self._temperatures[name]) for name in HEADS)
        return Probabilities(role, ai, industry, readable)


def _spans(descriptions: list[str | None]) -> Iterator[tuple[int, int]]:
    """Runs of postings of at most `CHARACTERS_AT_A_TIME`, as start and end; at least one posting each."""
    start, characters = 0, 0
    for place, description in enumerate(descriptions):
        # A title and a company name are never longer than this allows for.
        length = min(len(description or ""), MAX_CHARACTERS["description"]) + 300
        if characters + length > CHARACTERS_AT_A_TIME and place > start:
            yield start, place
            start, characters = place, 0
        characters += length
    if start < len(descriptions):
        yield start, len(descriptions)


def _features_at(bag: WeightedBags, place: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    start, end = bag.offsets[place], bag.offsets[place + 1]
    if start == end:
        return np.array([PADDING_ROW], dtype=np.int32), np.zeros(1, dtype=np.float32)
    return bag.rows[start:end], bag.values[start:end]


def model_version(name: str, graph: bytes, vocabulary: bytes, metadata: dict[str, Any]) -> str:
    """Name and the first 12 digits of a SHA-256 over everything that decides an answer."""
    deciding = {key: metadata[key] for key in ("labels", "temperatures", "thresholds")}
    content = hashlib.sha256(graph + vocabulary + json.dumps(deciding, sort_keys=True).encode())
    return f"{name}-{content.hexdigest()[:12]}"


@cache
def load_model(folder: Path = PACKAGED_MODEL) -> Model:
    """Load a model folder, once per process.

    Raises:
        JobAtlasError: the folder is not a model, or a file is not the one that was written with it.
    """
    try:
        metadata = json.loads((folder / METADATA_FILE).read_text(encoding="utf-8"))
        files = {name: (folder / name).read_bytes() for name in (GRAPH_FILE, VOCABULARY_FILE)}
    except OSError as error:
        raise JobAtlasError(f"{folder}: is no model folder ({error.strerror}: {error.filename}). {_REBUILD}") from error
    except ValueError as error:
        raise JobAtlasError(f"{folder / METADATA_FILE}: is not JSON ({error}). {_REBUILD}") from error
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        raise JobAtlasError(f"{folder / METADATA_FILE}: is not of model format {FORMAT}. {_REBUILD}")
    try:
        for name, content in files.items():
            if hashlib.sha256(content).hexdigest() != metadata["files"][name]:
                raise JobAtlasError(f"{folder / name}: does not match its hash in {METADATA_FILE}. {_REBUILD}")
        return Model(files[GRAPH_FILE], read_vocabularies(folder / VOCABULARY_FILE), metadata)
    except (KeyError, TypeError) as error:
        raise JobAtlasError(f"{folder / METADATA_FILE}: lacks {error}. {_REBUILD}") from error


def read_vocabularies(path: Path) -> dict[str, Vocabulary]:
    """Read the vocabularies of a model folder."""
    with np.load(path, allow_pickle=False) as arrays:
        return {
            field: Vocabulary(
                buckets=arrays[f"{field}_buckets"],
                document_frequency=arrays[f"{field}_document_frequency"],
                documents=int(arrays[f"{field}_documents"]),
            )
            for field in FIELDS
        }
