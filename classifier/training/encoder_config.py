"""The settings of an encoder's training that an n-gram network does not have."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TokenizerConfig:
    """Byte-pair encoding over runs of Han characters: entries, characters with an entry of their own, longest entry."""

    vocabulary: int = 8_000
    alphabet: int = 3_000
    longest: int = 6
    texts: int = 30_000


@dataclass(frozen=True)
class EncoderConfig:
    """The shape of an encoder trained from scratch. Heads are `head` wide; feed-forward layers four times the width."""

    layers: int = 4
    width: int = 256
    head: int = 64
    length: int = 256
    activation: str = "gelu"


@dataclass(frozen=True)
class MaskedConfig:
    """Masked-language-model pre-training.

    It ends after `epochs` or `minutes` (0: no limit), whichever comes first; the learning rate has then come down.
    A step reads `batch_tokens`, `micro_tokens` at a time. `held_out` is the share of postings that measure the loss.
    """

    share: float = 0.2
    whole_words: bool = True
    epochs: int = 8
    minutes: float = 0.0
    batch_tokens: int = 16_384
    micro_tokens: int = 4_096
    rate: float = 1e-3
    warm_up: int = 100
    weight_decay: float = 0.01
    bf16: bool = True
    held_out: float = 0.01
    checkpoint_minutes: float = 3.0


@dataclass(frozen=True)
class EncoderTeacherConfig:
    """Encoders that learn the labels alone and join the teacher, each with `weight` times its log-probabilities.

    0 networks leave the teacher to the n-grams.
    """

    networks: int = 0
    epochs: int = 10
    weight: float = 1.0


@dataclass(frozen=True)
class FinetuningConfig:
    """Learning the heads.

    An epoch shows `labelled_copies` of each label and `unlabelled` postings with the teacher's probabilities, drawn
    anew each epoch; models that only measure on a fold see `unlabelled_of_folds` of them. `wide` sets the n-gram
    network beside the encoder. Each layer learns at `layer_decay` times the rate of the one above it.
    """

    epochs: int = 3
    minutes: float = 0.0
    batch: int = 64
    micro_tokens: int = 4_096
    length: int = 256
    rate: float = 3e-4
    head_rate: float = 1e-3
    table_rate: float = 5e-4
    layer_decay: float = 0.9
    warm_up: int = 100
    weight_decay: float = 0.01
    dropout: float = 0.1
    feature_dropout: float = 0.4
    bf16: bool = True
    wide: bool = True
    labelled_copies: int = 4
    unlabelled: int = 115_000
    unlabelled_of_folds: int = 30_000
    hide_title: float = 0.2
    hide_description: float = 0.1
    hide_company: float = 0.5
    checkpoint_minutes: float = 3.0


@dataclass(frozen=True)
class ExportConfig:
    """The written model: its largest size, and whether weights keep to 7 bits.

    With 8 bits, processors without VNNI add up products in 16 bits, which saturate: answers would depend on the
    processor (onnxruntime's documentation of `reduce_range`).
    """

    largest_megabytes: float = 16.0
    seven_bits: bool = True
