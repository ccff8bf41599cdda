"""A transformer encoder as an ONNX graph with its tokenizer: the scores of postings, one at a time."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from classifier.encoder_input import TOKEN_FIELDS, EncoderInput, readable_part
from classifier.labels import AI_INVOLVEMENT, HEADS, LabelSpace, Scores
from classifier.model import session_of

TOKENS_INPUT = "tokens"

# The fused kernel is not vectorised: with it, an 8-bit encoder of four layers takes 1.4 times as long.
_SLOW_FUSIONS = ("SkipLayerNormFusion",)


class TextEncoder:
    """Reads postings on as many threads as the process has processors.

    Args:
        graph: the ONNX graph.
        tokenizer: cuts texts into tokens.
        reading: how the tokens of a posting are put together.
        roles: ids of the roles that it tells apart.
        industries: ids of the industries.

    Attributes:
        roles: as given.
        industries: as given.
    """

    def __init__(
        self,
        graph: bytes,
        tokenizer: Tokenizer,
        reading: EncoderInput,
        roles: tuple[str, ...],
        industries: tuple[str, ...],
    ) -> None:
        self._graph = graph
        self._tokenizer = tokenizer
        self._reading = reading
        self.roles = roles
        self.industries = industries
        self._sessions = [session_of(graph, _SLOW_FUSIONS)]

    def logits(self, titles: list[str | None], descriptions: list[str | None], companies: list[str | None]) -> Scores:
        """Uncalibrated scores by head, [n, classes] each, in the order of `roles` and `industries`."""
        widths = {"role": len(self.roles), "ai": len(AI_INVOLVEMENT), "industry": len(self.industries)}
        scores = {head: np.zeros((len(titles), width), dtype=np.float32) for head, width in widths.items()}
        texts = {"title": titles, "company": companies, "description": descriptions}
        threads = max(1, min(processors(), len(titles)))
        while len(self._sessions) < threads:
            self._sessions.append(session_of(self._graph, _SLOW_FUSIONS))

        def score_share(worker: int) -> None:
            for place in range(worker, len(titles), threads):
                tokens = self._tokens({field: texts[field][place] for field in TOKEN_FIELDS})
                # One posting a run: its scale of 8-bit activations, and so its scores, are its own.
                outputs = self._sessions[worker].run(list(HEADS), {TOKENS_INPUT: tokens[None]})
                for head, values in zip(HEADS, outputs, strict=True):
                    scores[head][place] = values[0]

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(score_share, range(threads)))
        return scores

    def logits_for(
        self,
        space: LabelSpace,
        titles: list[str | None],
        descriptions: list[str | None],
        companies: list[str | None],
    ) -> Scores:
        """As `logits`, for other labels.

        What the encoder does not know it cannot speak against: such a class gets the score of the most probable one,
        and the n-grams decide between them.
        """
        scores = self.logits(titles, descriptions, companies)
        return scores | {
            "role": _for_classes(scores["role"], self.roles, space.roles),
            "industry": _for_classes(scores["industry"], self.industries, space.industries),
        }

    def _tokens(self, texts: dict[str, str | None]) -> npt.NDArray[np.int64]:
        parts = [
            self._tokenizer.encode(readable_part(texts[field], field), add_special_tokens=False).ids
            for field in TOKEN_FIELDS
        ]
        return self._reading.join(*parts)


def _for_classes(
    scores: npt.NDArray[np.float32], known: tuple[str, ...], wanted: tuple[str, ...]
) -> npt.NDArray[np.float32]:
    if known == wanted:
        return scores
    places = {name: place for place, name in enumerate(known)}
    best = scores.max(axis=1)
    columns = [scores[:, places[name]] if name in places else best for name in wanted]
    return np.stack(columns, axis=1)


def read_tokenizer(content: bytes) -> Tokenizer:
    """The tokenizer of a model folder, from the content of its file; it neither cuts nor pads."""
    tokenizer = Tokenizer.from_str(content.decode("utf-8"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
