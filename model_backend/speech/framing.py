# SPDX-License-Identifier: GPL-3.0-or-later
"""Short windows of sound at `PROSODY_RATE`, and what is measured in each. Frame i is centred on i / PROSODY_RATE s."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..audio import SAMPLE_RATE
from .track import PROSODY_RATE

HOP: Final = round(SAMPLE_RATE / PROSODY_RATE)
"""Samples from one frame to the next."""

QUIETEST: Final = -100.0
"""Floor of levels, dB relative to full scale."""

_CHUNK = 2000  # frames looked at together: 20 s, so that memory does not grow with the clip


def frame_count(samples: NDArray[np.float32]) -> int:
    """Frames of a sound: every one whose centre lies within it."""
    return len(samples) // HOP + 1


def frames(samples: NDArray[np.float32], size: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """(first frame, (n, size) windows) in order, at most 20 s together; beyond its ends the sound is silent."""
    before = size // 2
    count = frame_count(samples)
    for first in range(0, count, _CHUNK):
        last = min(count, first + _CHUNK)
        start, end = first * HOP - before, (last - 1) * HOP - before + size
        piece = samples[max(start, 0) : end]
        piece = np.pad(piece, (max(-start, 0), max(end - max(start, 0) - len(piece), 0)))
        yield first, sliding_window_view(piece, size)[::HOP]


def decibels(power: NDArray[np.floating]) -> NDArray[np.float32]:
    """Mean squares as dB relative to full scale, floored at `QUIETEST`."""
    return (10 * np.log10(np.maximum(power, 10 ** (QUIETEST / 10)))).astype(np.float32)


def levels(samples: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """RMS level (n,) of Hann windows of `size` samples, dB relative to full scale, floored at `QUIETEST`."""
    window = np.hanning(size + 2)[1:-1].astype(np.float32)
    window /= window.sum()
    level = np.empty(frame_count(samples), np.float32)
    for first, block in frames(samples, size):
        level[first : first + len(block)] = decibels(np.square(block) @ window)
    return level
