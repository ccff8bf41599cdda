"""The head for AI involvement: it reads the text model's answers and the words about AI (`classifier.ai_terms`)."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.ai_terms import AiTerms
from classifier.calibration import softmax

AI_HEAD_FILE = "ai_head.npz"

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class AiHead:
    """A network with one hidden layer.

    Attributes:
        terms: the words it reads, folded.
        hidden: weights of the hidden layer, [inputs, hidden].
        hidden_bias: [hidden].
        output: weights of the output, [hidden, degrees].
        output_bias: [degrees].
    """

    terms: tuple[str, ...]
    hidden: FloatArray
    hidden_bias: FloatArray
    output: FloatArray
    output_bias: FloatArray

    def logits(self, inputs: FloatArray) -> FloatArray:
        """Scores of the degrees of AI involvement, [n, degrees], of inputs [n, inputs].

        Postings are multiplied one by one: sums of a larger product could differ in their last bits with its size.
        """
        rows = [np.maximum(row @ self.hidden + self.hidden_bias, 0) @ self.output + self.output_bias for row in inputs]
        return np.array(rows, dtype=np.float32).reshape(len(inputs), len(self.output_bias))

    def to_bytes(self) -> bytes:
        """The content of a model folder's file."""
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            allow_pickle=False,
            terms=np.array(self.terms),
            hidden=self.hidden.astype(np.float16),
            hidden_bias=self.hidden_bias,
            output=self.output,
            output_bias=self.output_bias,
        )
        return buffer.getvalue()

    @classmethod
    def of_bytes(cls, content: bytes) -> "AiHead":
        """The head of a model folder, from the content of its file."""
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            arrays = {name: stored[name].astype(np.float32) for name in stored.files if name != "terms"}
            return cls(terms=tuple(str(term) for term in stored["terms"]), **arrays)


def ai_inputs(
    scores: Mapping[str, npt.NDArray[np.float32]],
    terms: AiTerms,
    titles: Sequence[str | None],
    descriptions: Sequence[str | None],
) -> FloatArray:
    """What the head reads of n postings, [n, inputs]: words about AI, and probabilities of degrees and roles.

    Args:
        scores: the text model's uncalibrated scores by head, [n, classes] each.
        terms: reads the words.
        titles: titles, [n].
        descriptions: descriptions, [n].
    """
    of_text = [softmax(scores[name].astype(np.float64)).astype(np.float32) for name in ("ai", "role")]
    return np.hstack([terms.features(titles, descriptions), *of_text])
