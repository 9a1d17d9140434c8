# SPDX-License-Identifier: GPL-3.0-or-later
"""Gaze: where the eyes look. They hold the listener, glance aside, and stay on target as the head moves."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS, INDEX
from ..speech.track import SpeechTrack
from .randomness import stream

FIXATION: Final = (0.6, 2.4)
"""Seconds that a fixation lasts."""
JITTER: Final = np.radians(1.1)
"""Spread of fixations on the listener's face, which moves between eyes and mouth."""
AVERSION: Final = np.radians(9.0)
"""Size of a glance aside."""
AVERSION_CHANCE: Final = 0.16
"""Share of fixations that are glances aside; doubled where a phrase begins, when speakers look away to think."""
SACCADE: Final = 0.045
"""Seconds of an eye movement: 2.2 ms a degree + 21 ms (Carpenter 1988) is 41 ms for 9 degrees."""
FULL_TURN: Final = np.radians(30.0)
"""Turn of the eye at an eyeLook control of 1; the default head's joint limits lie between 24° and 30°."""
COMPENSATION: Final = 0.9
"""Share of the head's turn that the eyes take back (vestibulo-ocular reflex)."""


def gaze_controls(
    track: SpeechTrack, times: NDArray[np.float64], neck: NDArray[np.float32], seed: int, amount: float = 1.0
) -> NDArray[np.float32]:
    """The eight eyeLook controls in a (T, 68) array; both eyes look the same way."""
    random = stream(seed, "gaze")
    pitch = np.zeros(len(times))
    yaw = np.zeros(len(times))
    now, here = 0.0, np.zeros(2)
    while now < track.duration:
        starting = any(start - 0.3 < now < start + 0.5 for start, _ in track.prosody.phrases)
        if random.random() < AVERSION_CHANCE * (2 if starting else 1):
            angle = random.uniform(0, 2 * np.pi)
            there = AVERSION * np.array((0.5 * np.sin(angle), np.cos(angle))) * random.uniform(0.5, 1.1)
            lasts = random.uniform(0.35, 0.9)
        else:
            there = random.normal(size=2) * JITTER
            lasts = random.uniform(*FIXATION)
        step = np.clip((times - now) / SACCADE, 0.0, 1.0)
        pitch += (there[0] - here[0]) * step
        yaw += (there[1] - here[1]) * step
        now, here = now + lasts, there
    pitch = amount * pitch - COMPENSATION * neck[:, 0]
    yaw = amount * yaw - COMPENSATION * neck[:, 1]

    controls = np.zeros((len(times), len(CONTROLS)), np.float32)
    for side, outward in (("Left", yaw), ("Right", -yaw)):
        controls[:, INDEX["eyeLookDown" + side]] = np.maximum(pitch, 0) / FULL_TURN
        controls[:, INDEX["eyeLookUp" + side]] = np.maximum(-pitch, 0) / FULL_TURN
        controls[:, INDEX["eyeLookOut" + side]] = np.maximum(outward, 0) / FULL_TURN
        controls[:, INDEX["eyeLookIn" + side]] = np.maximum(-outward, 0) / FULL_TURN
    return controls
