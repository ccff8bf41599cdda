"""A model whose encoder reads tokens, with or without n-grams beside them."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from classifier.ai_head import AI_HEAD_FILE, AiHead
from classifier.encoder_input import TOKEN_FIELDS, EncoderInput, readable_part
from classifier.labels import HEADS
from classifier.model import GRAPH_FILE, Model, no_scores, session_of
from classifier.ngram_input import VOCABULARY_FILE, Feed, feeds, read_vocabularies
from classifier.vocabulary import Vocabulary

ENCODER_FORMAT = 4
"""Of the model folder; other than that of n-gram models, which older programs read."""

TOKENIZER_FILE = "tokenizer.json"
TOKENS_INPUT = "tokens"

# The fused kernel is not vectorised: with it, an 8-bit encoder of four layers takes 1.4 times as long.
SLOW_FUSIONS = ("SkipLayerNormFusion",)


class EncoderModel(Model):
    """A loaded encoder. Postings are read one at a time, on as many threads as the process has processors.

    Args:
        graph: the ONNX graph.
        tokenizer: cuts texts into tokens.
        vocabularies: the known n-grams by field; None for a model without n-grams.
        metadata: the content of model.json.
        ai_head: gives the answers about AI involvement.
    """

    FILES: ClassVar = (GRAPH_FILE, TOKENIZER_FILE, VOCABULARY_FILE, AI_HEAD_FILE)

    def __init__(
        self,
        graph: bytes,
        tokenizer: Tokenizer,
        vocabularies: dict[str, Vocabulary] | None,
        metadata: dict[str, Any],
        ai_head: AiHead,
    ) -> None:
        super().__init__(metadata, ai_head)
        self._graph = graph
        self._tokenizer = tokenizer
        self._vocabularies = vocabularies
        self._input = EncoderInput(**metadata["input"])
        self._sessions: list[onnxruntime.InferenceSession] = []

    @classmethod
    def of_files(cls, files: Mapping[str, bytes], metadata: dict[str, Any]) -> "EncoderModel":
        """The model of a folder, from the contents of its files."""
        vocabularies = read_vocabularies(files[VOCABULARY_FILE]) if VOCABULARY_FILE in files else None
        ai_head = AiHead.of_bytes(files[AI_HEAD_FILE])
        return cls(files[GRAPH_FILE], read_tokenizer(files[TOKENIZER_FILE]), vocabularies, metadata, ai_head)

    def logits(
        self, titles: list[str | None], descriptions: list[str | None], companies: list[str | None]
    ) -> tuple[dict[str, npt.NDArray[np.float32]], npt.NDArray[np.bool_]]:
        """Uncalibrated scores by head, [n, classes] each, and whether a posting had a letter, [n]."""
        scores = no_scores(self.labels, len(titles))
        readable = np.array(
            [_has_letter(title) or _has_letter(text) for title, text in zip(titles, descriptions, strict=True)],
            dtype=bool,
        )
        texts = {"title": titles, "company": companies, "description": descriptions}
        threads = max(1, min(processors(), len(titles)))
        while len(self._sessions) < threads:
            self._sessions.append(session_of(self._graph, SLOW_FUSIONS))

        def score(session: onnxruntime.InferenceSession, place: int, feed: Feed | None) -> None:
            tokens = [
                self._tokenizer.encode(readable_part(texts[field][place], field), add_special_tokens=False).ids
                for field in TOKEN_FIELDS
            ]
            # One posting a run: its scale of 8-bit activations, and so its scores, are its own.
            inputs: dict[str, npt.NDArray[Any]] = {TOKENS_INPUT: self._input.join(*tokens)[None]}
            if feed is not None:
                inputs |= feed.inputs
            for name, values in zip(HEADS, session.run(list(HEADS), inputs), strict=True):
                scores[name][place] = values[0]

        of_ngrams: list[Feed] | list[None] = [None] * len(titles)
        if self._vocabularies is not None:
            of_ngrams = list(feeds(self._vocabularies, titles, descriptions, companies))

        def score_share(worker: int) -> None:
            for place in range(worker, len(titles), threads):
                score(self._sessions[worker], place, of_ngrams[place])

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(score_share, range(threads)))
        return scores, readable


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


def _has_letter(text: str | None) -> bool:
    return any(character.isalpha() for character in text or "")
