# SPDX-License-Identifier: GPL-3.0-or-later
"""What the distances at the mouth say, against the phones that are really heard (numpy only).

Definitions, in millimetres and seconds. A phone's frames are those inside [start, end]; where none lies inside, the
frame nearest to its middle.

closed    /p b m/ whose gap is at most 0.5 at one of its frames
teeth     /f v/ whose lower lip is within 1.5 of the upper incisors' edge at one of its frames
opened    open vowels (AA AE AH AO AW AY EH, the schwa left out) whose gap exceeds 1 at one of their frames
held shut open vowels that are closed (gap at most 0.5) at the frame nearest to their middle
false     closures per second of speech: runs of frames with the gap at most 0.5 that keep 80 ms away from
          every /p b m/, outside silence
spikes    frames per second at which the gap turns round with more than 1 on either side: the mouth flutters
speed     99th percentile of the change of the gap, per second
lag       the mouth behind the sound; negative where the mouth leads. Two independent ways:
          closures: middle of the closed run nearest to the phone minus the middle of the phone; the run begins and
                    ends where the gap, linear between frames like the keys, crosses 0.5
          opening:  the shift at which the gap correlates best with the openness that the true phones suggest
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from model_backend.speech.track import SILENCE, Phone

from .clips import MeasuredClip
from .mouth import MouthCurves

FloatArray = NDArray[np.float64]

BILABIALS = frozenset("PBM")
LABIODENTALS = frozenset("FV")
OPEN_VOWELS = frozenset(["AA", "AE", "AH", "AO", "AW", "AY", "EH"])

CLOSED = 0.5
TEETH = 1.5
OPEN = 1.0
FAR_FROM_CLOSURE = 0.080
SPIKE = 1.0

OPENNESS = {
    **dict.fromkeys(["AA", "AE", "AW", "AY", "AO"], 1.0),
    **dict.fromkeys(["AH", "EH", "OW", "EY", "OY"], 0.75),
    **dict.fromkeys(["IH", "IY", "ER", "UH", "HH"], 0.5),
    **dict.fromkeys(["K", "G", "NG", "L", "R", "Y", "TH", "DH"], 0.4),
    **dict.fromkeys(["T", "D", "N", "S", "Z", "SH", "ZH", "CH", "JH", "UW", "W"], 0.25),
    **dict.fromkeys(["F", "V"], 0.1),
    **dict.fromkeys(["P", "B", "M", SILENCE], 0.0),
}
"""How open a mouth is in each phone, coarsely (vowel height; consonants by place). Only for finding the lag."""

CORRELATION_STEP = 0.005
CORRELATION_RANGE = 0.200
SMOOTHING = 0.100
"""Length of the Hann window that turns the steps of `OPENNESS` into movements."""


@dataclass
class Scores:
    """Counts of one or many clips; add them up, then read the shares."""

    bilabials: int = 0
    closed: int = 0
    labiodentals: int = 0
    at_teeth: int = 0
    open_vowels: int = 0
    opened: int = 0
    held_shut: int = 0
    false_closures: int = 0
    spikes: int = 0
    speech_seconds: float = 0.0
    teeth_frames: int = 0
    """Frames, whatever the phone, with the lip at the teeth: what chance would reach."""
    closed_frames: int = 0
    frames: int = 0
    closure_lags: list[float] = field(default_factory=list)
    opening_lags: list[float] = field(default_factory=list)
    correlations: list[float] = field(default_factory=list)
    speeds: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    """Each constraint that was not met, for people who look into it."""

    def __iadd__(self, other: Scores) -> Scores:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        return self


def total(scores: Iterable[Scores]) -> Scores:
    result = Scores()
    for one in scores:
        result += one
    return result


def score(clip: MeasuredClip, mouth: MouthCurves) -> Scores:
    """Judge `mouth` against the true phones of `clip`."""
    result = Scores(frames=mouth.frames)
    result.closed_frames = int((mouth.gap <= CLOSED).sum())
    result.teeth_frames = int((mouth.teeth <= TEETH).sum())
    for i, phone in enumerate(clip.phones):
        inside = _frames_of(phone, mouth)
        label = f"{clip.name} {mouth.fps:g} fps {phone.phone} {phone.start:.3f}-{phone.end:.3f} s"
        if phone.phone in BILABIALS:
            result.bilabials += 1
            gap = mouth.gap[inside].min()
            if gap <= CLOSED:
                result.closed += 1
                result.closure_lags += _closure_lag(phone, mouth)
            else:
                result.missed.append(f"{label}: gap {gap:.2f} mm")
        elif phone.phone in LABIODENTALS:
            result.labiodentals += 1
            reach = mouth.teeth[inside].min()
            result.at_teeth += int(reach <= TEETH)
            if reach > TEETH:
                result.missed.append(f"{label}: lip {reach:.2f} mm from the teeth")
        elif phone.phone in OPEN_VOWELS and i not in clip.reduced:
            result.open_vowels += 1
            gap = mouth.gap[inside].max()
            result.opened += int(gap > OPEN)
            middle = min(max(round(0.5 * (phone.start + phone.end) * mouth.fps), 0), mouth.frames - 1)
            result.held_shut += int(mouth.gap[middle] <= CLOSED)
            if gap <= OPEN:
                result.missed.append(f"{label}: vowel shut, gap {gap:.2f} mm")
    result.speech_seconds = sum(phone.duration for phone in clip.phones if phone.phone != SILENCE)
    result.false_closures = _false_closures(clip.phones, mouth)
    result.spikes = _spikes(mouth.gap)
    result.speeds = [float(np.percentile(np.abs(np.diff(mouth.gap)) * mouth.fps, 99))] if mouth.frames > 1 else []
    lag, correlation = opening_lag(clip.phones, mouth)
    if np.isfinite(correlation):
        result.opening_lags.append(lag)
        result.correlations.append(correlation)
    return result


def _frames_of(phone: Phone, mouth: MouthCurves) -> slice:
    first = int(np.ceil(phone.start * mouth.fps - 1e-6))
    last = int(np.floor(phone.end * mouth.fps + 1e-6))
    if last < first:
        first = last = round(0.5 * (phone.start + phone.end) * mouth.fps)
    first, last = (min(max(frame, 0), mouth.frames - 1) for frame in (first, last))
    return slice(first, last + 1)


def closed_runs(gap: FloatArray, fps: float) -> FloatArray:
    """(K, 2) seconds at which the gap goes below `CLOSED` and comes back, with the gap linear between frames."""
    shut = gap <= CLOSED
    edges = np.flatnonzero(np.diff(shut.astype(int)))
    crossings = edges + (gap[edges] - CLOSED) / (gap[edges] - gap[edges + 1])
    times = [0.0] if len(gap) and shut[0] else []
    times += list(crossings / fps)
    if len(gap) and shut[-1]:
        times.append((len(gap) - 1) / fps)
    return np.array(times).reshape(-1, 2)


def _closure_lag(phone: Phone, mouth: MouthCurves) -> list[float]:
    """Middle of the phone's own closed run behind the middle of the phone; nothing where the run cannot be told to
    be this phone's alone: it starts or ends the clip, or is longer than a closure can be (lips shut in silence)."""
    middle = 0.5 * (phone.start + phone.end)
    runs = closed_runs(mouth.gap, mouth.fps)
    centres = runs.mean(1)
    run = int(np.argmin(np.abs(centres - middle)))
    start, end = runs[run]
    touches_edge = start <= 0.0 or end >= (mouth.frames - 1) / mouth.fps
    if touches_edge or end - start > phone.duration + 0.120 or end < phone.start or start > phone.end:
        return []
    return [float(centres[run] - middle)]


