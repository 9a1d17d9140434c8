# SPDX-License-Identifier: GPL-3.0-or-later
"""Mel-frequency cepstra as pocketsphinx' acoustic model knows them, and the features made of them.

The same figures as the recogniser's own front end (SphinxBase `fe`), computed here so that the cepstra of a
whole clip can be cut into pieces without the noise estimate starting anew, and so that alignment and
recognition see the same features. Noise is suppressed as in power-normalised cepstra (Kim & Stern 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 16000
SHIFT: Final = 160
"""Samples from frame to frame: 10 ms."""
WINDOW: Final = 410
"""Samples in a frame: 25.625 ms."""
FRAME_RATE: Final = 100.0

_FFT: Final = 512
_FILTERS: Final = 25
_LOWEST, _HIGHEST = 130.0, 6800.0
_KNEE: Final = 4800.0
_CEPSTRA: Final = 13
_LIFTER: Final = 22
_PRE_EMPHASIS: Final = 0.97
_LOG_FLOOR: Final = 1e-4

# Noise suppression: the constants of fe_noise.c, which the model was trained with.
_SMOOTHING: Final = 0.7
_RISE, _FALL = 0.995, 0.5
_MASK_DECAY, _MASK_DEPTH = 0.85, 0.2
_MOST_GAIN: Final = 20.0
_NEIGHBOURS: Final = 4


def power_spectra(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Power spectra (T, 257) of `samples` (n,), 16 kHz in the range of 16-bit integers; frame i begins at i * `SHIFT`.

    T is 1 + (n - 410) // 160, and one more for a rest; 1 at least.
    """
    emphasised = np.append(samples[:1], samples[1:] - _PRE_EMPHASIS * samples[:-1])
    n = len(emphasised)
    whole = max(0, 1 + (n - WINDOW) // SHIFT)
    frames = whole + 1 if whole == 0 or n > (whole - 1) * SHIFT + WINDOW else whole
    padded = np.zeros((frames - 1) * SHIFT + WINDOW, np.float32)
    padded[: min(n, len(padded))] = emphasised[: len(padded)]
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::SHIFT]
    spectrum = np.fft.rfft(windows * np.hamming(WINDOW), _FFT)
    return (spectrum.real**2 + spectrum.imag**2).astype(np.float32)


def cepstra(spectra: NDArray[np.float32], warps: Sequence[float] = (1.0,)) -> NDArray[np.float32]:
    """Cepstra (warps, T, 13) of power spectra (T, 257), for each of several vocal tracts.

    A warp above 1 takes the filters to that many times higher frequencies, as a shorter vocal tract does to the
    formants (vocal tract length normalisation, Lee & Rose 1998).
    """
    bank = np.concatenate([_filters(warp) for warp in warps], 1)
    powers = spectra.astype(np.float64) @ bank
    logarithms = np.log(_suppress_noise(powers) + _LOG_FLOOR).reshape(len(spectra), len(warps), _FILTERS)
    return np.ascontiguousarray((logarithms @ _transform()).transpose(1, 0, 2).astype(np.float32))


def centred(cepstra: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cepstra (T, 13) less their mean over the frames that are not empty; takes away channel and level."""
    loud = cepstra[:, 0] >= 0
    return cepstra - cepstra[loud].mean(0) if loud.any() else cepstra


def features(cepstra: NDArray[np.float32]) -> NDArray[np.float32]:
    """Centred cepstra (T, 13) with first and second differences: (T, 39)."""
    c = np.pad(centred(cepstra), ((3, 3), (0, 0)), mode="edge")
    n = len(cepstra)

    def at(offset: int) -> NDArray[np.float32]:
        return c[3 + offset : 3 + offset + n]

    return np.concatenate([at(0), at(2) - at(-2), (at(3) - at(-1)) - (at(1) - at(-3))], 1)


@lru_cache(maxsize=32)
def _filters(warp: float) -> NDArray[np.float64]:
    """Triangles of unit area between points evenly spaced in mel, rounded to lines of the spectrum; (257, 25).

    Warped frequencies rise linearly to `_KNEE`, above it so that the highest stays where it is.
    """

    def mel(hertz: float) -> float:
        return 2595.0 * np.log10(1.0 + hertz / 700.0)

    line = RATE / _FFT
    edges = 700.0 * (10.0 ** (np.linspace(mel(_LOWEST), mel(_HIGHEST), _FILTERS + 2) / 2595.0) - 1.0)
    beyond = warp * _KNEE + (edges - _KNEE) * (_HIGHEST - warp * _KNEE) / (_HIGHEST - _KNEE)
    edges = np.where(edges < _KNEE, warp * edges, beyond)
    edges = np.floor(edges / line + 0.5) * line
    hertz = np.arange(_FFT // 2 + 1) * line
    bank = np.zeros((len(hertz), _FILTERS))
    for i in range(_FILTERS):
        low, middle, high = edges[i : i + 3]
        rising = (hertz - low) / (middle - low)
        falling = (high - hertz) / (high - middle)
        bank[:, i] = np.maximum(0.0, np.minimum(rising, falling)) * 2.0 / (high - low)
    return bank


@lru_cache(maxsize=1)
def _transform() -> NDArray[np.float64]:
    """Orthonormal DCT-II with the lifter, (25, 13)."""
    i = np.arange(_CEPSTRA)
    basis = np.cos(np.pi / _FILTERS * i * (np.arange(_FILTERS)[:, None] + 0.5))
    basis *= np.where(i == 0, np.sqrt(1.0 / _FILTERS), np.sqrt(2.0 / _FILTERS))
    return basis * (1.0 + _LIFTER / 2 * np.sin(i * np.pi / _LIFTER))


def _suppress_noise(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Follow the lower envelope of each filter's power and take it away; (T, n * 25) to the same."""
    power = powers[0].copy()
    noise = powers[0] / _MOST_GAIN
    floor = noise.copy()
    peak = np.zeros(powers.shape[1])
    gain = np.empty_like(powers)
    for t, now in enumerate(powers):
        power = _SMOOTHING * power + (1 - _SMOOTHING) * now
        keep = np.where(power >= noise, _RISE, _FALL)
        noise = keep * noise + (1 - keep) * power
        signal = np.maximum(power - noise, 1.0)
        keep = np.where(signal >= floor, _RISE, _FALL)
        floor = keep * floor + (1 - keep) * signal
        peak = peak * _MASK_DECAY
        masked = np.where(signal < _MASK_DECAY * peak, peak * _MASK_DEPTH, signal)
        peak = np.maximum(peak, signal)
        masked = np.maximum(masked, floor)
        # A filter without any power has no quotient; it is cut to the highest gain, as all quotients are.
        np.divide(masked, power, out=gain[t], where=masked < _MOST_GAIN * power)
        gain[t][masked >= _MOST_GAIN * power] = _MOST_GAIN
    gain = np.maximum(gain, 1.0 / _MOST_GAIN).reshape(len(powers), -1, _FILTERS)
    total = np.pad(np.cumsum(gain, 2), ((0, 0), (0, 0), (1, 0)))
    i = np.arange(_FILTERS)
    low, high = np.maximum(i - _NEIGHBOURS, 0), np.minimum(i + _NEIGHBOURS, _FILTERS - 1) + 1
    return powers * ((total[:, :, high] - total[:, :, low]) / (high - low)).reshape(powers.shape)
