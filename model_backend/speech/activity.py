# SPDX-License-Identifier: GPL-3.0-or-later
"""Where somebody speaks: speech against silence, noise, hum and music.

Two questions are asked apart. Is there anything: do enough bands stand out of the noise under them (after the
long-term spectral divergence of Ramírez et al. 2004)? And does what is there behave like a voice, over a second or so?

- The pitch of a voice hardly ever stands still, that of notes does.
- Its partials therefore do not stay on their frequencies (the converse of the continuous frequency activation by which
  Seyerlehner et al. 2007 find music).
- Its spectrum changes with every phone, some four times a second and more (Scheirer & Slaney 1997).
- Its syllables swell and fade alike, while what is struck or plucked starts at once and rings out.
- It has many partials, unlike whistles, sirens and beeps.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft
from scipy.ndimage import (
    binary_closing,
    binary_dilation,
    gaussian_filter1d,
    maximum_filter1d,
    minimum_filter1d,
    uniform_filter1d,
)
from scipy.special import expit

from ..audio import SAMPLE_RATE
from .framing import decibels, frame_count, frames
from .pitch import track_pitch
from .track import PROSODY_RATE

Curve = NDArray[np.float64]

_NEAR = 0.45  # s, sigma of the Gaussian over which behaviour is averaged: a word or two

# Presence
_BANDS = 20
_LOWEST, _HIGHEST = 80.0, 7600.0  # Hz
_FLOOR_SPAN = 4.0  # s within which the noise under the speech shows itself between words
_FLOOR_SHARE = 10  # per cent of that time that is quieter than the floor
_STANDING_OUT = 6.0  # dB above the floor
_FEW_BANDS = 6  # that must: a vowel in noise shows in its formants only
_INAUDIBLE = -88.0  # dBFS; 16-bit dither lies at -96
_HOLE = 30  # frames without presence inside speech: plosives, weak fricatives
_HANGOVER = 10  # frames; weak first and last phones

# Behaviour
_GLIDE_SPAN = 9  # frames within which a voice has moved
_GLIDE = (0.35, 6.0)  # semitones; more than vibrato-free notes drift, less than a change of octave
_CHANGE_SPAN = 5  # frames each way: half a phone
_CEPSTRUM = slice(1, 8)  # the shape of the spectrum without its level and fine structure
_FINE_BINS = slice(6, 256)  # 94 Hz to 4 kHz at 64 ms: partials
_PERSISTENCE_SPAN = 4  # frames each way
_SMOOTHING_BINS = 15  # wider than a partial, narrower than a formant
_USUAL_PURITY = 0.45  # of a voice; stands in where nothing is voiced
_PURE = 0.85  # of the power in one partial


class Weights(NamedTuple):
    """Weights of the behaviours in the log odds of a voice.

    A logistic regression on speech of two flite voices (kal, kal16) and fourteen of espeak-ng (clean, quiet, clipped,
    band-limited, in an echoing room, in noise at 10 dB, under music at 15 dB) against synthesised music, percussion,
    tones, hum and noise; rounded. By judgement, purity counts less than half of what came out (a high voice may be
    little more than its fundamental), and the whole is moved a little towards speech (a missed word is worse than a
    chewed bar of music). No recording of a person took part.
    """

    bias: float = -0.2
    voiced: float = 1.4
    glide: float = 9.6
    persistence: float = -9.5
    change: float = 0.22
    attack: float = -0.6
    purity: float = -5.0
    pure: float = -60.0


_WEIGHTS: Final = Weights()


class Behaviour(NamedTuple):
    """How the sound around each frame behaves, each (n,), averaged over about a second of what is present."""

    voiced: Curve
    """Share of frames with a pitch."""
    glide: Curve
    """Share of the voiced frames whose pitch moves."""
    persistence: Curve
    """Correlation of the fine spectrum with itself 80 ms later."""
    change: Curve
    """Distance in dB of the spectrum's shape from itself 100 ms later."""
    attack: Curve
    """Skewness of the changes of level: positive where sounds start faster than they end."""
    purity: Curve
    """Share of the power, 94 Hz to 4 kHz, in the strongest partial of voiced frames."""


