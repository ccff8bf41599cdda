"""Fine-tunes encoders of other settings on the same few labels, side by side, alone and beside the n-grams.

    python benchmarks/encoder_trials.py examples/train-encoder.toml --postings data/ --labels labels/ \\
        --labels classifier/annotations --work work/ \\
        --trial "half the rate" finetuning.rate=2.5e-4 --trial "first two layers" layers=2 \\
        --trial "not pre-trained" untrained --trial "replaced tokens" encoder=encoder-of-replaced-tokens

All learn the same labels alone, none of the first fold, and answer the same postings of it, whose companies are (giants
apart) others; labels of all folders count alike. The first row is the settings file as it is. The n-grams beside them
are the teacher that has learnt all labels of the other folds; sums are of log-probabilities, each with the temperature
that fits these postings. The teacher and the pre-trained encoder are taken from the work folder where `jobatlas train`
left them there; otherwise they are made first, in an hour or more. Finished trials are kept there too. An answer is the
most probable role of the most probable category, as `jobatlas classify` answers. In brackets: 95 % bootstrap intervals;
of differences, over the same postings.
"""

import argparse
import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import encoder_arguments
import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoModel

from classifier.calibration import fit_temperature, negative_log_likelihood, softmax
from classifier.corpus import Labels
from classifier.measures import Predictions, measures
from classifier.metrics import bootstrap, paired_bootstrap
from classifier.training.config import EncoderTrainingConfig
from classifier.training.encoder.base import Base, load_base
from classifier.training.encoder.checkpoint import CHECKPOINT, remove_checkpoint
from classifier.training.encoder.finetuning import Lessons, Reader, finetune, predict
from classifier.training.encoder.module import PostingClassifier
from classifier.training.encoder.tokens import TokenisedCorpus
from classifier.training.encoder.train import pretrained_encoder
from classifier.training.encoder_config import FinetuningConfig
from classifier.training.fitting import targets_of
from classifier.training.run import Run, ngram_encoder, prepare, teacher_of
from classifier.training.stages import Arrays
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

IntArray = npt.NDArray[np.int64]
Logits = npt.NDArray[np.float64]

ALONE = ("category accuracy", "role accuracy")
BESIDE = (*ALONE, "role accuracy, alternative allowed", "category accuracy, most confident 85%")
COLUMNS = (
    *(f"{name}, alone" for name in ALONE),
    "category accuracy, alone, title hidden",
    *(f"{name}, sum" for name in BESIDE),
)

NOT_HEARD = ("unlabelled", "unlabelled_of_folds", "checkpoint_minutes")
"""Settings of the fine-tuning that change nothing here: the labels alone teach."""


@dataclass(frozen=True)
class Trial:
    """What is tried.

    Attributes:
        name: of its row.
        finetuning: the settings.
        encoder: folder of the pre-trained encoder; empty for the one that the settings file pre-trains.
        layers: how many of its layers are kept, from the bottom; 0 for all.
        untrained: whether its weights are drawn at random.
    """

    name: str
    finetuning: FinetuningConfig
    encoder: str = ""
    layers: int = 0
    untrained: bool = False


def trial_of(words: list[str], usual: Trial) -> Trial:
    """A trial from its name and what is other in it, as the command line has them.

    Raises:
        ValueError: there is no such setting, or it has no such value.
    """
    trial = replace(usual, name=words[0])
    for word in words[1:]:
        key, _, value = word.partition("=")
        section, _, setting = key.rpartition(".")
        usual_values = asdict(usual.finetuning)
        if section == "finetuning" and setting in usual_values and setting not in NOT_HEARD:
            given = tomllib.loads(f"value = {value}")["value"]
            kind = type(usual_values[setting])
            if not isinstance(given, kind) and not (kind is float and isinstance(given, int)):
                raise ValueError(f"{word}: {setting} is such a value as {usual_values[setting]}.")
            trial = replace(trial, finetuning=replace(trial.finetuning, **{setting: kind(given)}))
        elif key == "encoder" and Path(value).is_dir():
            trial = replace(trial, encoder=value)
        elif key == "layers" and value.isdecimal() and int(value) > 0:
            trial = replace(trial, layers=int(value))
        elif word == "untrained":
            trial = replace(trial, untrained=True)
        else:
            raise ValueError(f"{word}: write finetuning.SETTING=VALUE, encoder=FOLDER, layers=NUMBER or untrained.")
    return trial


