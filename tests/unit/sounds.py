# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthesised sounds for tests: noises, music, and a voice whose pitch, vowels and effort are known. 16 kHz mono."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

RATE = 16000


def at_level(samples: np.ndarray, decibels: float) -> np.ndarray:
    """The sound with an RMS level in dBFS."""
    rms = np.sqrt(np.mean(np.square(samples, dtype=np.float64)))
    return (samples * (10 ** (decibels / 20) / max(rms, 1e-12))).astype(np.float32)


def noise(seconds: float, slope: float = 0.0, seed: int = 0) -> np.ndarray:
    """Noise whose power falls with frequency to the power of `slope`: 0 white, 1 pink, 2 brown."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spectrum /= np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20) ** (slope / 2)
    return at_level(np.fft.irfft(spectrum, count), -25)


def tone(seconds: float, hertz: float, partials: int = 1) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    return at_level(sum(np.sin(2 * np.pi * hertz * k * t + k * k) / k for k in range(1, partials + 1)), -25)


def band_limited(samples: np.ndarray, low: float, high: float) -> np.ndarray:
    filters = butter(6, [low / (RATE / 2), high / (RATE / 2)], "band", output="sos")
    return np.asarray(sosfilt(filters, samples), np.float32)


# --- music -------------------------------------------------------------------------------------------


def note(hertz: float, seconds: float, instrument: str, rng: np.random.Generator) -> np.ndarray:
    count = round(seconds * RATE)
    t = np.arange(count) / RATE
    if instrument == "pluck":  # Karplus & Strong 1983
        period = round(RATE / hertz)
        start = np.zeros(count)
        start[:period] = rng.uniform(-1, 1, period)[:count]
        loop = np.zeros(period + 2)
        loop[0], loop[period], loop[period + 1] = 1, -0.498, -0.498
        sound = lfilter([1.0], loop, start)
    elif instrument == "bell":  # Chowning 1973
        sound = np.sin(2 * np.pi * hertz * t + 2 * np.exp(-t / 0.3) * np.sin(5.1 * np.pi * hertz * t)) * np.exp(
            -t / 0.4
        )
    elif instrument == "organ":
        sound = sum(np.sin(2 * np.pi * hertz * k * t) / k**0.5 for k in (1, 2, 3, 4, 6) if hertz * k < 7500)
    else:  # strings
        phase = 2 * np.pi * hertz * np.cumsum(1 + 0.005 * np.sin(2 * np.pi * 5.5 * t)) / RATE
        sound = sum(np.sin(k * phase) / k for k in range(1, int(6000 / hertz) + 1))
    edges = np.minimum(1, np.minimum(t / 0.02, (seconds - t) / 0.04))
    return at_level(sound * edges, -20)


def drum(kind: str, rng: np.random.Generator) -> np.ndarray:
    t = np.arange(round(0.3 * RATE)) / RATE
    if kind == "kick":
        return 0.3 * np.sin(2 * np.pi * (45 * t + 8 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.1)
    if kind == "snare":
        return (0.15 * rng.standard_normal(len(t)) + 0.15 * np.sin(2 * np.pi * 190 * t)) * np.exp(-t / 0.07)
    return 0.2 * np.diff(rng.standard_normal(len(t) + 1)) * np.exp(-t / 0.04)


def music(
    seed: int, seconds: float, melody: str | None = None, chords: str | None = None, drums: bool = False
) -> np.ndarray:
    """A tune in a major scale with its accompaniment, by names of instruments."""
    rng = np.random.default_rng(seed)
    song = np.zeros(round((seconds + 4) * RATE))
    beat = 60 / rng.uniform(70, 160)
    scale = np.array([0, 2, 4, 5, 7, 9, 11])
    root = rng.integers(45, 57)

    def hertz(step: int, octave: int) -> float:
        return 440 * 2 ** ((root + scale[step % 7] + 12 * (step // 7 + octave) - 69) / 12)

    def put(time: float, sound: np.ndarray) -> None:
        song[round(time * RATE) : round(time * RATE) + len(sound)] += sound

    time, step = 0.0, 0
    while melody and time < seconds:
        length = beat * rng.choice([0.5, 0.5, 1, 2])
        put(time, note(hertz(step, 1), length, melody, rng))
        step = int(np.clip(step + rng.integers(-3, 4), 0, 10))
        time += length
    time = 0.0
    while chords and time < seconds:
        first = rng.integers(0, 6)
        for step in (0, 2, 4):
            put(time, 0.6 * note(hertz(int(first) + step, 0), 2 * beat, chords, rng))
        time += 2 * beat
    for i in range(int(2 * seconds / beat) if drums else 0):
        for kind, pattern in (("kick", (1, 0, 0, 0)), ("snare", (0, 0, 1, 0)), ("hat", (1, 1, 1, 1))):
            if pattern[i % 4]:
                put(i * beat / 2, drum(kind, rng))
    return at_level(song[: round(seconds * RATE)], -20)


# --- a voice -----------------------------------------------------------------------------------------

FORMANTS = {"AA": (730, 1090, 2440), "IY": (270, 2290, 3010), "EH": (530, 1840, 2480), "UW": (300, 870, 2240)}
"""First three formants of a man's vowels in Hz (Peterson & Barney 1952)."""


def voiced(f0: np.ndarray, vowel: str = "AA", tilt: float = -12.0) -> np.ndarray:
    """A sung vowel: partials of `f0` (Hz at each sample) that fall by `tilt` dB an octave, through formants."""
    phase = 2 * np.pi * np.cumsum(f0) / RATE
    source = np.zeros(len(f0))
    for k in range(1, int(7000 / f0.min()) + 1):
        source += np.where(k * f0 < 7600, np.sin(k * phase + 0.3 * k * k) * k ** (tilt / 6.02), 0.0)
    return vocal_tract(source, vowel)


def vocal_tract(source: np.ndarray, vowel: str) -> np.ndarray:
    for formant, width in zip(FORMANTS[vowel], (80, 100, 140), strict=True):
        r, angle = np.exp(-np.pi * width / RATE), 2 * np.pi * formant / RATE
        source = lfilter([1 - 2 * r * np.cos(angle) + r * r], [1, -2 * r * np.cos(angle), r * r], source)
    return source


def syllables(
    vowels: Sequence[tuple[str, float, float, float]], pause: float = 0.08, tilt: float = -12.0
) -> tuple[np.ndarray, list[tuple[str, float, float]]]:
    """Vowels with short silences between, each (ARPAbet, seconds, F0 in Hz, level in dBFS), and their times."""
    sound = [np.zeros(round(pause * RATE))]
    times: list[tuple[str, float, float]] = []
    now = pause
    for vowel, seconds, f0, level in vowels:
        count = round(seconds * RATE)
        edge = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.02 * RATE))
        bump = f0 * (1 + 0.01 * np.sin(np.pi * np.arange(count) / count))
        sound += [at_level(voiced(bump, vowel, tilt), level) * edge, np.zeros(round(pause * RATE))]
        times.append((vowel, now, now + seconds))
        now += seconds + pause
    return np.concatenate(sound).astype(np.float32), times
