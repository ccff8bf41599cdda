"""The stages of an encoder's training: tokenizer, tokens, pre-training, teacher, fine-tuning, export."""

from functools import partial
from pathlib import Path

import numpy as np
from transformers import AutoTokenizer

from classifier.encoder_model import TOKENIZER_FILE, read_tokenizer
from classifier.training.ai_head import train_ai_head
from classifier.training.config import EncoderTrainingConfig
from classifier.training.decide import decide
from classifier.training.encoder.base import load_base
from classifier.training.encoder.checkpoint import CHECKPOINT, remove_checkpoint
from classifier.training.encoder.export import pack_encoder
from classifier.training.encoder.finetuning import Reader
from classifier.training.encoder.pretraining import new_encoder, pretrain_encoder, write_encoder
from classifier.training.encoder.students import Students
from classifier.training.encoder.tokens import TokenisedCorpus, tokenise
from classifier.training.encoder.vocabulary import train_tokenizer
from classifier.training.export import PackedModel
from classifier.training.run import Run

CHECKED = 2_000
"""Postings on which the exported model is compared with the network."""


def train_encoder(
    run: Run, config: EncoderTrainingConfig, base_name: str | None
) -> tuple[PackedModel, dict[str, float], float]:
    """Train an encoder and its heads.

    Args:
        run: data and stages.
        config: the settings.
        base_name: a Hugging Face encoder to fine-tune; None to pre-train one.

    Returns:
        The packed model, its metrics on the folds, and the share of roles that it gives as the network does.
    """
    name, folder = (base_name, None) if base_name else _pretrained(run, config)
    load = partial(load_base, name, config.finetuning.length)
    base = load()
    if folder is None:
        folder = run.of_postings.folder(
            "tokens",
            {"base": base.fingerprint},
            lambda place: tokenise(run.corpus, base.cutter(), False, place, run.report),
        )
    tokens = TokenisedCorpus.load(folder)
    training = Students(run, config, load, tokens)
    of_folds = [training.of_fold(fold) for fold in range(config.folds)]
    unseen = run.out_of_fold(of_folds, np.arange(len(run.labels)))
    unseen, ai_head = train_ai_head(run, unseen, training.deciding("encoder_teacher", "finetuning"))
    decided = decide(run.judged(unseen), run.judges, run.space, config.decision)
    by_teacher = run.judged(run.out_of_fold(training.taught, run.labels.postings))
    of_teacher = decide(by_teacher, run.judges, run.space, config.decision)
    record = run.record({"student": decided.metrics, "teacher": of_teacher.metrics})
    record["base"] = {
        "name": base.name if base_name else "pre-trained here",
        "fingerprint": base.fingerprint,
        "type": str(base.encoder.config.model_type),  # type: ignore[union-attr]  # a Hugging Face model has a config
    }
    final = training.final()
    checked = np.unique(np.linspace(0, run.corpus.described - 1, CHECKED).astype(np.int64))
    packed, parity = pack_encoder(
        run, final, base, Reader(tokens, base, run.features), ai_head, decided, config.export, record, checked
    )
    return packed, decided.metrics, parity.small["role"]


def _pretrained(run: Run, config: EncoderTrainingConfig) -> tuple[str, Path]:
    """The folders of the encoder pre-trained on the postings, and of their tokens."""
    about_tokenizer = run.settings("tokenizer") | {"length": config.encoder.length}

    def tokenizer(folder: Path) -> None:
        places = np.flatnonzero(run.usable[: run.corpus.described])
        random = np.random.default_rng(config.seed)
        chosen = random.permutation(places)[: config.tokenizer.texts]
        texts = (f"{run.corpus.titles[place]}\n{run.corpus.descriptions[place]}" for place in chosen)
        train_tokenizer(texts, config.tokenizer, config.encoder.length, folder)

    of_tokenizer = run.of_postings.folder("tokenizer", about_tokenizer, tokenizer)
    cutter = read_tokenizer((of_tokenizer / TOKENIZER_FILE).read_bytes())
    words = config.masked.whole_words
    tokens = run.of_postings.folder(
        "tokens",
        about_tokenizer | {"words": words},
        lambda folder: tokenise(run.corpus, cutter, words, folder, run.report),
    )
    deciding = run.settings("tokenizer", "encoder", "masked")
    checkpoint = run.of_postings.path("pretraining", deciding, CHECKPOINT)

    def encoder(folder: Path) -> None:
        model = new_encoder(config.encoder, cutter.get_vocab_size(), config.seed)
        outcome = pretrain_encoder(
            TokenisedCorpus.load(tokens),
            np.flatnonzero(run.usable),
            model,
            config.masked,
            config.seed,
            checkpoint,
            run.report,
        )
        write_encoder(model, outcome, {"data": run.hashes, "config": deciding}, folder)
        AutoTokenizer.from_pretrained(of_tokenizer).save_pretrained(folder)
        run.report(f"pre-training took {outcome.steps:,} steps and {outcome.seconds:,.0f} s")

    folder = run.of_postings.folder("pretrained", deciding, encoder)
    remove_checkpoint(checkpoint)
    return str(folder), tokens
