"""The stages of an encoder's training: tokenizer, tokens, pre-training, teacher, fine-tuning, export."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from transformers import AutoTokenizer

from classifier.calibration import negative_log_likelihood
from classifier.encoder_model import TOKENIZER_FILE, read_tokenizer
from classifier.training.config import EncoderTrainingConfig
from classifier.training.decide import decide, head_temperatures
from classifier.training.encoder.base import Base, load_base
from classifier.training.encoder.checkpoint import CHECKPOINT, remove_checkpoint
from classifier.training.encoder.export import pack_encoder
from classifier.training.encoder.finetuning import Lessons, Reader, finetune, predict
from classifier.training.encoder.module import PostingClassifier
from classifier.training.encoder.pretraining import new_encoder, pretrain_encoder, write_encoder
from classifier.training.encoder.tokens import TokenisedCorpus, tokenise
from classifier.training.encoder.vocabulary import train_tokenizer
from classifier.training.export import PackedModel
from classifier.training.fitting import joined, soft_targets, targets_of
from classifier.training.network import load_arrays, state_arrays
from classifier.training.run import Run, ngram_encoder, teachers
from classifier.training.stages import Arrays
from classifier.training.teacher import Scores, new_classifier

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
        folder = run.stages.folder(
            "tokens",
            {"base": base.fingerprint},
            lambda place: tokenise(run.corpus, base.cutter(), False, place, run.report),
        )
    tokens = TokenisedCorpus.load(folder)
    training = _Finetuning(run, config, load, tokens)
    of_folds = [training.of_fold(fold) for fold in range(config.folds)]
    everyone = np.arange(len(run.labels))
    decided = decide(run.out_of_fold(of_folds, everyone), run.labels, run.space, config.decision)
    of_teacher = decide(run.out_of_fold(training.taught, run.labels.postings), run.labels, run.space, config.decision)
    record = run.record({"student": decided.metrics, "teacher": of_teacher.metrics})
    record["base"] = {
        "name": base.name if base_name else "pre-trained here",
        "fingerprint": base.fingerprint,
        "type": str(base.encoder.config.model_type),  # type: ignore[union-attr]  # a Hugging Face model has a config
    }
    final = training.final()
    checked = np.unique(np.linspace(0, run.corpus.described - 1, CHECKED).astype(np.int64))
    packed, parity = pack_encoder(
        run, final, base, Reader(tokens, base, run.features), decided, config.export, record, checked
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

    of_tokenizer = run.stages.folder("tokenizer", about_tokenizer, tokenizer)
    cutter = read_tokenizer((of_tokenizer / TOKENIZER_FILE).read_bytes())
    words = config.masked.whole_words
    tokens = run.stages.folder(
        "tokens",
        about_tokenizer | {"words": words},
        lambda folder: tokenise(run.corpus, cutter, words, folder, run.report),
    )
    deciding = run.settings("tokenizer", "encoder", "masked")
    checkpoint = run.stages.path("pretraining", deciding, CHECKPOINT)

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

    folder = run.stages.folder("pretrained", deciding, encoder)
    remove_checkpoint(checkpoint)
    return str(folder), tokens


class _Finetuning:
    """The students: one for each fold, and the final one."""

    def __init__(
        self, run: Run, config: EncoderTrainingConfig, load: Callable[[], Base], tokens: TokenisedCorpus
    ) -> None:
        self._run = run
        self._config = config
        self._load = load
        self._tokens = tokens
        self._ngrams = ngram_encoder(run)
        self.taught = teachers(run, self._ngrams)
        self._temperatures = head_temperatures(
            run.out_of_fold(self.taught, run.labels.postings), run.labels, negative_log_likelihood
        )

    def of_fold(self, fold: int) -> Scores:
        """Logits of the labelled postings by a student that did not learn a fold's labels."""

        def predicted(checkpoint: Path) -> Arrays:
            classifier, reader = self._taught(fold, self._config.finetuning.unlabelled_of_folds, checkpoint)
            return predict(classifier, reader, self._run.labels.postings, self._config.finetuning.micro_tokens)

        return self._stage(f"encoder_student_{fold}", predicted)

    def final(self) -> PostingClassifier:
        """The student that learns all labels."""

        def learnt(checkpoint: Path) -> Arrays:
            return state_arrays(self._taught(self._config.folds, self._config.finetuning.unlabelled, checkpoint)[0])

        arrays = self._stage("encoder_student", learnt)
        classifier, _ = self._new(self._config.folds)
        load_arrays(classifier, arrays)
        return classifier

    def _stage(self, name: str, stage: Callable[[Path], Arrays]) -> Arrays:
        deciding = self._run.settings("vocabulary", "network", "pretraining", "teacher", "finetuning")
        deciding["base"] = self._load().fingerprint
        checkpoint = self._run.stages.path(name, deciding, CHECKPOINT)
        arrays = self._run.stages.run(name, deciding, lambda: stage(checkpoint))
        remove_checkpoint(checkpoint)
        return arrays

    def _new(self, split: int) -> tuple[PostingClassifier, Base]:
        run, config, base = self._run, self._config, self._load()
        seed = config.seed + 100 * split
        wide = None
        if config.finetuning.wide:
            wide = new_classifier(run.features, config.network, run.space, self._ngrams, seed)
        torch.manual_seed(seed)
        return PostingClassifier(base, run.space, config.finetuning.dropout, wide), base

    def _taught(self, split: int, unlabelled: int, checkpoint: Path) -> tuple[PostingClassifier, Reader]:
        run, config = self._run, self._config
        classifier, base = self._new(split)
        reader = Reader(self._tokens, base, run.features)
        pool, labelled = run.unlabelled(), run.splits()[split]
        lessons = Lessons(
            postings=np.concatenate([pool, run.labels.postings[labelled]]),
            targets=joined(
                soft_targets(self.taught[split], pool, self._temperatures), targets_of(run.labels, run.space)[labelled]
            ),
            unlabelled=len(pool),
        )
        seed, task = config.seed + 100 * split, run.task("fine-tuning", split)
        finetune(classifier, reader, lessons, unlabelled, config.finetuning, seed, task, checkpoint, run.report)
        return classifier, reader
