"""Pre-trains an encoder to tell replaced tokens from true ones, for comparison with hidden words.

    python benchmarks/replaced_tokens.py examples/train-encoder.toml --postings data/ --labels labels/ --work work/ \\
        --output encoder-of-replaced-tokens

A small network learns to tell hidden words, as in the pre-training of the shipped encoder; where it errs, its guesses
stand in the text, and the encoder learns which tokens are not the text's own (Clark et al. 2020, "ELECTRA"). Tokenizer,
tokens, rows, shape, steps and rates are those of the settings file. The folder is a base for
`benchmarks/encoder_trials.py`.
"""

import argparse
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import encoder_arguments
import numpy as np
import torch
from torch import nn
from transformers import AutoTokenizer, RoFormerConfig, RoFormerForMaskedLM

from classifier.encoder_input import EncoderInput
from classifier.training.config import EncoderTrainingConfig
from classifier.training.encoder.checkpoint import CHECKPOINT, Checkpoint, remove_checkpoint
from classifier.training.encoder.loop import Loop, Schedule, device
from classifier.training.encoder.masking import Rows, mask, pack, slices
from classifier.training.encoder.pretraining import new_encoder, weight_groups, write_encoder
from classifier.training.encoder.tokens import TokenisedCorpus
from classifier.training.encoder.train import corpus_tokens
from classifier.training.encoder.vocabulary import FIRST, MASK, SEPARATOR, SPECIAL
from classifier.training.run import prepare
from taxonomy.catalogue import load_taxonomy

GENERATOR_SHARE = 4
"""The small network has this part of the encoder's width, a share that Clark et al. found best."""

WEIGHT = 50.0
"""Of the encoder's loss beside the small network's, theirs too."""

MEASURED_ROWS = 256
"""Rows on which the held-out loss is taken."""


