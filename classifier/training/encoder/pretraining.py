"""Masked-language-model pre-training of an encoder from scratch (Devlin et al. 2019), on rows without padding."""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import transformers
from torch import nn
from transformers import RoFormerConfig, RoFormerForMaskedLM

from classifier.encoder_input import EncoderInput
from classifier.training.encoder.checkpoint import Checkpoint
from classifier.training.encoder.loop import Loop, Outcome, Schedule, device
from classifier.training.encoder.masking import Rows, mask, pack, slices
from classifier.training.encoder.tokens import TokenisedCorpus
from classifier.training.encoder.vocabulary import FIRST, MASK, PADDING, SEPARATOR, SPECIAL
from classifier.training.encoder_config import EncoderConfig, MaskedConfig
from classifier.training.matrices import Report
from taxonomy.errors import JobAtlasError

_MEASURED_ROWS = 256
"""Rows on which the held-out loss is taken, always with the same words masked."""

RECORD_FILE = "pretraining.json"


def new_encoder(shape: EncoderConfig, vocabulary: int, seed: int) -> RoFormerForMaskedLM:
    """An untrained encoder whose attention turns its vectors by position (Su et al. 2021, "RoFormer").

    Told positions by learnt vectors instead, the default encoder has a held-out loss above 6 for its first 16 million
    tokens; so it has 4.6 after 2.6 million (docs/quality.md).

    Raises:
        JobAtlasError: the width is no multiple of the heads' width.
    """
    if shape.width % shape.head:
        raise JobAtlasError(f"encoder width {shape.width} is no multiple of head = {shape.head}. Correct one of them.")
    torch.manual_seed(seed)
    return RoFormerForMaskedLM(
        RoFormerConfig(
            vocab_size=vocabulary,
            embedding_size=shape.width,
            hidden_size=shape.width,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.width // shape.head,
            intermediate_size=4 * shape.width,
            hidden_act=shape.activation,
            max_position_embeddings=shape.length,
            type_vocab_size=1,
            # One or a few passes over a corpus: dropout would only slow learning (Geiping and Goldstein 2023).
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            pad_token_id=SPECIAL.index(PADDING),
        )
    )


def pretrain_encoder(
    tokens: TokenisedCorpus,
    postings: npt.NDArray[np.int64],
    model: RoFormerForMaskedLM,
    settings: MaskedConfig,
    seed: int,
    checkpoint_path: Path,
    report: Report,
) -> Outcome:
    """Train an encoder to tell masked words.

    Args:
        tokens: of the corpus.
        postings: which may be learnt from.
        model: trained in place.
        settings: how long and how fast.
        seed: of order and masks.
        checkpoint_path: where the loop is kept.
        report: told of loss, rate and time left.

    Returns:
        How it went. The checkpoint stays, until the model is kept elsewhere.
    """
    reader = EncoderInput(SPECIAL.index(FIRST), SPECIAL.index(SEPARATOR), model.config.max_position_embeddings)
    shuffled = np.random.default_rng(seed).permutation(postings)
    cut = max(1, round(settings.held_out * len(shuffled)))
    held_out, learnt = shuffled[:cut], shuffled[cut:]
    measured = pack(tokens, held_out, reader)
    per_step = max(1, settings.batch_tokens // reader.length)

    @lru_cache(maxsize=1)
    def epoch(number: int) -> Rows:
        return pack(tokens, np.random.default_rng([seed, number]).permutation(learnt), reader)

    per_epoch = len(epoch(0)) // per_step
    if per_epoch == 0 or len(measured) == 0:
        raise JobAtlasError(
            f"the postings fill {len(epoch(0))} rows of {reader.length} tokens to learn from and {len(measured)} to "
            f"measure on, too few for steps of {per_step}. Lower batch_tokens, raise held_out or add postings."
        )
    nn.Module.to(model, device())
    work = _Work(model, settings, reader.length)

    def micro_batches(step: int, random: np.random.Generator) -> Iterator[tuple[torch.Tensor, int]]:
        rows, first = epoch(step // per_epoch), step % per_epoch * per_step
        return work.losses(rows, slice(first, first + per_step), random)

    def measure() -> float:
        model.eval()  # type: ignore[no-untyped-call]  # transformers leaves it unannotated
        with torch.no_grad():
            everything = work.losses(measured, slice(0, _MEASURED_ROWS), np.random.default_rng(seed))
            total = sum(loss.item() for loss, _ in everything)
        model.train()
        return total

    optimiser = torch.optim.AdamW(weight_groups(model, settings.weight_decay), lr=settings.rate, betas=(0.9, 0.98))
    checkpoint = Checkpoint(checkpoint_path, model, optimiser, report)
    schedule = Schedule(settings.epochs * per_epoch, settings.minutes, settings.warm_up)
    loop = Loop(
        model, optimiser, schedule, checkpoint, settings.checkpoint_minutes, seed, "pre-training", "tokens", report
    )
    return loop.run(micro_batches, measure)


def weight_groups(module: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """The parameters of a module: matrices decay, biases and norms do not."""
    matrices = [parameter for parameter in module.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in module.parameters() if parameter.dim() <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


class _Work:
    """The losses of rows. The vocabulary's logits are computed for chosen tokens only, a fifth of all."""

    def __init__(self, model: RoFormerForMaskedLM, settings: MaskedConfig, length: int) -> None:
        self._model = model
        self._settings = settings
        self._rows = max(1, settings.micro_tokens // length)
        self._device = device()

    def losses(self, rows: Rows, at: slice, random: np.random.Generator) -> Iterator[tuple[torch.Tensor, int]]:
        ids = rows.ids[at].astype(np.int64)
        vocabulary = self._model.config.vocab_size
        seen, chosen = mask(ids, rows.starts[at], self._settings.share, SPECIAL.index(MASK), vocabulary, random)
        total = max(1, int(chosen.sum()))
        for part in slices(len(ids), self._rows):
            inputs = torch.from_numpy(seen[part]).to(self._device)
            places = torch.from_numpy(np.flatnonzero(chosen[part])).to(self._device)
            truth = torch.from_numpy(ids[part][chosen[part]]).to(self._device)
            with torch.autocast(self._device.type, torch.bfloat16, enabled=self._settings.bf16):
                hidden = self._model.base_model(input_ids=inputs).last_hidden_state.flatten(0, 1)[places]
                scores = self._model.cls(hidden)
            yield nn.functional.cross_entropy(scores.float(), truth, reduction="sum") / total, inputs.numel()


def write_encoder(model: RoFormerForMaskedLM, outcome: Outcome, record: dict[str, object], folder: Path) -> None:
    """Write a pre-trained encoder as a Hugging Face folder, with the story of its training beside it."""
    nn.Module.to(model, "cpu")
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it is unannotated
    model.save_pretrained(folder)
    story = {"steps": outcome.steps, "seconds": round(outcome.seconds), "held_out": outcome.held_out, **record}
    (folder / RECORD_FILE).write_text(json.dumps(story, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
