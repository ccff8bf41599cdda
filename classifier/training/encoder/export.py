"""The model folder of an encoder, written only if the small graph answers as the trained network does."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.ai_head import AI_HEAD_FILE, AiHead
from classifier.encoder_model import ENCODER_FORMAT, TOKENIZER_FILE, EncoderModel
from classifier.labels import HEADS
from classifier.model import GRAPH_FILE, METADATA_FILE
from classifier.ngram_input import VOCABULARY_FILE, pack_vocabularies
from classifier.training.decide import Decided
from classifier.training.encoder.base import Base
from classifier.training.encoder.finetuning import Reader, predict
from classifier.training.encoder.graph import full_graph, small_graph
from classifier.training.encoder.module import PostingClassifier
from classifier.training.encoder_config import ExportConfig
from classifier.training.export import AGREEMENT, PackedModel, agrees, describe, with_metadata
from classifier.training.run import Run
from classifier.training.teacher import Scores
from taxonomy.errors import JobAtlasError

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Parity:
    """Shares of postings on which two forms of a model give the same answer, by head.

    Attributes:
        full: the 32-bit graph against the trained network.
        small: the 8-bit graph against the trained network.
    """

    full: dict[str, float]
    small: dict[str, float]


def pack_encoder(
    run: Run,
    classifier: PostingClassifier,
    base: Base,
    reader: Reader,
    ai_head: AiHead,
    decided: Decided,
    settings: ExportConfig,
    record: dict[str, Any],
    checked: npt.NDArray[np.int64],
) -> tuple[PackedModel, Parity]:
    """Export a trained classifier, and compare it on some postings with the network, one posting at a time.

    Raises:
        JobAtlasError: a graph answers otherwise than the network, or the folder is too large.
    """

    def packed(graph: bytes, more: dict[str, Any]) -> PackedModel:
        files = {GRAPH_FILE: graph, TOKENIZER_FILE: base.tokenizer, AI_HEAD_FILE: ai_head.to_bytes()}
        if classifier.wide is not None:
            files[VOCABULARY_FILE] = pack_vocabularies(run.features.network_vocabularies)
        decisions = (decided.temperatures, decided.thresholds)
        metadata = describe(ENCODER_FORMAT, files, run.space, *decisions, record | more, base.reader.to_dict())
        return PackedModel(with_metadata(files, metadata), EncoderModel.of_files(files, metadata))

    classifier.to("cpu")
    # One token at most a part: one posting at a time, as the model reads them.
    network = predict(classifier.eval(), reader, checked, micro_tokens=1)

    def shares(model: PackedModel) -> dict[str, float]:
        exported, _ = model.model.logits(*run.corpus.texts(checked))
        return same_answers(network, exported)

    small = small_graph(classifier, settings.seven_bits)
    parity = Parity(shares(packed(full_graph(classifier), {})), shares(packed(small, {})))
    run.report(f"same answers as the trained network: 32-bit graph {parity.full}, 8-bit graph {parity.small}")
    require_parity(parity, len(checked))
    result = packed(small, {"parity": {"postings": len(checked), "full": parity.full, "small": parity.small}})
    size = sum(len(content) for name, content in result.files.items() if name != METADATA_FILE) / _MEGABYTE
    if size > settings.largest_megabytes:
        raise JobAtlasError(
            f"the model has {size:.1f} MB, more than largest_megabytes = {settings.largest_megabytes}; it was not "
            "written. Lower network_description or the encoder's width, or raise the limit; finished stages are kept."
        )
    run.report(f"the model folder has {size:.1f} MB")
    return result, parity


def same_answers(first: Scores, second: Scores) -> dict[str, float]:
    """Share of postings with the same most probable class, by head."""
    return {head: float(np.mean(first[head].argmax(axis=1) == second[head].argmax(axis=1))) for head in HEADS}


def require_parity(parity: Parity, postings: int) -> None:
    """Refuse an export that gives other roles than the network.

    Args:
        parity: of its two forms.
        postings: how many were compared.

    Raises:
        JobAtlasError: the 32-bit graph differs on more than one posting, or the 8-bit graph on more than 0.5 %.
    """
    for form, share, wanted in (("32-bit", parity.full["role"], 1.0), ("8-bit", parity.small["role"], AGREEMENT)):
        if not agrees(share, postings, wanted):
            raise JobAtlasError(
                f"the {form} graph gives the trained network's role on only {share:.2%} of postings, below "
                f"{wanted:.1%}; it was not written. Finished stages are kept: set seven_bits = false in [export] and "
                "start again, or train for longer."
            )
