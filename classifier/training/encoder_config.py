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

    It ends after `epochs` or `minutes` (0: no limit), whichever comes first; the learning rate has come down by then.
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
class FinetuningConfig:
    """Learning the heads.

    An epoch shows `labelled_copies` of each label and `unlabelled` postings with the teacher's probabilities, drawn
    anew each epoch; models that only measure on a fold see `unlabelled_of_folds` of them. Each layer learns at
    `layer_decay` times the rate of the one above it.
    """

    epochs: int = 2
    minutes: float = 0.0
    batch: int = 32
    micro_tokens: int = 4_096
    length: int = 192
    rate: float = 5e-4
    head_rate: float = 2e-3
    layer_decay: float = 0.9
    warm_up: int = 150
    weight_decay: float = 0.01
    dropout: float = 0.1
    bf16: bool = True
    labelled_copies: int = 1
    unlabelled: int = 0
    unlabelled_of_folds: int = 0
    hide_title: float = 0.2
    hide_description: float = 0.1
    hide_company: float = 0.5
    checkpoint_minutes: float = 3.0


@dataclass(frozen=True)
class MixtureConfig:
    """The encoder is asked where the n-grams' most probable role has less than `asked_below`."""

    asked_below: float = 0.8


@dataclass(frozen=True)
class ExportConfig:
    """The written model: the largest size of its files, and whether weights keep to 7 bits.

    A model that would be larger by its shapes is not trained, one that is larger not written.

    With 8 bits, processors without VNNI add up products in 16 bits, which saturate: answers would depend on the
    processor (onnxruntime's documentation of `reduce_range`).
    """

    largest_megabytes: float = 16.0
    seven_bits: bool = True