class Trials:
    """Fine-tunes and answers.

    Args:
        run: data and stages.
        config: the settings.
        encoder: folder of the pre-trained encoder.
        tokens: folder of the corpus's tokens.
        learnt: the labels to learn.
        asked: those to answer.
    """

    def __init__(
        self, run: Run, config: EncoderTrainingConfig, encoder: str, tokens: Path, learnt: IntArray, asked: IntArray
    ) -> None:
        self._run = run
        self._config = config
        self._encoder = encoder
        self._tokenizer = load_base(encoder, config.finetuning.length).tokenizer
        self._tokens = TokenisedCorpus.load(tokens)
        self._learnt = learnt
        self._asked = asked

    def base(self, trial: Trial) -> Base:
        """The encoder that a trial begins with.

        Raises:
            JobAtlasError: it cannot be loaded, reads other tokens than the corpus was cut into, or has fewer layers.
        """
        base = load_base(trial.encoder or self._encoder, trial.finetuning.length)
        if base.tokenizer != self._tokenizer:
            raise JobAtlasError(f"{trial.encoder}: has another tokenizer. Name an encoder that reads the same tokens.")
        if trial.untrained:
            torch.manual_seed(self._config.seed)
            base = replace(base, encoder=AutoModel.from_config(base.encoder.config).eval())
        if trial.layers:
            layers = base.encoder.encoder.layer  # type: ignore[union-attr]  # RoFormer's
            if trial.layers > len(layers):  # type: ignore[arg-type]  # a list of modules
                raise JobAtlasError(f"{trial.name}: the encoder has {len(layers)} layers. Keep fewer.")  # type: ignore[arg-type]  # as above
            base.encoder.encoder.layer = layers[: trial.layers]  # type: ignore[union-attr, index]  # as above
        return base

    def answers(self, trial: Trial) -> tuple[Logits, Logits]:
        """Scores of the roles of the asked postings, and those with their titles hidden, [asked, roles] each."""
        settings = {key: value for key, value in asdict(trial.finetuning).items() if key not in NOT_HEARD}
        labels = [hashlib.sha256(which.tobytes()).hexdigest() for which in (self._learnt, self._asked)]
        encoder = [self.base(trial).fingerprint, trial.layers, trial.untrained]
        deciding = {"finetuning": settings, "encoder": encoder, "labels": labels, "seed": self._config.seed}
        checkpoint = self._run.stages.path("trial", deciding, CHECKPOINT)
        scores = self._run.stages.run("trial", deciding, lambda: self._answered(trial, checkpoint))
        remove_checkpoint(checkpoint)
        return scores["all"].astype(np.float64), scores["title hidden"].astype(np.float64)

    def _answered(self, trial: Trial, checkpoint: Path) -> Arrays:
        run, settings, base = self._run, trial.finetuning, self.base(trial)
        torch.manual_seed(self._config.seed)
        classifier = PostingClassifier(base, run.space, settings.dropout)
        lessons = Lessons(run.labels.postings[self._learnt], targets_of(run.labels, run.space)[self._learnt], 0)
        reader, asked = Reader(self._tokens, base), run.labels.postings[self._asked]
        finetune(classifier, reader, lessons, 0, settings, self._config.seed, trial.name, checkpoint, run.report)
        seen = {"all": (), "title hidden": ("title",)}
        return {
            name: predict(classifier, reader, asked, settings.micro_tokens, hidden)["role"]
            for name, hidden in seen.items()
        }


def calibrated(logits: Logits, truth: IntArray) -> Logits:
    """Log-probabilities with the temperature that fits these answers, [n, roles]."""
    fitted = softmax(logits, fit_temperature(logits, truth, negative_log_likelihood))
    return np.log(np.maximum(fitted, np.finfo(np.float64).tiny))


