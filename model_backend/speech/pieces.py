# SPDX-License-Identifier: GPL-3.0-or-later
"""A clip cut into pieces that are listened to one after the other, so that memory stays bounded."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..audio import SAMPLE_RATE
from .cepstra import SHIFT, power_spectra

LONGEST: Final = 20.0
"""Seconds in a piece at most."""
_EARLIEST: Final = 8.0
"""Seconds before which a piece is not cut."""
_PAUSE: Final = 0.15
"""Seconds over which the level is averaged to find the quietest place."""
_JOINED: Final = 1.5
"""Seconds without speech that do not separate pieces."""
_MARGIN: Final = 0.4
"""Seconds kept before and after speech: weak first and last phones."""

LEAD: Final = 25
"""Frames of silence put before and after a piece: the recogniser expects it there."""
_LOUD: Final = 0.7
"""-3 dBFS."""
_INAUDIBLE: Final = 10 ** (-85 / 20)

Span = tuple[int, int]
"""First sample and the one after the last."""


def audible(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """`samples` with their peak at -3 dBFS; as they are where there is nothing to be heard at any level."""
    peak = float(np.abs(samples).max(initial=0.0))
    return samples if peak < _INAUDIBLE else (samples * (_LOUD / peak)).astype(np.float32)


def speech_spans(activity: NDArray[np.float32], length: int) -> list[Span]:
    """Stretches of a clip of `length` samples around the frames (10 ms) where `activity` is 0.5 or more."""
    active = np.flatnonzero(activity >= 0.5)
    if not len(active):
        return []
    breaks = np.flatnonzero(np.diff(active) > _JOINED * 100)
    starts = active[np.append(0, breaks + 1)] * SHIFT
    ends = (active[np.append(breaks, len(active) - 1)] + 1) * SHIFT
    margin = int(_MARGIN * SAMPLE_RATE)
    return [(max(0, int(a) - margin), min(length, int(b) + margin)) for a, b in zip(starts, ends, strict=True)]


def pieces(samples: NDArray[np.float32], spans: list[Span]) -> list[Span]:
    """The spans, those longer than `LONGEST` cut at their quietest places."""
    out: list[Span] = []
    longest, earliest = int(LONGEST * SAMPLE_RATE), int(_EARLIEST * SAMPLE_RATE)
    for start, end in spans:
        while end - start > longest:
            # The rest must not be left shorter than a piece may be.
            latest = min(longest, end - start - earliest) if end - start < longest + earliest else longest
            cut = start + earliest + _quietest(samples[start + earliest : start + latest])
            out.append((start, cut))
            start = cut
        out.append((start, end))
    return out


def _quietest(samples: NDArray[np.float32]) -> int:
    """Middle of the quietest `_PAUSE` seconds, samples from the start."""
    hop = SHIFT
    power = np.add.reduceat(samples.astype(np.float64) ** 2, np.arange(0, len(samples) - hop + 1, hop))
    width = min(int(_PAUSE * SAMPLE_RATE / hop), len(power))
    level = np.convolve(power, np.ones(width), "valid")
    return (int(level.argmin()) + width // 2) * hop


def piece_spectra(samples: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Power spectra (T, 257) of a piece at a level that suits the model, with `LEAD` frames before and after.

    Frame `LEAD` begins at the piece's first sample. None for a piece in which nothing can be heard.
    """
    samples = samples - samples.mean()
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < _INAUDIBLE:
        return None
    silence = np.zeros(LEAD * SHIFT, np.float32)
    return power_spectra(np.concatenate([silence, samples, silence]) * (_LOUD * 32767 / peak))
