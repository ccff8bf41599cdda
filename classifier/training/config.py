"""The settings of a training run, read from a TOML file."""

import math
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from classifier.encoder_input import SPECIAL_TOKENS
from classifier.training.encoder_config import (
    EncoderConfig,
    ExportConfig,
    FinetuningConfig,
    MaskedConfig,
    MixtureConfig,
    TokenizerConfig,
)
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean


@dataclass(frozen=True)
class VocabularyConfig:
    """How many n-grams of each field are kept.

    The linear teacher reads all of them; the network, which is shipped, the most frequent `network_*`.
    """

    title: int = 40_000
    description: int = 160_000
    company: int = 20_000
    network_title: int = 14_000
    network_description: int = 56_000
    network_company: int = 10_000


@dataclass(frozen=True)
class NetworkConfig:
    """The shape of the network: width of a text's vector, and of the company name's."""

    width: int = 112
    company_width: int = 48


@dataclass(frozen=True)
class PretrainingConfig:
    """Learning from unlabelled postings: titles, site categories, tags and industries are predicted from the rest."""

    epochs: int = 8
    batch: int = 512
    table_rate: float = 2e-3
    dense_rate: float = 1e-3
    feature_dropout: float = 0.5


@dataclass(frozen=True)
class TeacherConfig:
    """The teacher: fine-tuned networks and support vector machines over all n-grams, added up."""

    networks: int = 3
    epochs: int = 12
    batch: int = 64
    table_rate: float = 1e-3
    dense_rate: float = 1e-3
    feature_dropout: float = 0.4
    penalty: float = 1.5
    linear_weight: float = 3.0


@dataclass(frozen=True)
class StudentConfig:
    """The student: the pre-trained network, taught by the teacher's probabilities of all postings."""

    epochs: int = 3
    batch: int = 256
    table_rate: float = 1e-3
    dense_rate: float = 1e-3
    feature_dropout: float = 0.25
    labelled_copies: int = 4


@dataclass(frozen=True)
class ContinuedConfig:
    """Going on from a finished model (`--base`): its network learns labels, and its own answers lest it forget them.

    Attributes:
        epochs: passes over labels and replayed postings.
        batch: postings of a step.
        table_rate: learning rate of the n-gram tables.
        dense_rate: learning rate of everything else.
        feature_dropout: share of a description's n-grams that are hidden while learning.
        labelled_copies: how often an epoch shows each label.
        unlabelled: postings without a label, at most, that an epoch replays with the base's probabilities.
    """

    epochs: int = 4
    batch: int = 64
    table_rate: float = 5e-4
    dense_rate: float = 5e-4
    feature_dropout: float = 0.25
    labelled_copies: int = 20
    unlabelled: int = 10_000


@dataclass(frozen=True)
class AiHeadConfig:
    """The head for AI involvement: `members` networks of `hidden` units, averaged."""

    members: int = 3
    hidden: int = 128
    epochs: int = 20
    batch: int = 64
    rate: float = 2e-3
    weight_decay: float = 0.03
    input_dropout: float = 0.3
    dropout: float = 0.5


@dataclass(frozen=True)
class DecisionConfig:
    """What an answer must reach on the folds: its threshold is the lowest confidence with this accuracy above it."""

    role_accuracy: float = 0.97
    category_accuracy: float = 0.95
    industry_accuracy: float = 0.80