def speech_activity(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """How sure it is that somebody speaks, 0..1 (n,), speech from 0.5; frame i is centred on i / `PROSODY_RATE` s.

    `samples` are mono at `audio.SAMPLE_RATE`.
    """
    bands = _band_levels(samples)
    present = _presence(bands)
    if not present.any():
        return np.zeros(len(bands), np.float32)
    heard = behaviour(samples, bands, present)
    weights = _WEIGHTS
    odds = (
        weights.bias
        + weights.voiced * heard.voiced
        + weights.glide * heard.glide
        + weights.persistence * heard.persistence
        + weights.change * heard.change
        + weights.attack * heard.attack
        + weights.purity * heard.purity
        + weights.pure * np.maximum(heard.purity - _PURE, 0.0)
    )
    lasting = binary_dilation(present, np.ones(2 * _HANGOVER + 1))
    return np.where(lasting, expit(odds), 0.0).astype(np.float32)


def behaviour(samples: NDArray[np.float32], bands: NDArray[np.float32], present: NDArray[np.bool_]) -> Behaviour:
    """What distinguishes a voice, from the sound, its band levels (n, bands) and where anything is present (n,)."""
    weight = _near(present) + 1e-6

    def share(values: ArrayLike) -> Curve:
        return _near(np.where(present, values, 0.0)) / weight

    f0, _ = track_pitch(samples)
    voiced = f0 > 0
    semitones = 12 * np.log2(np.maximum(f0, 1.0))
    span = maximum_filter1d(semitones, _GLIDE_SPAN) - minimum_filter1d(semitones, _GLIDE_SPAN)
    lasting = minimum_filter1d(voiced.astype(np.int8), _GLIDE_SPAN) > 0
    gliding = lasting & (span > _GLIDE[0]) & (span < _GLIDE[1])
    voice = share(voiced)
    persistence, purity = _partials(samples)
    return Behaviour(
        voiced=voice,
        glide=share(gliding) / (voice + 0.05),
        persistence=share(persistence),
        change=share(_change(bands)),
        attack=_attack(bands),
        purity=(share(purity * voiced) + 0.1 * _USUAL_PURITY) / (voice + 0.1),
    )


def _near(values: ArrayLike) -> Curve:
    """A moving average with a Gaussian window."""
    return gaussian_filter1d(np.asarray(values, np.float64), _NEAR * PROSODY_RATE, mode="nearest", truncate=2.5)


def _apart(values: NDArray[np.floating], span: int) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """The values `span` frames before and after each frame, at the ends those of the end."""
    padded = np.concatenate([values[:1].repeat(span, axis=0), values, values[-1:].repeat(span, axis=0)])
    return padded[: -2 * span], padded[2 * span :]


def _band_levels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Levels in dBFS (n, `_BANDS`) of 25 ms windows in bands evenly spaced on the mel scale."""
    length, size = 400, 512
    window = np.hanning(length + 2)[1:-1].astype(np.float32)
    window *= np.sqrt(2 / size) / np.linalg.norm(window)  # powers of one-sided bins then add up to the mean square
    mel = np.linspace(2595 * np.log10(1 + _LOWEST / 700), 2595 * np.log10(1 + _HIGHEST / 700), _BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)[:, None]
    rising = (hertz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz) / (edges[2:] - edges[1:-1])
    filters = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    bands = np.empty((frame_count(samples), _BANDS), np.float32)
    for first, block in frames(samples, length):
        spectrum = np.asarray(fft.rfft(block * window, size))
        bands[first : first + len(block)] = decibels((np.square(spectrum.real) + np.square(spectrum.imag)) @ filters)
    return bands


def _presence(bands: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Frames (n,) in which something stands out of the noise under it."""
    smooth = np.asarray(uniform_filter1d(bands, 7, axis=0, mode="nearest"), np.float32)
    over = np.sort(smooth - _floor(smooth), axis=1)[:, -_FEW_BANDS:].mean(axis=1)
    audible = 10 * np.log10(np.sum(10 ** (bands.astype(np.float64) / 10), axis=1)) > _INAUDIBLE
    present = np.pad((over > _STANDING_OUT) & audible, _HOLE)
    return np.asarray(binary_closing(present, np.ones(_HOLE)), np.bool_)[_HOLE:-_HOLE]


def _floor(bands: NDArray[np.float32]) -> NDArray[np.float32]:
    """Level of the noise (n, bands): a low percentile of the seconds around, taken ten times a second."""
    step = round(PROSODY_RATE / 10)
    half = round(_FLOOR_SPAN * PROSODY_RATE / 2)
    places = np.arange(0, len(bands), step)
    floor = np.stack([np.percentile(bands[max(0, i - half) : i + half], _FLOOR_SHARE, axis=0) for i in places])
    frame = np.arange(len(bands))
    return np.stack([np.interp(frame, places, column) for column in floor.T], axis=1).astype(np.float32)


def _change(bands: NDArray[np.float32]) -> Curve:
    """How far the shape of the spectrum moves in 100 ms, in dB (n,)."""
    shape = np.maximum(bands, bands.max(axis=1, keepdims=True) - 60)
    cepstrum = np.asarray(fft.dct(shape, axis=1, norm="ortho"))[:, _CEPSTRUM]
    before, after = _apart(cepstrum, _CHANGE_SPAN)
    return np.sqrt(np.mean((after - before) ** 2, axis=1)).astype(np.float64)


def _attack(bands: NDArray[np.float32]) -> Curve:
    """Skewness of the level's rises and falls (n,)."""
    level = 10 * np.log10(np.sum(10 ** (bands.astype(np.float64) / 10), axis=1))
    before, after = _apart(np.maximum(level, np.percentile(level, 99) - 40), 2)
    rise = after - before
    return _near(rise**3) / (_near(rise**2) + 1) ** 1.5


def _partials(samples: NDArray[np.float32]) -> tuple[Curve, Curve]:
    """How much the fine spectrum stays as it is for 80 ms, and the share of the strongest partial, each (n,)."""
    length = 1024
    window = np.hanning(length + 2)[1:-1].astype(np.float32)
    count = frame_count(samples)
    persistence, purity = np.zeros(count), np.empty(count)
    reach = 2 * _PERSISTENCE_SPAN
    last_fine = np.zeros((0, _FINE_BINS.stop - _FINE_BINS.start), np.float32)
    for first, block in frames(samples, length):
        spectrum = np.asarray(fft.rfft(block * window, length))[:, _FINE_BINS]
        power = np.square(spectrum.real) + np.square(spectrum.imag) + np.float32(1e-9)
        last = first + len(block)
        purity[first:last] = 5 * uniform_filter1d(power, 5, axis=1).max(axis=1) / power.sum(axis=1)
        logarithm = np.log(power)
        fine = logarithm - uniform_filter1d(logarithm, _SMOOTHING_BINS, axis=1, mode="nearest")
        fine /= np.linalg.norm(fine, axis=1, keepdims=True) + np.float32(1e-6)
        fine = np.concatenate([last_fine, fine])
        if len(fine) > reach:
            middle = last - len(fine) + _PERSISTENCE_SPAN
            alike = np.einsum("nb,nb->n", fine[:-reach], fine[reach:])
            persistence[middle : middle + len(alike)] = alike
        last_fine = fine[-reach:]
    return persistence, purity