class Pair(nn.Module):
    """The small network that hides words, and the encoder that tells which tokens are not the text's own."""

    def __init__(self, config: EncoderTrainingConfig, vocabulary: int) -> None:
        super().__init__()
        self.encoder = new_encoder(config.encoder, vocabulary, config.seed)
        width = config.encoder.width
        of_generator = width // GENERATOR_SHARE
        small = {"hidden_size": of_generator, "intermediate_size": 4 * of_generator}
        small["num_attention_heads"] = max(1, of_generator // config.encoder.head)
        self.generator = RoFormerForMaskedLM(RoFormerConfig(**self.encoder.config.to_dict() | small))
        # Both read with the same vectors of tokens, as theirs do.
        self.generator.base_model.embeddings.word_embeddings = self.encoder.base_model.embeddings.word_embeddings
        self.generator.tie_weights()
        self.told = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 1))

    def losses(
        self, true: torch.Tensor, seen: torch.Tensor, chosen: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Summed losses of both, and how many replaced tokens there are.

        Args:
            true: tokens of the text, [rows, length].
            seen: the same with words hidden, [rows, length].
            chosen: where they are hidden, [rows, length].
        """
        hidden = self.generator.base_model(input_ids=seen).last_hidden_state[chosen]
        scores = self.generator.cls(hidden).float()
        of_generator = nn.functional.cross_entropy(scores, true[chosen], reduction="sum")
        with torch.no_grad():
            noise = -torch.empty_like(scores).exponential_().log()
            guessed = true.clone()
            guessed[chosen] = (scores + noise).argmax(dim=1)
        replaced = guessed != true
        logits = self.told(self.encoder.base_model(input_ids=guessed).last_hidden_state)[..., 0]
        of_encoder = nn.functional.binary_cross_entropy_with_logits(logits.float(), replaced.float(), reduction="sum")
        return of_generator, of_encoder, replaced.sum()


def main() -> None:
    """Writes a Hugging Face folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, help="folder to write")
    given, config = encoder_arguments.parse(parser)

    def report(line: str) -> None:
        print(line, flush=True)

    run = prepare(config, load_taxonomy(), given.postings, given.labels, given.work, report)
    tokenizer, folder = corpus_tokens(run, config)
    tokens = TokenisedCorpus.load(folder)
    reader = EncoderInput(SPECIAL.index(FIRST), SPECIAL.index(SEPARATOR), config.encoder.length)
    settings = config.masked
    learnt = np.random.default_rng(config.seed).permutation(np.flatnonzero(run.usable))
    cut = max(1, round(settings.held_out * len(learnt)))
    held_out, learnt = pack(tokens, learnt[:cut], reader), learnt[cut:]
    per_step = max(1, settings.batch_tokens // reader.length)

    @lru_cache(maxsize=1)
    def epoch(number: int) -> Rows:
        return pack(tokens, np.random.default_rng([config.seed, number]).permutation(learnt), reader)

    fast = AutoTokenizer.from_pretrained(tokenizer)
    pair, where = Pair(config, len(fast)).to(device()), device()

    def micro_batches(step: int, random: np.random.Generator) -> Iterator[tuple[torch.Tensor, int]]:
        rows, first = epoch(step // per_epoch), step % per_epoch * per_step
        ids = rows.ids[first : first + per_step].astype(np.int64)
        starts = rows.starts[first : first + per_step]
        # All chosen tokens are hidden: a guess that is the text's own counts as true.
        _, chosen = mask(ids, starts, settings.share, SPECIAL.index(MASK), len(fast), random)
        seen = np.where(chosen, SPECIAL.index(MASK), ids)
        for losses, read in parts(ids, seen, chosen):
            yield losses[0] / max(1, chosen.sum()) + WEIGHT * losses[1] / ids.size, read

    def parts(*rows: np.ndarray) -> Iterator[tuple[tuple[torch.Tensor, torch.Tensor, torch.Tensor], int]]:
        for part in slices(len(rows[0]), max(1, settings.micro_tokens // reader.length)):
            inputs = [torch.from_numpy(values[part]).to(where) for values in rows]
            with torch.autocast(where.type, torch.bfloat16, enabled=settings.bf16):
                losses = pair.losses(*inputs)
            yield losses, inputs[0].numel()

    def measure() -> float:
        """Mean loss of the encoder over held-out rows, always with the same words hidden."""
        ids = held_out.ids[:MEASURED_ROWS].astype(np.int64)
        random = np.random.default_rng(config.seed)
        _, chosen = mask(ids, held_out.starts[:MEASURED_ROWS], settings.share, SPECIAL.index(MASK), len(fast), random)
        with torch.no_grad():
            found = [losses for losses, _ in parts(ids, np.where(chosen, SPECIAL.index(MASK), ids), chosen)]
        of_generator, of_encoder, replaced = (sum(float(values[place]) for values in found) for place in range(3))
        report(
            f"held out: the small network's loss {of_generator / chosen.sum():.3f}; "
            f"of {replaced / ids.size:.1%} replaced tokens the encoder's loss {of_encoder / ids.size:.3f}"
        )
        return of_encoder / ids.size

    per_epoch = len(epoch(0)) // per_step
    if per_epoch == 0:
        parser.exit(1, "error: the postings are too few for one step. Lower [masked] batch_tokens.\n")
    deciding = run.settings("tokenizer", "encoder", "masked") | {"tokens": folder.name, "weight": WEIGHT}
    checkpoint = run.of_postings.path("replaced", deciding, CHECKPOINT)
    optimiser = torch.optim.AdamW(weight_groups(pair, settings.weight_decay), lr=settings.rate, betas=(0.9, 0.98))
    outcome = Loop(
        pair,
        optimiser,
        Schedule(settings.epochs * per_epoch, settings.minutes, settings.warm_up),
        Checkpoint(checkpoint, pair, optimiser, report),
        settings.checkpoint_minutes,
        config.seed,
        "replaced tokens",
        "tokens",
        report,
    ).run(micro_batches, measure)
    record = {"data": run.hashes, "config": deciding, "objective": "replaced tokens"}
    write_encoder(pair.encoder, outcome, record, given.output)
    fast.save_pretrained(given.output)
    remove_checkpoint(checkpoint)


if __name__ == "__main__":
    main()