def figures(run: Run, scores: Logits, truth: Labels) -> dict[str, Callable[[IntArray], float]]:
    """What `classifier.measures` says of answers with these scores, [n, roles]."""
    roles = softmax(scores)
    categories = run.space.category_sums(roles)
    category = categories.argmax(axis=1)
    role = np.where(run.space.category_of_role == category[:, None], roles, -1.0).argmax(axis=1)
    everyone = np.ones(len(role), dtype=np.bool_)
    said = Predictions(
        role,
        category,
        role_confidence=roles.max(axis=1),
        category_confidence=categories.max(axis=1),
        role_given=everyone,
        needs_review=~everyone,
    )
    return measures(said, truth, run.space)


def chosen(folds: IntArray, learnt: int, asked: int, seed: int) -> tuple[IntArray, IntArray]:
    """Labels that are not of the first fold, and labels that are, drawn at random; all where there are no more."""
    order = np.random.default_rng(seed).permutation(len(folds))
    return np.sort(order[folds[order] != 0][:learnt]), np.sort(order[folds[order] == 0][:asked])


def print_tables(run: Run, ngrams: Logits, answers: dict[str, tuple[Logits, Logits]], asked: IntArray) -> None:
    """The figures, and what each trial gains over the first.

    Args:
        run: the labels.
        ngrams: scores of the n-gram teacher, [asked, roles].
        answers: scores of each trial, and those with the titles hidden.
        asked: the labels that they answer.
    """
    truth = run.labels.only(np.isin(np.arange(len(run.labels)), asked))
    beside = calibrated(ngrams, truth.role)
    rows = {}
    for name, (shown, hidden) in answers.items():
        alone, blind = figures(run, shown, truth), figures(run, hidden, truth)
        together = figures(run, beside + calibrated(shown, truth.role), truth)
        rows[name] = [*(alone[key] for key in ALONE), blind[ALONE[0]], *(together[key] for key in BESIDE)]
    of_ngrams = figures(run, beside, truth)
    n = len(asked)
    print(f"\n{n:,} postings, {int(run.judging[asked].sum()):,} of them of the first label folder\n")
    print(f"| | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 1)}")
    cells = [*("–" for _ in COLUMNS[: -len(BESIDE)]), *(str(bootstrap(of_ngrams[key], n)) for key in BESIDE)]
    print(f"| n-grams alone | {' | '.join(cells)} |")
    for name, values in rows.items():
        print(f"| {name} | {' | '.join(str(bootstrap(value, n)) for value in values)} |")
    usual, *others = rows
    print(f"\n| minus {usual} | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 1)}")
    for name in others:
        gains = [paired_bootstrap(one, other, n)[2] for one, other in zip(rows[usual], rows[name], strict=True)]
        print(f"| {name} | {' | '.join(map(str, gains))} |")


def main() -> None:
    """Prints two Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learn", type=int, default=6_000, help="labels to learn")
    parser.add_argument("--ask", type=int, default=5_000, help="postings to answer")
    parser.add_argument(
        "--trial", nargs="+", action="append", default=[], help="name of a row, and what is other in it"
    )
    given, config = encoder_arguments.parse(parser)
    usual = Trial("as set", config.finetuning)
    try:
        trials = [usual, *(trial_of(words, usual) for words in given.trial)]
    except ValueError as error:
        parser.error(f"--trial: {error}")
    if len({trial.name for trial in trials}) < len(trials):
        parser.error("--trial: two rows have the same name, or that of the first.")

    def report(line: str) -> None:
        print(line, flush=True)

    try:
        run = prepare(config, load_taxonomy(), given.postings, given.labels, given.work, report)
        encoder, tokens = pretrained_encoder(run, config)
        learnt, asked = chosen(run.folds, given.learn, given.ask, config.seed)
        judge = Trials(run, config, encoder, tokens, learnt, asked)
        for trial in trials:
            judge.base(trial)
        answers = {trial.name: judge.answers(trial) for trial in trials}
    except JobAtlasError as error:
        parser.exit(1, f"error: {error}\n")
    ngrams = teacher_of(run, ngram_encoder(run), 0)["role"][run.labels.postings[asked]].astype(np.float64)
    print_tables(run, ngrams, answers, asked)


if __name__ == "__main__":
    main()
