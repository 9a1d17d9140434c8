# SPDX-License-Identifier: GPL-3.0-or-later
"""The performance around the mouth: brows, gaze, blinks and head, sampled from prosody with a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..controls import INDEX
from ..speech.track import SpeechTrack
from .blinks import blink_curve, blink_times
from .brows import brow_controls
from .gaze import gaze_controls
from .head_motion import head_rotation

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Liveliness:
    """How much of each is added, 1 as sampled, 0 none."""

    blinks: float = 1.0
    brows: float = 1.0
    gaze: float = 1.0
    head: float = 1.0


def perform(
    track: SpeechTrack,
    mouth: FloatArray,
    times: NDArray[np.float64],
    seed: int,
    liveliness: Liveliness = Liveliness(),
) -> tuple[FloatArray, FloatArray]:
    """Controls (T, 68) with eyes and brows added to `mouth`, and the neck's axis-angle (T, 3)."""
    neck = head_rotation(track, times, seed, liveliness.head)
    controls = np.maximum(mouth, brow_controls(track, times, seed, liveliness.brows))
    controls = np.maximum(controls, gaze_controls(track, times, neck, seed, liveliness.gaze))
    blink = blink_curve(blink_times(track, seed, liveliness.blinks), times)
    for name in ("eyeBlinkLeft", "eyeBlinkRight"):
        controls[:, INDEX[name]] = np.maximum(controls[:, INDEX[name]], blink)
    for name in ("eyeWideLeft", "eyeWideRight", "eyeSquintLeft", "eyeSquintRight"):
        controls[:, INDEX[name]] *= 1.0 - blink  # a shut lid is neither wide nor squinting
    return controls, neck
