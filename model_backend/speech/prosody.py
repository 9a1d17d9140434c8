# SPDX-License-Identifier: GPL-3.0-or-later
"""How something is said: pitch, loudness, rate, phrases, accents, and the effort of the voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from .framing import levels
from .pitch import track_pitch
from .track import PROSODY_RATE, SILENCE, VOWELS, Accent, Phone, Prosody
from .vocal_effort import vocal_effort

PAUSE: Final = 0.25
"""Seconds of silence that end a phrase."""

_LEVEL_WINDOW = 640  # samples: 40 ms hold two periods of the lowest voice, so the level does not follow each period

_CLOSE_VOWELS = {"IY": 4.0, "IH": 2.0, "UH": 2.0, "UW": 2.0}
"""dB that close vowels are weaker than open ones at the same effort (Lehiste & Peterson 1959)."""
_CONSONANTS = (
    frozenset(["S", "Z", "SH", "ZH", "CH", "JH"]),
    frozenset(["F", "V", "TH", "DH", "HH"]),
    frozenset(["P", "B", "T", "D", "K", "G"]),
)
"""Consonants whose loudness can be compared: noise of one strength each."""
_USUAL_SPREAD = 5.0  # dB, standard deviation of vowel levels in running speech
_USUAL_COUNT = 3  # the usual spread counts as much as this many vowels of the clip

_LONG_VOWELS = {"IH": -0.25, "AH": -0.35, "UH": -0.25, "EH": -0.1}
"""Natural logarithm of the usual duration beside that of long vowels and diphthongs (Peterson & Lehiste 1960)."""
_FINAL_LENGTHENING = 0.3  # natural logarithm; the last vowel of a phrase is drawn out by about a third (Klatt 1976)
_USUAL_DURATION_SPREAD = 0.35

_PITCH_SMOOTHING = 0.04  # s, Gaussian sigma: takes out the jitter of periods and the dips beside consonants
_LASTING = 5  # frames of voice on end whose pitch is trusted; a flap or a burst can seem to have any
_NARROWEST = 1.0  # semitones: smaller movements of a monotone voice are no accents
_EVENT = 0.5  # standard deviations that a pitch peak must stand out
_APART = 0.2  # s between two accents
_SYLLABLE = (0.05, 0.1)  # s before and after a vowel where its pitch peak may lie; peaks are often late (Ladd 2008)
_WEIGHTS = (0.4, 0.3, 0.3)
"""Shares of pitch, loudness and duration in prominence. All three mark stress (Fry 1958, Kochanski et al. 2005);
pitch weighs most because head and brows go with it most (Kuratate et al. 1999)."""
_STRESSED = 0.5
_STRONGEST = 2.0
"""Prominence of the weakest accent and of strength 1, standard deviations."""


def measure_prosody(samples: NDArray[np.float32], phones: Sequence[Phone]) -> Prosody:
    """Prosody of mono sound at `audio.SAMPLE_RATE`; `phones` tell where speech is and which vowels it has.

    Without a spoken phone there are no phrases, no accents, no F0, and the rate is 0.
    """
    energy = levels(samples, _LEVEL_WINDOW)
    f0, _ = track_pitch(samples)
    phrases = _phrases(phones)
    speech = [phone for phone in phones if phone.phone != SILENCE]
    f0[~_inside([(phone.start, phone.end) for phone in speech], len(f0))] = 0.0
    spoken = sum(phone.duration for phone in speech)
    vowels = sum(phone.phone in VOWELS for phone in phones)
    prosody = Prosody(
        f0=f0,
        energy=energy,
        speaking_rate=vowels / spoken if spoken > 0.01 else 0.0,
        phrases=phrases,
        accents=_accents(f0, energy, phones, phrases),
    )
    return replace(prosody, effort=tuple(float(effort) for effort in vocal_effort(samples, prosody)))


def phone_effort(phones: Sequence[Phone], prosody: Prosody) -> NDArray[np.float32]:
    """Loudness of each phone against its like in the clip, in standard deviations (n,); 0 is usual, silence is 0.

    A vowel is compared with the clip's vowels (JALI §4.2: at or below -1 little jaw, at or above +1 much). A fricative
    or plosive takes the mean of its standing in its class and of the vowels about it, other consonants that of the
    vowels alone. In a clip of few vowels the usual spread of speech counts too, so that one word is not all extremes.
    """
    effort = np.zeros(len(phones), np.float32)
    level = _phone_levels(phones, prosody.energy)
    vowels = [i for i, phone in enumerate(phones) if phone.phone in VOWELS]
    if not vowels:
        return effort
    effort[vowels] = _standing(level[vowels])
    middles = np.array([(phone.start + phone.end) / 2 for phone in phones])
    others = [i for i, phone in enumerate(phones) if phone.phone not in VOWELS and phone.phone != SILENCE]
    effort[others] = np.interp(middles[others], middles[vowels], effort[vowels])
    for kind in _CONSONANTS:
        members = [i for i in others if phones[i].phone in kind]
        if members:
            effort[members] = 0.5 * (effort[members] + _standing(level[members]))
    return effort


def _phrases(phones: Sequence[Phone]) -> tuple[tuple[float, float], ...]:
    """Stretches of speech between pauses."""
    phrases: list[tuple[float, float]] = []
    for phone in phones:
        if phone.phone == SILENCE or phone.duration <= 0:
            continue
        if phrases and phone.start - phrases[-1][1] < PAUSE:
            phrases[-1] = (phrases[-1][0], phone.end)
        else:
            phrases.append((phone.start, phone.end))
    return tuple(phrases)


def _inside(spans: Sequence[tuple[float, float]], count: int) -> NDArray[np.bool_]:
    """Frames (count,) within any of the spans."""
    inside = np.zeros(count, np.bool_)
    for start, end in spans:
        inside[_frame(start) : _frame(end) + 1] = True
    return inside


def _frame(time: float) -> int:
    return max(0, round(time * PROSODY_RATE))


def _phone_levels(phones: Sequence[Phone], energy: NDArray[np.float32]) -> NDArray[np.float64]:
    """Level of each phone in dB over its middle three fifths, close vowels made up for their weakness."""
    level = np.zeros(len(phones))
    for i, phone in enumerate(phones):
        edge = 0.2 * phone.duration
        first = min(_frame(phone.start + edge), len(energy) - 1)
        last = max(first + 1, _frame(phone.end - edge) + 1)
        power = np.mean(10.0 ** (energy[first:last].astype(np.float64) / 10))
        level[i] = 10 * np.log10(power) + _CLOSE_VOWELS.get(phone.phone, 0.0)
    return level


def _standing(values: NDArray[np.float64], spread: float = _USUAL_SPREAD) -> NDArray[np.float64]:
    """Standard scores; the spread is drawn to the usual one where there are few values."""
    count = len(values)
    variance = (count * values.var() + _USUAL_COUNT * spread**2) / (count + _USUAL_COUNT)
    return (values - values.mean()) / np.sqrt(variance)


def _accents(
    f0: NDArray[np.float32],
    energy: NDArray[np.float32],
    phones: Sequence[Phone],
    phrases: Sequence[tuple[float, float]],
) -> tuple[Accent, ...]:
    """Vowels that stand out by pitch, loudness and duration, at least `_APART` from one another."""
    vowels = [i for i, phone in enumerate(phones) if phone.phone in VOWELS]
    if not vowels:
        return ()
    peaks = _pitch_events(f0, phrases)
    finals = {max((i for i in vowels if phones[i].start < end), default=-1) for _, end in phrases}
    length = np.array(
        [
            np.log(max(phones[i].duration, 0.01))
            - _LONG_VOWELS.get(phones[i].phone, 0.0)
            - (_FINAL_LENGTHENING if i in finals else 0.0)
            for i in vowels
        ]
    )
    loudness = _standing(_phone_levels(phones, energy)[vowels]).clip(-2, 2)
    duration = _standing(length, _USUAL_DURATION_SPREAD).clip(-2, 2)
    pitch, times = np.zeros(len(vowels)), np.zeros(len(vowels))
    for k, i in enumerate(vowels):
        start, end = phones[i].start, phones[i].end
        times[k] = (start + end) / 2
        near = [peak for peak in peaks if start - _SYLLABLE[0] <= peak[0] <= end + _SYLLABLE[1]]
        if near:
            time, pitch[k] = max(near, key=lambda peak: peak[1])
            times[k] = min(max(time, start), end)
    weights = np.array(_WEIGHTS if peaks else (0.0, 0.5, 0.5))  # a whisper has no pitch
    prominence = weights @ np.stack([pitch, loudness, duration])
    chosen: list[int] = []
    for k in np.argsort(-prominence, kind="stable"):
        if prominence[k] >= _STRESSED and all(abs(times[k] - times[other]) >= _APART for other in chosen):
            chosen.append(int(k))
    return tuple(Accent(float(times[k]), float(min(prominence[k] / _STRONGEST, 1.0))) for k in sorted(chosen))


def _lasting(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The flags without runs shorter than `_LASTING` frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]])))
    lasting = flags.copy()
    for first, last in edges.reshape(-1, 2):
        lasting[first:last] &= last - first >= _LASTING
    return lasting


def _declination(frames: NDArray[np.intp], semitones: NDArray[np.float64]) -> float:
    """Fall of the pitch's baseline over a phrase in semitones per frame, never rising.

    The baseline is what lies under the accents, so that an accent at the beginning is not taken for a fall.
    """
    early = frames < (frames[0] + frames[-1]) / 2
    if min(early.sum(), (~early).sum()) < _LASTING:
        return 0.0
    first, last = (np.percentile(semitones[half], 25) for half in (early, ~early))
    return min(float(last - first) / float(frames[~early].mean() - frames[early].mean()), 0.0)


def _pitch_events(f0: NDArray[np.float32], phrases: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """(time, height above what surrounds it in the speaker's standard deviations) of peaks of the pitch contour.

    A peak counts if it stands out by half a standard deviation and is the highest within 200 ms, as in the
    prosody-to-head alignment measures (PBAS). Declination over a phrase is taken out first.
    """
    contours: list[tuple[int, NDArray[np.float64]]] = []
    for start, end in phrases:
        first = _frame(start)
        voice = f0[first : _frame(end) + 1].astype(np.float64)
        voiced = np.flatnonzero(_lasting(voice > 0))
        if len(voiced) < _LASTING:
            continue
        semitones = np.asarray(12 * np.log2(voice[voiced]), np.float64)
        slope = _declination(voiced, semitones) if end - start > 1.0 else 0.0
        frames = np.arange(len(voice))
        contour = np.interp(frames, voiced, semitones) - slope * frames
        contours.append((first, gaussian_filter1d(contour, _PITCH_SMOOTHING * PROSODY_RATE, mode="nearest")))
    if not contours:
        return []
    spread = max(float(np.std(np.concatenate([contour - np.median(contour) for _, contour in contours]))), _NARROWEST)
    events: list[tuple[float, float]] = []
    for first, contour in contours:
        # The voice comes from and goes to its ground, so a phrase may begin or end on a peak.
        ground = np.full(1, np.percentile(contour, 10))
        padded = np.concatenate([ground, contour, ground])
        found, shape = find_peaks(padded, prominence=_EVENT * spread, distance=round(_APART * PROSODY_RATE))
        events += [
            (float(first + i - 1) / PROSODY_RATE, float(min(height / spread, 3.0)))
            for i, height in zip(found, shape["prominences"], strict=True)
        ]
    return events
