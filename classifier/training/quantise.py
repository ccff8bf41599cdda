"""Tables of vectors in 8 or 4 bits a number, and back."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

_LARGEST = 7
"""Of the integers from -8 to 7 that 4 bits hold."""

HALF_ZERO = 8
"""What stands for 0 in an unsigned half byte."""

_SCALES = np.linspace(0.5, 1.0, 11)
"""Shares of a row's largest number that are tried as its range: clipping a few rounds the others less."""

_ROWS_AT_ONCE = 8_192


def quantise_rows(table: FloatArray) -> tuple[npt.NDArray[np.int8], FloatArray]:
    """A table as 8-bit integers and one scale a row: table = integers * scales, within half a scale."""
    scales = np.maximum(np.abs(table).max(axis=1), 1e-12) / 127
    integers = np.rint(table / scales[:, None]).astype(np.int8)
    return integers, scales.astype(np.float32)


def quantise_halves(table: FloatArray) -> tuple[npt.NDArray[np.uint8], FloatArray]:
    """A table in 4 bits a number, each half of a row with the scale of least squared error.

    Args:
        table: [rows, width], width even.

    Returns:
        Bytes, [rows, width / 2]: the upper four bits of a byte hold a number of the row's first half plus 8, the lower
        four one of the second half. And the scales of both halves, [rows, 2].
    """
    rows, width = table.shape
    packed = np.zeros((rows, width // 2), dtype=np.uint8)
    scales = np.zeros((rows, 2), dtype=np.float32)
    for start in range(0, rows, _ROWS_AT_ONCE):
        at = slice(start, start + _ROWS_AT_ONCE)
        first, scales[at, 0] = _in_four_bits(table[at, : width // 2])
        second, scales[at, 1] = _in_four_bits(table[at, width // 2 :])
        packed[at] = (first + HALF_ZERO) * 16 + second + HALF_ZERO
    return packed, scales


def restored(integers: npt.NDArray[Any], scales: FloatArray) -> FloatArray:
    """The table that `quantise_rows` stored."""
    return np.asarray(integers * scales[:, None], dtype=np.float32)


def restored_halves(packed: npt.NDArray[Any], scales: Sequence[FloatArray]) -> FloatArray:
    """The table that `quantise_halves` stored, from bytes and the scales of both halves, [rows]."""
    halves = (packed // 16, packed % 16)
    return np.hstack(
        [restored(half.astype(np.float32) - HALF_ZERO, of_half) for half, of_half in zip(halves, scales, strict=True)]
    )


def _in_four_bits(part: FloatArray) -> tuple[npt.NDArray[np.int16], FloatArray]:
    largest = np.maximum(np.abs(part).max(axis=1), 1e-12)
    least = np.full(len(part), np.inf)
    integers = np.zeros(part.shape, dtype=np.int16)
    scales = np.zeros(len(part), dtype=np.float32)
    for share in _SCALES:
        tried = (largest * share / _LARGEST).astype(np.float32)
        rounded = np.clip(np.rint(part / tried[:, None]), -_LARGEST - 1, _LARGEST)
        error = ((rounded * tried[:, None] - part) ** 2).sum(axis=1)
        better = error < least
        integers[better], scales[better], least[better] = rounded[better], tried[better], error[better]
    return integers, scales
