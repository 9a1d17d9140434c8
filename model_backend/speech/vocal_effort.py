# SPDX-License-Identifier: GPL-3.0-or-later
"""How hard somebody speaks, from whisper to shout, phrase by phrase.

Loudness against the rest of the clip cannot tell a clip that is shouted throughout, and the level of a recording says
little by itself. But effort changes the voice: the upper spectrum grows faster than the lower, and pitch rises.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ..audio import SAMPLE_RATE
from .framing import decibels, frame_count, frames
from .track import PROSODY_RATE, Prosody

CONVERSATION: Final = 0.5
"""Effort of conversation; 0 is a whisper, 1 a shout."""

_RANGE = 60.0  # dB of voice level from 0 to 1: 30 dB from conversation to shouting (Traunmüller & Eriksson 2000)
_BALANCE_PER_LEVEL = 0.5  # dB of spectral balance per dB of voice level (Sundberg & Nordenberg 2006: 12 to 19 in 28)
_OCTAVE_LEVEL = 30.0  # dB of voice level with which pitch doubles (Traunmüller & Eriksson 2000)
_USUAL_BALANCE = -15.0  # dB; calm read speech through a plain microphone lies between -20 and -12
_USUAL_LEVEL = -20.0  # dBFS of voiced speech as dialogue is delivered
_TRUST_BALANCE = 0.6  # of a clip's balance: microphones and rooms tilt the spectrum too
_TRUST_LEVEL = 0.2  # of its level: a matter of gain more than of voice
_WHISPERED = (0.1, 0.3)  # share of voiced frames: below the first nothing but whisper, above the second none

_WINDOW = 512
_LOW = (50.0, 1000.0)
_HIGH = (1000.0, 5000.0)
"""Hz; the bands of the alpha ratio (Sundberg & Nordenberg 2006, Eyben et al. 2016)."""


def vocal_effort(samples: NDArray[np.float32], prosody: Prosody) -> NDArray[np.float32]:
    """Effort of the voice in each of `prosody.phrases`, 0..1 (n,): 0 whisper, 0.5 conversation, 1 shout.

    Between phrases of one clip level, spectral balance and pitch count alike; for the clip as a whole the balance
    counts most and the level little. `samples` are the sound that `prosody` was measured on.
    """
    low, high = _band_powers(samples)
    measured = [_measures(low, high, prosody, start, end) for start, end in prosody.phrases]
    voiced = np.array([share for share, *_ in measured])
    values = np.array([rest for _, *rest in measured]).reshape(-1, 3)
    known = np.isfinite(values).all(axis=1)
    effort = np.zeros(len(measured), np.float32)
    if not known.any():
        return effort
    level, balance, pitch = values[known].T
    length = np.array([end - start for start, end in prosody.phrases])[known]
    usual = np.average(values[known], axis=0, weights=length)
    clip = _TRUST_BALANCE * (usual[1] - _USUAL_BALANCE) / _BALANCE_PER_LEVEL
    clip += _TRUST_LEVEL * float(np.clip(usual[0] - _USUAL_LEVEL, -15, 15))
    beside = (level - usual[0]) + (balance - usual[1]) / _BALANCE_PER_LEVEL + (pitch - usual[2]) * _OCTAVE_LEVEL
    effort[known] = np.clip(CONVERSATION + (clip + beside / 3) / _RANGE, 0.0, 1.0)
    return effort * np.interp(voiced, _WHISPERED, (0.0, 1.0)).astype(np.float32)


def _band_powers(samples: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean squares of each frame (n,) in the low and the high band."""
    window = np.hanning(_WINDOW + 2)[1:-1].astype(np.float32)
    window *= np.sqrt(2 / _WINDOW) / np.linalg.norm(window)
    hertz = np.fft.rfftfreq(_WINDOW, 1 / SAMPLE_RATE)
    bands = np.stack([(hertz >= first) & (hertz < last) for first, last in (_LOW, _HIGH)], axis=1).astype(np.float32)
    powers = np.empty((frame_count(samples), 2))
    for first, block in frames(samples, _WINDOW):
        spectrum = np.asarray(fft.rfft(block * window))
        powers[first : first + len(block)] = (np.square(spectrum.real) + np.square(spectrum.imag)) @ bands
    return powers[:, 0], powers[:, 1]


def _measures(
    low: NDArray[np.float64], high: NDArray[np.float64], prosody: Prosody, start: float, end: float
) -> tuple[float, float, float, float]:
    """Voiced share, level (dBFS), spectral balance (dB) and pitch (octaves) of a phrase; NaN where it has no voice."""
    span = slice(round(start * PROSODY_RATE), round(end * PROSODY_RATE) + 1)
    f0, energy = prosody.f0[span], prosody.energy[span]
    if not len(f0):
        return 0.0, np.nan, np.nan, np.nan
    loud = energy > energy.max() - 25
    voice = (f0 > 0) & loud
    if not voice.any() or not high[span][voice].any():
        return 0.0, np.nan, np.nan, np.nan
    below, above = low[span][voice].sum(), high[span][voice].sum()
    level = float(decibels(np.array([(below + above) / voice.sum()]))[0])
    pitch = float(np.median(np.log2(f0[voice])))
    return float(voice.sum() / loud.sum()), level, float(10 * np.log10(above / max(below, 1e-12))), pitch
