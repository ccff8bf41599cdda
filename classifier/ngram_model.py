"""A model of n-grams alone."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from classifier.labels import HEADS
from classifier.model import GRAPH_FILE, Model, no_scores, session_of
from classifier.ngram_input import VOCABULARY_FILE, feeds, read_vocabularies
from classifier.vocabulary import Vocabulary

NGRAM_FORMAT = 1
"""Of the model folder; raised when an older program could not read it."""


class NgramModel(Model):
    """A loaded n-gram network.

    Args:
        graph: the ONNX graph.
        vocabularies: the known n-grams by field.
        metadata: the content of model.json.
    """

    FILES: ClassVar = (GRAPH_FILE, VOCABULARY_FILE)

    def __init__(self, graph: bytes, vocabularies: dict[str, Vocabulary], metadata: dict[str, Any]) -> None:
        super().__init__(metadata)
        self._session = session_of(graph)
        self._vocabularies = vocabularies

    @classmethod
    def of_files(cls, files: Mapping[str, bytes], metadata: dict[str, Any]) -> "NgramModel":
        """The model of a folder, from the contents of its files."""
        return cls(files[GRAPH_FILE], read_vocabularies(files[VOCABULARY_FILE]), metadata)

    def logits(
        self, titles: list[str | None], descriptions: list[str | None], companies: list[str | None]
    ) -> tuple[dict[str, npt.NDArray[np.float32]], npt.NDArray[np.bool_]]:
        """Uncalibrated scores by head, [n, classes] each, and whether a posting had any text, [n]."""
        scores = no_scores(self.labels, len(titles))
        readable = np.zeros(len(titles), dtype=bool)
        for place, feed in enumerate(feeds(self._vocabularies, titles, descriptions, companies)):
            readable[place] = feed.readable
            # One posting a run: shapes, and so the order of additions, are the posting's own.
            for name, values in zip(HEADS, self._session.run(list(HEADS), feed.inputs), strict=True):
                scores[name][place] = values[0]
        return scores, readable
