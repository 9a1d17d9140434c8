# SPDX-License-Identifier: GPL-3.0-or-later
"""Head motion: drift, nods on accents, settling at the ends of phrases.

Head motion is sampled, not regressed: the same sentence is spoken with many. What is kept of people is that
it stays below 3 Hz, that nods fall on stressed syllables and phrase ends, and its size.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from ..speech.track import SpeechTrack
from .randomness import stream

DRIFT: Final = np.radians((1.8, 3.2, 1.6))
"""Standard deviation of the drifting pose in pitch, yaw and roll: a calm speaker's third of the +-5..15° and
+-10..20° that conversation reaches."""
DRIFT_INTERVAL: Final = (0.7, 1.8)
"""Seconds between two poses of the drift: well under 1 Hz."""
NOD: Final = np.radians(3.0)
"""Pitch of a nod on an accent of strength 1."""
NOD_RISE: Final = 0.16
NOD_FALL: Final = 0.34
"""Seconds down and up again: a nod of half a second, 2 Hz."""
PHRASE_END: Final = np.radians(1.5)
"""The head comes to rest this much lower at the end of a phrase."""
QUIET: Final = 0.35
"""Share of the drift that is left in long silence."""


def head_rotation(
    track: SpeechTrack, times: NDArray[np.float64], seed: int, amount: float = 1.0
) -> NDArray[np.float32]:
    """Axis-angle of the neck (T, 3) in radians, FLAME's axes: +x nods down, +y turns to the left, +z tilts."""
    random = stream(seed, "head")
    rotation = _drift(track, times, random)
    for accent in track.prosody.accents:
        if random.random() < 0.35:
            continue  # not every accent is nodded
        size = NOD * accent.strength * random.uniform(0.5, 1.2)
        rotation[:, 0] += size * _pulse(times, accent.time - 0.03, NOD_RISE, NOD_FALL)
        rotation[:, 1] += 0.4 * size * random.normal() * _pulse(times, accent.time, NOD_RISE, NOD_FALL)
    for _, end in track.prosody.phrases:
        rotation[:, 0] += PHRASE_END * random.uniform(0.3, 1.0) * _pulse(times, end, 0.5, 0.7)
    # The clip begins and ends still, so that takes can be cut together.
    edge = np.clip(np.minimum(times, max(track.duration, 0.0) - times) / 0.4, 0.0, 1.0)
    smooth = edge * edge * (3 - 2 * edge)
    return (rotation * (amount * smooth)[:, None]).astype(np.float32)


def _drift(track: SpeechTrack, times: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    knots = [-1.0]
    while knots[-1] < track.duration + 1.0:
        knots.append(knots[-1] + random.uniform(*DRIFT_INTERVAL))
    poses = random.normal(size=(len(knots), 3)) * DRIFT
    for i in range(1, len(poses)):  # each pose remembers the last: the head wanders instead of jumping about
        poses[i] = 0.55 * poses[i - 1] + 0.83 * poses[i]
    drift = PchipInterpolator(np.array(knots), poses, axis=0)(times)
    speaking = np.zeros(len(times))
    for start, end in track.prosody.phrases:
        inside = np.minimum(times - start, end - times) / 0.5 + 1.0
        speaking = np.maximum(speaking, inside.clip(0.0, 1.0))
    return drift * (QUIET + (1 - QUIET) * speaking)[:, None]


def _pulse(times: NDArray[np.float64], centre: float, rise: float, fall: float) -> NDArray[np.float64]:
    """A raised cosine up to 1 at `centre` and down again."""
    distance = np.where(times < centre, (centre - times) / rise, (times - centre) / fall).clip(0.0, 1.0)
    return 0.5 + 0.5 * np.cos(np.pi * distance)
