"""Progress lines of a training loop: where it is, the loss, the rate and the time left."""

import time

from classifier.training.matrices import Report

_SECONDS_BETWEEN_LINES = 10.0


class Pace:
    """Counts the steps of a loop and reports every ten seconds, and at the end.

    Args:
        task: what is going on.
        steps: how many steps there will be.
        batch: postings in a step.
        report: takes the lines.
    """

    def __init__(self, task: str, steps: int, batch: int, report: Report) -> None:
        self._task = task
        self._steps = steps
        self._batch = batch
        self._report = report
        self._started = self._spoke = time.monotonic()
        self._done = 0
        self._loss = 0.0

    def step(self, loss: float) -> None:
        """Note one step and its loss."""
        self._done += 1
        self._loss = loss if self._done == 1 else 0.98 * self._loss + 0.02 * loss
        now = time.monotonic()
        if now - self._spoke < _SECONDS_BETWEEN_LINES and self._done < self._steps:
            return
        self._spoke = now
        spent = max(now - self._started, 1e-9)
        left = spent / self._done * (self._steps - self._done)
        self._report(
            f"{self._task}: step {self._done:,} of {self._steps:,}, loss {self._loss:.3f}, "
            f"{self._done * self._batch / spent:,.0f} postings/s, {left:,.0f} s left"
        )
