# SPDX-License-Identifier: GPL-3.0-or-later
"""Blinks: when they come and what a blink looks like."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..speech.track import SpeechTrack
from .randomness import stream

MEAN_INTERVAL: Final = 3.2
"""Seconds between blinks while speaking, about 19 a minute; between the 2-6 s of EmoTalk's and the 1.3-4 s of
LAM-Audio2Expression's blink generators."""
SHORTEST_INTERVAL: Final = 1.1
PHRASE_PULL: Final = 0.6
"""A blink due within this many seconds of a phrase's end waits for it: speakers blink where they pause."""
CLOSING: Final = 0.085
"""Seconds to close the lids …"""
OPENING: Final = 0.165
"""… and to open them: EmoTalk's seven-frame curve at 30 fps spends a third of a blink on closing."""


def blink_times(track: SpeechTrack, seed: int, rate: float = 1.0) -> list[float]:
    """Seconds at which the lids are shut. `rate` scales how many there are; 0 gives none."""
    if rate <= 0:
        return []
    random = stream(seed, "blinks")
    ends = np.array([end for _, end in track.prosody.phrases])
    times: list[float] = []
    now = float(random.uniform(0.4, 2.0)) / rate
    while now < track.duration - OPENING:
        if len(ends):
            nearest = float(ends[np.abs(ends - now).argmin()])
            later_than_last = not times or nearest - times[-1] > SHORTEST_INTERVAL
            if abs(nearest - now) < PHRASE_PULL and later_than_last and nearest + 0.1 < track.duration - OPENING:
                now = nearest + 0.1
        times.append(now)
        # Gamma intervals: irregular, yet seldom in bursts.
        interval = SHORTEST_INTERVAL + random.gamma(2.0, (MEAN_INTERVAL - SHORTEST_INTERVAL) / 2.0)
        now += float(interval) / rate
    return times


def blink_curve(shut: list[float], times: NDArray[np.float64]) -> NDArray[np.float32]:
    """Lid closure 0..1 (T,). Each blink is moved to the nearest frame so that one frame shows the lids shut."""
    curve = np.zeros(len(times), np.float32)
    for moment in shut:
        if not len(times):
            break
        centre = times[np.abs(times - moment).argmin()]
        distance = np.where(times < centre, (centre - times) / CLOSING, (times - centre) / OPENING).clip(0.0, 1.0)
        curve = np.maximum(curve, (0.5 + 0.5 * np.cos(np.pi * distance)).astype(np.float32))
    return curve
