"""The model folder of an encoder beside n-grams, written only if the small graphs answer as the trained networks."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from classifier.ai_head import AiHead
from classifier.encoder_model import ENCODER_FILE, TOKENIZER_FILE
from classifier.labels import HEADS, LabelSpace, Scores
from classifier.mixture import Mixture
from classifier.text_encoder import TextEncoder, read_tokenizer
from classifier.training.decide import Decided
from classifier.training.encoder.base import Base
from classifier.training.encoder.finetuning import Reader, predict
from classifier.training.encoder.graph import full_graph, small_graph
from classifier.training.encoder.module import PostingClassifier
from classifier.training.encoder.size import HALVED, MEGABYTE
from classifier.training.encoder_config import ExportConfig
from classifier.training.export import AGREEMENT, PackedEncoder, PackedModel, agrees, pack_model, same_share
from classifier.training.fitting import predict as predict_ngrams
from classifier.training.network import Classifier
from classifier.training.run import Run
from taxonomy.errors import JobAtlasError

CHECKED = 2_000
"""Postings on which the exported model is compared with the networks."""


@dataclass(frozen=True)
class TrainedParts:
    """What a model is packed from.

    Attributes:
        network: of n-grams.
        classifier: the encoder with its heads.
        base: what the encoder was fine-tuned from.
        reader: gives the classifier its inputs.
        mixture: how their scores become one.
        ai_head: gives the answers about AI involvement.
    """

    network: Classifier
    classifier: PostingClassifier
    base: Base
    reader: Reader
    mixture: Mixture
    ai_head: AiHead


@dataclass(frozen=True)
class Parity:
    """Shares of postings on which two forms of a model give the same answer, by head.

    Attributes:
        full: the encoder's 32-bit graph against the trained encoder.
        small: the model, all 8-bit, against the sum of the trained networks.
    """

    full: dict[str, float]
    small: dict[str, float]


def pack_encoder(
    run: Run,
    parts: TrainedParts,
    decided: Decided,
    settings: ExportConfig,
    record: dict[str, Any],
    judged_labels: bytes,
) -> tuple[PackedModel, Parity]:
    """Export trained networks, and compare the model on some postings with them, one posting at a time.

    Args:
        run: the corpus and its labels.
        parts: the trained networks.
        decided: temperatures and thresholds.
        settings: size and bits.
        record: how the model came about.
        judged_labels: from `Run.judged_labels`.

    Raises:
        JobAtlasError: a graph answers otherwise than its network, or the folder is too large.
    """
    checked = np.unique(np.linspace(0, run.corpus.described - 1, CHECKED).astype(np.int64))
    texts = run.corpus.texts(checked)
    classifier = parts.classifier.to("cpu").eval()
    # One token at most a part: one posting at a time, as the model reads them.
    of_encoder = predict(classifier, parts.reader, checked, micro_tokens=1)
    of_ngrams = predict_ngrams(parts.network, run.features, checked)
    asked = parts.mixture.asked(of_ngrams)
    of_both = parts.mixture.mixed(of_ngrams, {head: of_encoder[head][asked] for head in HEADS}, asked)
    tokenizer = read_tokenizer(parts.base.tokenizer)
    full = TextEncoder(
        full_graph(classifier), tokenizer, parts.base.reader, run.space.roles, run.space.industries
    ).logits(*texts)
    encoder = PackedEncoder(
        {ENCODER_FILE: small_graph(classifier, settings.seven_bits), TOKENIZER_FILE: parts.base.tokenizer},
        {
            "input": parts.base.reader.to_dict(),
            "roles": list(run.space.roles),
            "industries": list(run.space.industries),
            "mixture": parts.mixture.to_dict(),
        },
    )
    packed = pack_model(
        parts.network,
        run.features.network_vocabularies,
        parts.ai_head,
        run.space,
        decided.temperatures,
        decided.thresholds,
        record,
        judged_labels,
        encoder,
        HALVED,
    )
    small, _ = packed.model.logits(*texts)
    parity = Parity(same_answers(of_encoder, full), same_answers(of_both, small))
    run.report(f"same answers as the trained networks: 32-bit encoder {parity.full}, 8-bit model {parity.small}")
    require_parity(parity, len(checked))
    packed.model.metadata["parity"] = {"postings": len(checked), "full": parity.full, "small": parity.small}
    size = sum(len(content) for content in packed.files.values()) / MEGABYTE
    require_size(size, settings.largest_megabytes)
    run.report(f"the model folder has {size:.2f} MB")
    return packed, parity


def require_export(base: Base, space: LabelSpace, settings: ExportConfig) -> None:
    """Refuse a base that could be trained and then not be written: the untrained classifier has to become a graph.

    Args:
        base: the encoder.
        space: the labels of the heads.
        settings: how it will be written.

    Raises:
        JobAtlasError: it is of a kind that takes other inputs, or has operators that ONNX lacks.
    """
    try:
        small_graph(PostingClassifier(base, space, dropout=0.0), settings.seven_bits)
    except (RuntimeError, TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
        reason = " ".join(str(error).split())[:200]
        raise JobAtlasError(
            f"{base.name}: encoders of this kind, {type(base.encoder).__name__}, cannot be written as ONNX ({reason}); "
            "nothing was trained. Name an encoder of BERT's kind."
        ) from error


def require_size(megabytes: float, largest: float) -> None:
    """Refuse a model that is too large after all; `size.require_room` estimated it before the training.

    Args:
        megabytes: of its files.
        largest: that it may have.

    Raises:
        JobAtlasError: it is larger.
    """
    if megabytes > largest:
        raise JobAtlasError(
            f"the model has {megabytes:.1f} MB, more than largest_megabytes = {largest:g}; it was not written. Raise "
            "the limit in [export] and start again; finished stages are kept."
        )


def same_answers(first: Scores, second: Scores) -> dict[str, float]:
    """Share of postings with the same most probable class, by head; scores that are no numbers agree with nothing."""
    return {head: same_share(first[head], second[head]) for head in HEADS}


def require_parity(parity: Parity, postings: int) -> None:
    """Refuse an export that gives other roles than the networks.

    Args:
        parity: of its two forms.
        postings: how many were compared.

    Raises:
        JobAtlasError: the 32-bit graph differs on more than one posting, or the 8-bit model on more than 0.5 %.
    """
    for form, share, wanted in (
        ("32-bit graph", parity.full["role"], 1.0),
        ("8-bit model", parity.small["role"], AGREEMENT),
    ):
        if not agrees(share, postings, wanted):
            raise JobAtlasError(
                f"the {form} gives the trained network's role on only {share:.2%} of postings, below "
                f"{wanted:.1%}; it was not written. Finished stages are kept: set seven_bits = false in [export] and "
                "start again, or train for longer."
            )
