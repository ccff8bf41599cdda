"""The training loop of pre-training and fine-tuning: schedule, accumulation, checkpoints, progress."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from classifier.training.encoder.checkpoint import Checkpoint
from classifier.training.matrices import Report
from classifier.training.progress import Pace

_LEAST_RATE = 0.02
"""Share of the learning rate that is left at the end."""

_LONGEST_WARM_UP = 0.1
"""Share of the loop by which the full rate is reached, however few steps there is time for."""

_LONGEST_GRADIENT = 1.0

MicroBatches = Callable[[int, np.random.Generator], Iterator[tuple[torch.Tensor, int]]]
"""The losses of a step's micro-batches, which add up to the step's loss, with the work in each."""


def device() -> torch.device:
    """The GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@dataclass(frozen=True)
class Schedule:
    """When a loop ends and how fast it learns until then.

    Attributes:
        steps: after which it ends.
        minutes: after which it ends earlier, over all its sittings; 0 for no limit.
        warm_up: steps until the full rate is reached, a tenth of the loop at most.
    """

    steps: int
    minutes: float
    warm_up: int

    def share(self, step: int, seconds: float) -> float:
        """How much of the loop is done, from 0 to 1."""
        of_time = seconds / (60 * self.minutes) if self.minutes else 0.0
        return min(1.0, max(step / self.steps, of_time))

    def scale(self, step: int, share: float) -> float:
        """What the learning rates are multiplied by: warm-up, then half a cosine down to 2 %."""
        rise = min(1.0, max((step + 1) / max(1, self.warm_up), share / _LONGEST_WARM_UP))
        return rise * (_LEAST_RATE + (1 - _LEAST_RATE) * (1 + math.cos(math.pi * share)) / 2)


@dataclass(frozen=True)
class Outcome:
    """How a loop went.

    Attributes:
        steps: taken.
        seconds: spent, over all sittings.
        held_out: pairs of step and held-out loss.
    """

    steps: int
    seconds: float
    held_out: list[tuple[int, float]]


class Loop:
    """Runs a schedule over a module; goes on from its checkpoint where there is one.

    The randomness of a step follows from the seed and the number of the step alone, so that a loop that was stopped
    learns what it would have learnt; but for one with a limit in minutes, whose learning rate follows the clock.

    Args:
        module: what is trained.
        optimiser: that follows its gradients; the learning rates it was made with are the full ones.
        schedule: when it ends.
        checkpoint: where it is kept.
        checkpoint_minutes: between two checkpoints.
        seed: of everything random.
        task: name for progress lines.
        unit: of the work.
        report: takes the lines.
    """

    def __init__(
        self,
        module: nn.Module,
        optimiser: torch.optim.Optimizer,
        schedule: Schedule,
        checkpoint: Checkpoint,
        checkpoint_minutes: float,
        seed: int,
        task: str,
        unit: str,
        report: Report,
    ) -> None:
        self._module = module
        self._optimiser = optimiser
        self._rates = [group["lr"] for group in optimiser.param_groups]
        self._schedule = schedule
        self._checkpoint = checkpoint
        self._between = 60 * checkpoint_minutes
        self._seed = seed
        self._task = task
        self._unit = unit
        self._report = report

    def run(self, micro_batches: MicroBatches, measure: Callable[[], float] | None = None) -> Outcome:
        """Train to the end of the schedule.

        Args:
            micro_batches: the losses of a step.
            measure: the held-out loss, taken at every checkpoint.
        """
        state = self._checkpoint.restore() or {"step": 0, "seconds": 0.0, "held_out": []}
        step, held_out = int(state["step"]), [(int(at), float(loss)) for at, loss in state["held_out"]]
        saved = time.monotonic()
        started = saved - float(state["seconds"])
        share = self._schedule.share(step, float(state["seconds"]))
        pace = Pace(self._task, self._schedule.steps, self._report, self._unit, step, share)
        resumed_at_end = share >= 1

        def keep() -> None:
            if measure is not None:
                held_out.append((step, measure()))
                self._report(f"{self._task}: step {step:,}, held-out loss {held_out[-1][1]:.3f}")
            self._checkpoint.save({"step": step, "seconds": time.monotonic() - started, "held_out": held_out})

        self._module.train()
        while share < 1:
            loss, amount = self._step(step, share, micro_batches)
            step += 1
            share = self._schedule.share(step, time.monotonic() - started)
            pace.step(loss, amount, share)
            if time.monotonic() - saved >= self._between and share < 1:
                keep()
                saved = time.monotonic()
        if not resumed_at_end:
            keep()
        self._module.eval()
        return Outcome(step, time.monotonic() - started, held_out)

    def _step(self, step: int, share: float, micro_batches: MicroBatches) -> tuple[float, int]:
        torch.manual_seed(self._seed + step)
        scale = self._schedule.scale(step, share)
        self._optimiser.zero_grad()
        for group, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            group["lr"] = rate * scale
        total, amount = 0.0, 0
        for loss, work in micro_batches(step, np.random.default_rng([self._seed, step])):
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
            total += loss.item()
            amount += work
        nn.utils.clip_grad_norm_(self._module.parameters(), _LONGEST_GRADIENT)
        self._optimiser.step()
        return total, amount