@dataclass(frozen=True)
class CommonConfig:
    """What every kind of training has: data, folds, the n-gram network, the teacher and the thresholds."""

    name: str = "v1"
    seed: int = 20261122
    folds: int = 4
    threads: int = 1
    vocabulary: VocabularyConfig = field(default_factory=VocabularyConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    pretraining: PretrainingConfig = field(default_factory=PretrainingConfig)
    teacher: TeacherConfig = field(default_factory=TeacherConfig)
    ai_head: AiHeadConfig = field(default_factory=AiHeadConfig)
    decision: DecisionConfig = field(default_factory=DecisionConfig)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the model's metadata."""
        return asdict(self)


@dataclass(frozen=True)
class TrainingConfig(CommonConfig):
    """Everything that decides an n-gram network, given the data."""

    kind: str = "ngram"
    student: StudentConfig = field(default_factory=StudentConfig)
    continued: ContinuedConfig = field(default_factory=ContinuedConfig)


@dataclass(frozen=True)
class EncoderTrainingConfig(CommonConfig):
    """Everything that decides an n-gram network with an encoder beside it, given the data."""

    kind: str = "encoder"
    tokenizer: TokenizerConfig = field(default_factory=TokenizerConfig)
    encoder: EncoderConfig = field(default_factory=EncoderConfig)
    masked: MaskedConfig = field(default_factory=MaskedConfig)
    student: StudentConfig = field(default_factory=StudentConfig)
    finetuning: FinetuningConfig = field(default_factory=FinetuningConfig)
    mixture: MixtureConfig = field(default_factory=MixtureConfig)
    export: ExportConfig = field(default_factory=ExportConfig)


@dataclass(frozen=True)
class SkillsTrainingConfig:
    """Everything that decides a confirmer of skills, given the data.

    Attributes:
        name: that its version begins with.
        kind: always "skills".
        seed: of the drawing of unlabelled postings.
        folds: parts of the labels, by company, on which the threshold is chosen.
        topics: directions of the space of skills that each skill weighs.
        unlabelled: postings that the topics are drawn from.
        penalty: inverse strength of the regression's penalty (C).
        context_scale: size of the inputs from the characters around a mention: the greater, the less they are
            penalised.
        topic_scale: size of a posting's topics.
    """

    name: str = "s2"
    kind: str = "skills"
    seed: int = 20261122
    folds: int = 4
    topics: int = 64
    unlabelled: int = 20_000
    penalty: float = 0.3
    context_scale: float = 0.4
    topic_scale: float = 3.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the confirmer's metadata."""
        return asdict(self)


AnyTrainingConfig = TrainingConfig | EncoderTrainingConfig | SkillsTrainingConfig

_KINDS: dict[str, Callable[[], AnyTrainingConfig]] = {
    "ngram": TrainingConfig,
    "encoder": EncoderTrainingConfig,
    "skills": SkillsTrainingConfig,
}


def read_config(path: Path) -> AnyTrainingConfig:
    """Read a training configuration; what it does not name keeps its default. `kind` is "ngram" where not given.

    Raises:
        JobAtlasError: the file cannot be read, or names a setting that does not exist, has the wrong type or is out of
            its range.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise JobAtlasError(f"{path}: cannot be read ({error.strerror}). Name an existing TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise JobAtlasError(f"{path}: is not valid TOML ({error}). Correct that place.") from error
    kind = values.get("kind", "ngram")
    if kind not in _KINDS:
        raise JobAtlasError(f"{path}: kind = {kind!r} is not a kind of training. Write one of {', '.join(_KINDS)}.")
    config: AnyTrainingConfig = _build(_KINDS[kind](), values, str(path))
    if isinstance(config, EncoderTrainingConfig):
        _require_something_shown(config, path)
    return config


_LEAST = {
    "folds": 2,
    "seed": 0,
    "labelled_copies": 0,
    "unlabelled": 0,
    "unlabelled_of_folds": 0,
    "warm_up": 0,
    "length": 2 * SPECIAL_TOKENS,
}
"""The least value of whole numbers, where it is not 1; of a posting's tokens as many as the special ones are text."""

_GREATEST = {
    "role_accuracy": 1.0,
    "category_accuracy": 1.0,
    "industry_accuracy": 1.0,
    "asked_below": 1.0,
    "share": 1.0,
    "layer_decay": 1.0,
    "hide_title": 1.0,
    "hide_description": 1.0,
    "hide_company": 1.0,
    "dropout": 0.99,
    "input_dropout": 0.99,
    "feature_dropout": 0.99,
    "held_out": 0.5,
}
"""The greatest value of shares: of 1, or of what still leaves something to learn from."""


def _build(defaults: Any, values: dict[str, Any], where: str) -> Any:  # noqa: ANN401 (one routine for every section)
    known = {setting.name: getattr(defaults, setting.name) for setting in fields(defaults)}
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise JobAtlasError(f"{where}: there is no setting {name!r}.{did_you_mean(name, known)}")
        default = known[name]
        if isinstance(default, int | float | str):
            wanted = type(default)
            fits = isinstance(value, int | float) if wanted is float else isinstance(value, wanted)
            if not fits or isinstance(value, bool) != (wanted is bool):
                raise JobAtlasError(f"{where}: {name} = {value!r} must be of type {wanted.__name__}.")
            if not isinstance(value, bool | str):
                _require_in_range(name, value, 0 if wanted is float else _LEAST.get(name, 1), where)
            chosen[name] = wanted(value)
        elif isinstance(value, dict):
            chosen[name] = _build(default, value, f"{where}, [{name}]")
        else:
            raise JobAtlasError(f"{where}: {name} is a section; write [{name}] with its settings below it.")
    return type(defaults)(**(known | chosen))


def _require_in_range(name: str, value: float, least: int, where: str) -> None:
    if not math.isfinite(value):
        raise JobAtlasError(
            f"{where}: {name} = {value!r} must be a finite number. Write one, or leave the setting out."
        )
    if value < least:
        raise JobAtlasError(f"{where}: {name} = {value!r} must be at least {least}.")
    greatest = _GREATEST.get(name, math.inf)
    if value > greatest:
        raise JobAtlasError(
            f"{where}: {name} = {value!r} is a share and must be at most {greatest:g}, not a percentage."
        )


def _require_something_shown(config: EncoderTrainingConfig, path: Path) -> None:
    """Title and description are never hidden together, so that their shares add up to 1 at most."""
    hidden = config.finetuning.hide_title + config.finetuning.hide_description
    if hidden > 1:
        raise JobAtlasError(
            f"{path}, [finetuning]: hide_title + hide_description = {hidden:g} must be at most 1, since one of the two "
            "is always shown. Lower one of them."
        )
