"""How large a model folder will be: told from shapes, before anything is trained."""

import math

import torch
from tokenizers import Tokenizer
from torch import nn

from classifier.ai_terms import AiTerms, packaged_terms
from classifier.features import FIELDS
from classifier.labels import AI_INVOLVEMENT, LabelSpace
from classifier.ngram_input import pack_vocabularies
from classifier.training.config import AiHeadConfig, EncoderTrainingConfig, NetworkConfig
from classifier.training.encoder.graph import TABLE_ROWS
from classifier.training.matrices import CorpusFeatures
from classifier.training.network import Classifier, Encoder
from classifier.training.pretrain import table_sizes
from classifier.training.run import Run
from taxonomy.errors import JobAtlasError

HALVED = ("description",)
"""Tables in 4 bits, so that the encoder has room beside them: the largest, of whose vectors most are summed."""

MEGABYTE = 1_000_000

_FLOAT = 4
"""Bytes of a 32-bit number."""

_SCALE_AND_ZERO = 5
"""Bytes that the quantiser adds to each column of a matrix: a 32-bit scale and an 8-bit zero point."""

_UNUSED = "pooler."
"""Parameters that the heads do not read and the graph leaves out: Hugging Face's layer over the first token."""

_NODES = 3_400
"""Bytes of operators and names for each parameter of an encoder; the shipped one has 3,440."""

_LABEL = 12
"""Bytes of a label in the file of folds: 41,000 take 493 kB."""

_ROOM = 1.02
"""What the limit is advised to be, as a multiple of the estimate."""


def require_room(run: Run, config: EncoderTrainingConfig, encoder: nn.Module, cutter: Tokenizer) -> None:
    """Refuse to train what would be too large to be written.

    Args:
        run: the n-grams and labels.
        config: the settings.
        encoder: of the shape that will be trained.
        cutter: its tokenizer.

    Raises:
        JobAtlasError: by its shapes the model is larger than `[export] largest_megabytes`.
    """
    of_encoder = (encoder_bytes(encoder, run.space) + len(cutter.to_str().encode())) / MEGABYTE
    of_ngrams = ngram_bytes(run.features, config.network, run.space) / MEGABYTE
    of_others = (ai_head_bytes(config.ai_head, run.space) + _LABEL * len(run.labels)) / MEGABYTE
    expected = of_encoder + of_ngrams + of_others
    limit = config.export.largest_megabytes
    if expected > limit:
        raise JobAtlasError(
            f"the model would have about {expected:,.1f} MB ({of_encoder:,.1f} of the encoder), more than "
            f"largest_megabytes = {limit:g}; nothing was trained. Set largest_megabytes = "
            f"{math.ceil(_ROOM * expected)} in [export], or take a smaller encoder."
        )
    run.report(f"the model folder will have about {expected:,.2f} MB")


def encoder_bytes(encoder: nn.Module, space: LabelSpace) -> int:
    """The size of `small_graph`: matrices and large tables in 8 bits, the rest and the heads in 32."""
    rows = {
        f"{name}.weight": module.num_embeddings
        for name, module in encoder.named_modules()
        if isinstance(module, nn.Embedding)
    }
    classes = len(space.roles) + len(AI_INVOLVEMENT) + len(space.industries)
    width = int(encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]  # a Hugging Face model has a config
    total = _FLOAT * classes * (2 * width + 1)
    for name, parameter in encoder.named_parameters():
        if name.startswith(_UNUSED):
            continue
        total += _NODES
        if rows.get(name, 0) >= TABLE_ROWS:
            total += parameter.numel() + _FLOAT * rows[name]
        elif parameter.dim() == 2 and name not in rows:
            total += parameter.numel() + _SCALE_AND_ZERO * len(parameter)
        else:
            total += _FLOAT * parameter.numel()
    return total


def ngram_bytes(features: CorpusFeatures, shape: NetworkConfig, space: LabelSpace) -> int:
    """The size of the n-gram network's graph, with the tables of `HALVED` fields in 4 bits, and of its vocabularies."""
    with torch.device("meta"):
        body = Encoder(table_sizes(features), shape)
        network = Classifier(body, len(space.roles), len(AI_INVOLVEMENT), len(space.industries))
    tables = {f"encoder.{field}.weight": field for field in FIELDS}
    total = len(pack_vocabularies(features.network_vocabularies))
    for name, parameter in network.named_parameters():
        if name not in tables:
            total += _FLOAT * parameter.numel()
        elif tables[name] in HALVED:
            total += parameter.numel() // 2 + 2 * _FLOAT * len(parameter)
        else:
            total += parameter.numel() + _FLOAT * len(parameter)
    return total


def ai_head_bytes(settings: AiHeadConfig, space: LabelSpace) -> int:
    """The size of the head for AI involvement: its hidden layer in 16 bits, which hardly compress."""
    inputs = AiTerms(packaged_terms()).width + len(AI_INVOLVEMENT) + len(space.roles)
    return 2 * inputs * settings.hidden * settings.members
