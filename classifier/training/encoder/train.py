"""The stages of an encoder's training, in the order of docs/training.md: from the tokenizer to the export."""

from functools import partial
from pathlib import Path

import numpy as np
from transformers import AutoTokenizer

from classifier.encoder_model import TOKENIZER_FILE
from classifier.labels import HEADS
from classifier.text_encoder import read_tokenizer
from classifier.training.ai_head import train_ai_head
from classifier.training.config import EncoderTrainingConfig
from classifier.training.decide import decide
from classifier.training.encoder.base import load_base
from classifier.training.encoder.checkpoint import CHECKPOINT, remove_checkpoint
from classifier.training.encoder.export import TrainedParts, pack_encoder, require_export
from classifier.training.encoder.finetuned import FinetunedEncoders
from classifier.training.encoder.mixing import choose_mixture
from classifier.training.encoder.pretraining import new_encoder, pretrain_encoder, write_encoder
from classifier.training.encoder.size import require_room
from classifier.training.encoder.tokens import TokenisedCorpus, dictionary_hash, tokenise
from classifier.training.encoder.vocabulary import train_tokenizer
from classifier.training.export import PackedModel
from classifier.training.run import Run, ngram_encoder, teachers
from classifier.training.student import students
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError


def train_encoder(
    run: Run, config: EncoderTrainingConfig, base_name: str | None
) -> tuple[PackedModel, dict[str, float], float]:
    """Train an n-gram network, an encoder with heads, the weights of their sum, and the head for AI involvement.

    Args:
        run: data and stages.
        config: the settings.
        base_name: a Hugging Face encoder to fine-tune, a folder or name; None to pre-train one.

    Returns:
        The packed model, its metrics on the folds, and the share of roles that it gives as the networks do.

    Raises:
        JobAtlasError: a setting does not fit the others or the data, the base cannot be loaded, the model is or would
            be too large, or it differs from the networks.
    """
    if config.network.width % 2:
        raise JobAtlasError(f"[network] width = {config.network.width}: beside an encoder it must be even. Add 1.")
    name, folder = (base_name, None) if base_name else pretrained_encoder(run, config)
    load = partial(load_base, name, config.finetuning.length)
    base = load()
    if folder is None:
        require_room(run, config, base.encoder, base.cutter())
        require_export(base, run.space, config.export)
        folder = run.of_postings.folder(
            "tokens",
            {"base": base.fingerprint},
            lambda place: tokenise(run.corpus, base.cutter(), False, place, run.report),
        )
    ngrams = ngram_encoder(run)
    taught = teachers(run, ngrams)
    of_students, network = students(run, config.student, ngrams, taught)
    finetuned = FinetunedEncoders(run, config, load, TokenisedCorpus.load(folder), taught)
    of_encoders = finetuned.unseen()
    mixture = choose_mixture(run.judged(of_students), run.judged(of_encoders), run.judges, config.mixture)
    run.report(f"weight of the encoder beside the n-grams, by head: {mixture.weights}")
    asked = mixture.asked(of_students)
    run.report(f"the encoder is asked about {asked.mean():.1%} of the labelled postings")
    mixed = mixture.mixed(of_students, {head: of_encoders[head][asked] for head in HEADS}, asked)
    unseen, ai_head = train_ai_head(run, mixed)
    decided = decide(run.judged(unseen), run.judges, run.space, config.decision)
    parts = {
        "teacher": run.out_of_fold(taught, run.labels.postings),
        "n-grams alone": of_students,
        "encoder alone": of_encoders,
    }
    figures = {
        name: decide(run.judged(scores), run.judges, run.space, config.decision).metrics
        for name, scores in parts.items()
    }
    record = run.record({"student": decided.metrics} | figures)
    record["base"] = {
        "name": base.name if base_name else "pre-trained here",
        "fingerprint": base.fingerprint,
        "type": str(base.encoder.config.model_type),  # type: ignore[union-attr]  # a Hugging Face model has a config
    }
    trained = TrainedParts(network, finetuned.final(), base, finetuned.reader(), mixture, ai_head)
    judged_labels = run.judged_labels(unseen, decided.temperatures)
    packed, parity = pack_encoder(run, trained, decided, config.export, record, judged_labels)
    return packed, decided.metrics, parity.small["role"]


def corpus_tokens(run: Run, config: EncoderTrainingConfig) -> tuple[Path, Path]:
    """The folders of the tokenizer that is learnt from the postings, and of their tokens.

    Raises:
        JobAtlasError: the encoder of these settings would be too large.
    """
    about_tokenizer = run.settings("tokenizer") | {"length": config.encoder.length}

    def tokenizer(folder: Path) -> None:
        places = np.flatnonzero(run.usable[: run.corpus.described])
        random = np.random.default_rng(config.seed)
        chosen = random.permutation(places)[: config.tokenizer.texts]
        texts = (f"{run.corpus.titles[place]}\n{run.corpus.descriptions[place]}" for place in chosen)
        train_tokenizer(texts, config.tokenizer, config.encoder.length, folder)

    of_tokenizer = run.of_postings.folder("tokenizer", about_tokenizer, tokenizer)
    cutter = read_tokenizer((of_tokenizer / TOKENIZER_FILE).read_bytes())
    require_room(run, config, new_encoder(config.encoder, cutter.get_vocab_size(), config.seed).base_model, cutter)
    whole_words = config.masked.whole_words
    of_tokens = run.of_postings.folder(
        "tokens",
        about_tokenizer | _words(config),
        lambda folder: tokenise(run.corpus, cutter, whole_words, folder, run.report),
    )
    return of_tokenizer, of_tokens


def pretrained_encoder(run: Run, config: EncoderTrainingConfig) -> tuple[str, Path]:
    """The name of the encoder pre-trained on the postings, which is its folder, and the folder of their tokens.

    Raises:
        JobAtlasError: the encoder would be too large, or the postings are too few for one step.
    """
    of_tokenizer, tokens = corpus_tokens(run, config)
    deciding = run.settings("tokenizer", "encoder", "masked") | _words(config)
    checkpoint = run.of_postings.path("pretraining", deciding, CHECKPOINT)

    def encoder(folder: Path) -> None:
        fast = AutoTokenizer.from_pretrained(of_tokenizer)
        model = new_encoder(config.encoder, len(fast), config.seed)
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
        fast.save_pretrained(folder)
        run.report(f"pre-training took {outcome.steps:,} steps and {outcome.seconds:,.0f} s")

    folder = run.of_postings.folder("pretrained", deciding, encoder)
    remove_checkpoint(checkpoint)
    return str(folder), tokens


def _words(config: EncoderTrainingConfig) -> dict[str, str]:
    """What decides where words begin: other names of skills are other words, and other words are hidden."""
    return {"words": dictionary_hash(load_taxonomy()) if config.masked.whole_words else ""}
