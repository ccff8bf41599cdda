"""A model of n-grams with an encoder beside them."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from classifier.ai_head import AI_HEAD_FILE, AiHead
from classifier.encoder_input import EncoderInput
from classifier.labels import Scores
from classifier.mixture import Mixture
from classifier.model import GRAPH_FILE
from classifier.ngram_input import VOCABULARY_FILE, read_vocabularies
from classifier.ngram_model import NgramModel
from classifier.text_encoder import TextEncoder, read_tokenizer
from classifier.vocabulary import Vocabulary

ENCODER_FORMAT = 5
"""Of the model folder; other than that of n-gram models, which older programs read."""

ENCODER_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"


class EncoderModel(NgramModel):
    """A loaded model.

    Args:
        graph: the ONNX graph of the n-gram network.
        vocabularies: the known n-grams by field.
        metadata: the content of model.json.
        ai_head: gives the answers about AI involvement.
        encoder: reads the postings of which the n-grams are not sure.
    """

    FILES: ClassVar[tuple[str, ...]] = (*NgramModel.FILES, ENCODER_FILE, TOKENIZER_FILE)

    def __init__(
        self,
        graph: bytes,
        vocabularies: dict[str, Vocabulary],
        metadata: dict[str, Any],
        ai_head: AiHead,
        encoder: TextEncoder,
    ) -> None:
        super().__init__(graph, vocabularies, metadata, ai_head)
        self.encoder = encoder
        self.mixture = Mixture(**metadata["encoder"]["mixture"])

    @classmethod
    def of_files(cls, files: Mapping[str, bytes], metadata: dict[str, Any]) -> "EncoderModel":
        """The model of a folder, from the contents of its files."""
        about = metadata["encoder"]
        encoder = TextEncoder(
            files[ENCODER_FILE],
            read_tokenizer(files[TOKENIZER_FILE]),
            EncoderInput(**about["input"]),
            tuple(about["roles"]),
            tuple(about["industries"]),
        )
        vocabularies = read_vocabularies(files[VOCABULARY_FILE])
        return cls(files[GRAPH_FILE], vocabularies, metadata, AiHead.of_bytes(files[AI_HEAD_FILE]), encoder)

    def logits(
        self, titles: list[str | None], descriptions: list[str | None], companies: list[str | None]
    ) -> tuple[Scores, npt.NDArray[np.bool_]]:
        """Uncalibrated scores by head, [n, classes] each, and whether a posting had any text, [n]."""
        ngrams, readable = self.ngram_logits(titles, descriptions, companies)
        asked = self.mixture.asked(ngrams) & readable
        rows = np.flatnonzero(asked)
        texts = [[texts[row] for row in rows] for texts in (titles, descriptions, companies)]
        return self.mixture.mixed(ngrams, self.encoder.logits_for(self.labels, *texts), asked), readable
