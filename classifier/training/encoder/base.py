"""A Hugging Face encoder to fine-tune: our own pre-trained one, or any other."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import torch
import transformers
from safetensors import SafetensorError
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel, AutoTokenizer

from classifier.encoder_input import EncoderInput
from classifier.text_encoder import read_tokenizer
from taxonomy.errors import JobAtlasError

_LONGEST_MODEL = 100_000
"""Tokenizers that know no limit say that theirs is larger than this."""


@dataclass(frozen=True)
class Base:
    """An encoder with its tokenizer.

    Attributes:
        name: as it was asked for; of a folder its last part.
        encoder: gives `last_hidden_state`, [batch, tokens, width].
        tokenizer: the content of tokenizer.json.
        reader: the special tokens and the most tokens of a posting.
        padding: the token that fills rows.
        fingerprint: SHA-256 of weights, configuration and tokenizer.
    """

    name: str
    encoder: nn.Module
    tokenizer: bytes
    reader: EncoderInput
    padding: int
    fingerprint: str

    @property
    def width(self) -> int:
        """Of its vectors."""
        return int(self.encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]  # a Hugging Face model has a config

    def cutter(self) -> Tokenizer:
        """The tokenizer as the model folder will use it."""
        return read_tokenizer(self.tokenizer)


def load_base(name: str, length: int) -> Base:
    """Load an encoder from a folder or, by name, from the Hugging Face hub or its cache.

    Args:
        name: the folder or name.
        length: tokens of a posting to read at most; fewer where the encoder cannot.

    Raises:
        JobAtlasError: there is no such encoder, it needs code of its own or is not stored as safetensors, or its
            tokenizer is of another kind.
    """
    # That heads of the pre-training are not used is as it should be.
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # it is unannotated
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # as above
    try:
        # Code that comes with a base is never run, and nobody is asked whether it may be.
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        # Parts that the files lack, such as a pooling layer that is not used, are drawn at random.
        torch.manual_seed(0)
        # Only safetensors: other weight files are pickles, which can run code.
        encoder = AutoModel.from_pretrained(name, use_safetensors=True, trust_remote_code=False).float().eval()
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        if "trust_remote_code" in str(error):
            raise JobAtlasError(
                f"{name}: needs code of its own, which is not run: it could do anything on this machine. Name an "
                "encoder of a kind that transformers has itself, such as BERT's."
            ) from error
        reason = " ".join(str(error).split())[:200]
        raise JobAtlasError(
            f"{name}: cannot be loaded as an encoder ({reason}). Name a Hugging Face folder with config.json, "
            "model.safetensors and tokenizer.json, or a model of the hub."
        ) from error
    backend = getattr(tokenizer, "backend_tokenizer", None)
    first = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
    separator = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
    if backend is None or first is None or separator is None:
        raise JobAtlasError(
            f"{name}: has no fast tokenizer with tokens for beginning and separation. Name an encoder of BERT's kind."
        )
    positions = getattr(encoder.config, "max_position_embeddings", None)
    limits = [limit for limit in (positions, tokenizer.model_max_length) if limit and limit < _LONGEST_MODEL]
    content = backend.to_str().encode("utf-8")
    shape = {key: value for key, value in encoder.config.to_dict().items() if key != "_name_or_path"}
    digest = hashlib.sha256(content + json.dumps(shape, sort_keys=True, default=str).encode())
    for key, tensor in sorted(encoder.state_dict().items()):
        digest.update(key.encode() + tensor.contiguous().cpu().numpy().tobytes())
    return Base(
        name=Path(name).name if Path(name).exists() else name,
        encoder=encoder,
        tokenizer=content,
        reader=EncoderInput(int(first), int(separator), int(min([length, *limits]))),
        padding=int(tokenizer.pad_token_id or 0),
        fingerprint=digest.hexdigest(),
    )
