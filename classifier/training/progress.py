"""Progress lines of a training loop: where it is, the loss, the rate and the time left."""

import math
import time

from classifier.training.matrices import Report
from taxonomy.errors import JobAtlasError

_SECONDS_BETWEEN_LINES = 10.0


class Pace:
    """Counts the steps of a loop and reports every ten seconds, and at the end.

    Args:
        task: what is going on.
        steps: how many steps there will be.
        report: takes the lines.
        unit: of the amounts of work.
        done: steps taken before, of a loop that goes on.
        share: of the loop that was done before, in [0, 1].
    """

    def __init__(
        self, task: str, steps: int, report: Report, unit: str = "postings", done: int = 0, share: float = 0.0
    ) -> None:
        self._task = task
        self._steps = steps
        self._report = report
        self._unit = unit
        self._started = self._spoke = time.monotonic()
        self._done = done
        self._share = share
        self._amount = 0
        self._loss: float | None = None

    def step(self, loss: float | None, amount: int, share: float | None = None) -> None:
        """Note one step: its loss if any, the work in it, and the share of the loop done where steps do not tell.

        Raises:
            JobAtlasError: the loss is no number.
        """
        self._done += 1
        self._amount += amount
        if loss is not None:
            require_number(loss, self._task, self._done)
            self._loss = loss if self._loss is None else 0.98 * self._loss + 0.02 * loss
        share = self._done / self._steps if share is None else share
        now = time.monotonic()
        if now - self._spoke < _SECONDS_BETWEEN_LINES and share < 1:
            return
        self._spoke = now
        spent = max(now - self._started, 1e-9)
        left = spent * max(1 - share, 0.0) / max(share - self._share, 1e-9)
        so_far = "" if self._loss is None else f"loss {self._loss:.3f}, "
        self._report(
            f"{self._task}: step {self._done:,} of {self._steps:,}, {so_far}"
            f"{self._amount / spent:,.0f} {self._unit}/s, {left:,.0f} s left"
        )


def require_number(loss: float, task: str, step: int) -> None:
    """Refuse to go on with a training that has diverged: its weights would be no numbers, and every answer the first.

    Args:
        loss: of a step.
        task: what is going on.
        step: which step it was.

    Raises:
        JobAtlasError: the loss is infinite or no number.
    """
    if not math.isfinite(loss):
        raise JobAtlasError(
            f"{task}, step {step:,}: the loss is {loss}, so the training has diverged; no model was written. Lower the "
            "learning rate in the section of this stage (`rate`, of n-gram networks `table_rate` and `dense_rate`) and "
            "start again; finished stages are kept."
        )
