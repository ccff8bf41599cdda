"""A model of n-grams alone."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from classifier.ai_head import AI_HEAD_FILE, AiHead
from classifier.labels import HEADS
from classifier.model import GRAPH_FILE, Model, no_scores, session_of
from classifier.ngram_input import VOCABULARY_FILE, feeds, read_vocabularies
from classifier.vocabulary import Vocabulary

NGRAM_FORMAT = 3
"""Of the model folder; raised when an older program could not read it."""


class NgramModel(Model):
    """A loaded n-gram network.

    Args:
        graph: the ONNX graph.
        vocabularies: the known n-grams by field.
        metadata: the content of model.json.
        ai_head: gives the answers about AI involvement.
    """

    FILES: ClassVar[tuple[str, ...]] = (GRAPH_FILE, VOCABULARY_FILE, AI_HEAD_FILE)

    def __init__(
        self, graph: bytes, vocabularies: dict[str, Vocabulary], metadata: dict[str, Any], ai_head: AiHead
    ) -> None:
        super().__init__(metadata, ai_head)
        self._session = session_of(graph)
        self._vocabularies = vocabularies

    @classmethod
    def of_files(cls, files: Mapping[str, bytes], metadata: dict[str, Any]) -> "NgramModel":
        """The model of a folder, from the contents of its files."""
        ai_head = AiHead.of_bytes(files[AI_HEAD_FILE])
        return cls(files[GRAPH_FILE], read_vocabularies(files[VOCABULARY_FILE]), metadata, ai_head)

    def logits(
        self, titles: list[str | None], descriptions: list[str | None], companies: list[str | None]
    ) -> tuple[dict[str, npt.NDArray[np.float32]], npt.NDArray[np.bool_]]:
        """Uncalibrated scores by head, [n, classes] each, and whether a posting had any text, [n]."""
        return self.ngram_logits(titles, descriptions, companies)

    def ngram_logits(
        self, titles: list[str | None], descriptions: list[str | None], companies: list[str | None]
    ) -> tuple[dict[str, npt.NDArray[np.float32]], npt.NDArray[np.bool_]]:
        """As `logits`, by the n-grams alone."""
        scores = no_scores(self.labels, len(titles))
        readable = np.zeros(len(titles), dtype=bool)
        for place, feed in enumerate(feeds(self._vocabularies, titles, descriptions, companies)):
            readable[place] = feed.readable
            # One posting a run: shapes, and so the order of additions, are the posting's own.
            for name, values in zip(HEADS, self._session.run(list(HEADS), feed.inputs), strict=True):
                scores[name][place] = values[0]
        return scores, readable
