# SPDX-License-Identifier: GPL-3.0-or-later
"""Fundamental frequency by autocorrelation, after Boersma (1993), "Accurate short-term analysis of the fundamental
frequency and the harmonics-to-noise ratio of a sampled sound" (Proc. IFA 17: 97-110).

The autocorrelation of a Hann-windowed frame, divided by that of the window, peaks at multiples of the period with the
height of the periodic share of the power. The path through the candidates of all frames that costs least in octave
jumps and voicing changes is the contour. Written with numpy alone: a just-in-time compiler would cost a fresh process
many times what the tracking does.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ..audio import SAMPLE_RATE
from .framing import frame_count, frames
from .track import PROSODY_RATE

FLOOR: Final = 60.0
CEILING: Final = 650.0
"""Hz: from a creaking bass to a shouting child."""

# Boersma (1993) §4 and the defaults of Praat.
_VOICING = 0.45
_SILENCE = 0.03
_OCTAVE = 0.01
_OCTAVE_JUMP = 0.35
_VOICING_CHANGE = 0.14
_COST_STEP = 0.01  # s: the costs of changes are for steps of this length

_RINGING = 250.0  # Hz; no formant of speech lies lower

_CANDIDATES = 8
_WINDOW = round(3 * SAMPLE_RATE / FLOOR)  # three periods of the lowest pitch
_SHORTEST = int(SAMPLE_RATE / CEILING)
_LONGEST = round(SAMPLE_RATE / FLOOR)

_RANGE_BELOW = 0.6
_RANGE_ABOVE = 2.5
"""A speaker's range by the quartiles of a first pass: De Looze & Hirst (2008) take 0.75 q1 to 1.5 q3, later 2.5 q3 for
expressive speech; lower than theirs at the bottom, for phrase ends that fall into creak."""
_RANGE_FRAMES = 30  # voiced frames that a range can be told from


def track_pitch(samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """F0 in Hz (0 where unvoiced) and periodicity 0..1 (share of the power that is periodic), each (n,).

    Frame i is centred on i / `PROSODY_RATE` seconds.
    """
    pitch, strength, peak = _candidates(samples)
    periodicity = strength.max(axis=1, initial=0.0).clip(0.0, 1.0)
    # Loud moments, not the one loudest: a slammed door must not turn the voice into silence.
    loud = float(np.percentile(peak, 99)) if len(peak) else 0.0
    unvoiced = np.full(len(peak), _VOICING + 2.0)
    if loud > 0:
        unvoiced = _VOICING + np.maximum(0.0, 2.0 - (peak / loud) / (_SILENCE / (1 + _VOICING)))
    f0 = _path(pitch, strength, unvoiced)
    voiced = f0[f0 > 0]
    if len(voiced) >= _RANGE_FRAMES:
        low, high = np.percentile(voiced, (25, 75))
        inside = (pitch >= _RANGE_BELOW * low) & (pitch <= _RANGE_ABOVE * high)
        if not inside[pitch > 0].all():
            f0 = _path(np.where(inside, pitch, 0.0), np.where(inside, strength, 0.0), unvoiced)
    return f0.astype(np.float32), periodicity.astype(np.float32)


def _candidates(
    samples: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Pitches (n, k) in Hz, strongest first, 0 where there are fewer; their heights (n, k); absolute peaks (n,)."""
    count = frame_count(samples)
    pitch = np.zeros((count, _CANDIDATES))
    strength = np.zeros((count, _CANDIDATES))
    peak = np.zeros(count)
    window = np.hanning(_WINDOW + 2)[1:-1].astype(np.float32)
    size = 1 << (_WINDOW + _LONGEST + 2).bit_length()  # room for all lags without wrapping round
    lags = slice(_SHORTEST - 1, _LONGEST + 2)
    own = _autocorrelation(window[None], size)[0, lags]
    for first, block in frames(samples, _WINDOW):
        block = block - block.mean(axis=1, keepdims=True)
        peak[first : first + len(block)] = np.abs(block).max(axis=1)
        correlation = _autocorrelation(block * window, size)[:, lags] / own
        frame, place, height = _peaks(correlation)
        lag = place + (_SHORTEST - 1)
        hertz = SAMPLE_RATE / lag
        # Breath rings in a formant with a short-lived period of its own; a voice's period comes again.
        high = hertz > _RINGING
        again = np.rint(2 * lag[high]).astype(np.intp) - (_SHORTEST - 1)
        height[high] = np.minimum(height[high], correlation[frame[high, None], again[:, None] + (-1, 0, 1)].max(axis=1))
        # Favour the higher of equal candidates: the period, not its multiples.
        rank = height - _OCTAVE * np.log2(FLOOR * lag / SAMPLE_RATE)
        order = np.lexsort((-rank, frame))
        frame, hertz, height = frame[order], hertz[order], height[order]
        column = np.arange(len(frame)) - np.searchsorted(frame, frame)
        kept = column < _CANDIDATES
        pitch[first + frame[kept], column[kept]] = hertz[kept]
        strength[first + frame[kept], column[kept]] = height[kept]
    return pitch, strength, peak


def _autocorrelation(rows: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Autocorrelation of each row from lag 0, where it is 1 (0 for a silent row), by transforms of `size`."""
    spectrum = np.asarray(fft.rfft(rows, size))
    power = np.asarray(fft.irfft(np.square(spectrum.real) + np.square(spectrum.imag), size))
    return (power / np.maximum(power[:, :1], 1e-12)).astype(np.float32)


def _peaks(curves: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Rows, places and heights of the local maxima above half the voicing threshold, by parabolas."""
    middle = curves[:, 1:-1]
    row, column = np.nonzero((middle > curves[:, :-2]) & (middle >= curves[:, 2:]) & (middle > 0.5 * _VOICING))
    left, top, right = (curves[row, column + i].astype(np.float64) for i in range(3))
    bend = left - 2 * top + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.minimum(bend, -1e-12), 0.0)
    return row, (column + 1 + shift).astype(np.float64), np.minimum(top - 0.25 * (left - right) * shift, 1.0)


def _path(
    pitch: NDArray[np.float64], strength: NDArray[np.float64], unvoiced: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The best contour: Boersma's dynamic programming, with being unvoiced as one more candidate (column 0)."""
    count = len(pitch)
    octave = np.where(pitch > 0, np.log2(np.maximum(pitch, 1.0)), 0.0)
    score = np.where(pitch > 0, strength + _OCTAVE * (octave - np.log2(FLOOR)), -np.inf)
    score = np.concatenate([unvoiced[:, None], score], axis=1)
    octave = np.concatenate([np.zeros((count, 1)), octave], axis=1)
    change = _COST_STEP * PROSODY_RATE
    cost = np.full((_CANDIDATES + 1, _CANDIDATES + 1), _VOICING_CHANGE * change)
    cost[0, 0] = 0.0
    back = np.zeros((count, _CANDIDATES + 1), np.intp)
    best = score[0]
    columns = np.arange(_CANDIDATES + 1)
    for i in range(1, count):
        cost[1:, 1:] = np.abs(octave[i, 1:, None] - octave[i - 1, None, 1:]) * (_OCTAVE_JUMP * change)
        total = best[None, :] - cost
        back[i] = total.argmax(axis=1)
        best = total[columns, back[i]] + score[i]
    path = np.empty(count, np.intp)
    path[-1] = best.argmax()
    for i in range(count - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return np.where(path > 0, pitch[np.arange(count), np.maximum(path - 1, 0)], 0.0)