def _false_closures(phones: Sequence[Phone], mouth: MouthCurves) -> int:
    excused = [
        (p.start - FAR_FROM_CLOSURE, p.end + FAR_FROM_CLOSURE)
        for p in phones
        if p.phone in BILABIALS or p.phone == SILENCE
    ]
    last = phones[-1].end if phones else 0.0
    return sum(
        end <= last and not any(start <= excuse[1] and end >= excuse[0] for excuse in excused)
        for start, end in closed_runs(mouth.gap, mouth.fps)
    )


def _spikes(gap: FloatArray) -> int:
    step = np.diff(gap)
    before, after = step[:-1], step[1:]
    return int(((before * after < 0) & (np.minimum(np.abs(before), np.abs(after)) > SPIKE)).sum())


def opening_lag(phones: Sequence[Phone], mouth: MouthCurves) -> tuple[float, float]:
    """(seconds by which the mouth's opening is behind the true phones, correlation there); nan where it never moves."""
    duration = min(phones[-1].end if phones else 0.0, (mouth.frames - 1) / mouth.fps)
    times = np.arange(0.0, duration, CORRELATION_STEP)
    if len(times) < 10 or np.ptp(mouth.gap) < 1e-6:
        return np.nan, np.nan
    expected = np.zeros(len(times))
    for phone in phones:
        expected[(times >= phone.start) & (times < phone.end)] = OPENNESS[phone.phone]
    window = np.hanning(round(SMOOTHING / CORRELATION_STEP) + 2)
    expected = np.convolve(expected, window / window.sum(), mode="same")
    frame_times = np.arange(mouth.frames) / mouth.fps
    shifts = np.arange(-CORRELATION_RANGE, CORRELATION_RANGE + 1e-9, CORRELATION_STEP)
    correlations = np.array([_correlation(np.interp(times + s, frame_times, mouth.gap), expected) for s in shifts])
    best = int(np.argmax(correlations))
    return float(shifts[best]), float(correlations[best])


def _correlation(a: FloatArray, b: FloatArray) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) > 1e-9 and np.ptp(b) > 1e-9 else -1.0
