# SPDX-License-Identifier: GPL-3.0-or-later
"""Brow accents: brows that rise or knit with the voice."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS, INDEX
from ..speech.track import SpeechTrack
from .randomness import stream

CHANCE: Final = 0.5
"""Share of accents that a brow goes with."""
RISE: Final = 0.55
"""Most that the brows rise with an accent of strength 1."""
KNIT_CHANCE: Final = 0.22
"""Share of those that knit the brows instead."""
ATTACK: Final = 0.18
RELEASE: Final = 0.45
"""Seconds up and down: brows are slower to leave than to come."""


def brow_controls(
    track: SpeechTrack, times: NDArray[np.float64], seed: int, amount: float = 1.0
) -> NDArray[np.float32]:
    """Brow, lid and cheek accents in a (T, 68) array."""
    random = stream(seed, "brows")
    controls = np.zeros((len(times), len(CONTROLS)), np.float32)

    def raise_to(name: str, curve: NDArray[np.float64]) -> None:
        column = INDEX[name]
        controls[:, column] = np.maximum(controls[:, column], curve)

    for accent in track.prosody.accents:
        chosen, knit, size, side = random.random(4)
        if chosen > CHANCE:
            continue
        strength = amount * accent.strength * (0.45 + 0.55 * size)
        # The brow leads the syllable a little and stays through it.
        distance = np.where(
            times < accent.time, (accent.time - times) / ATTACK, np.maximum(times - accent.time - 0.08, 0) / RELEASE
        ).clip(0.0, 1.0)
        curve = strength * (0.5 + 0.5 * np.cos(np.pi * distance))
        if knit < KNIT_CHANCE:
            for name in ("browDownLeft", "browDownRight"):
                raise_to(name, 0.5 * RISE * curve)
            for name in ("eyeSquintLeft", "eyeSquintRight"):
                raise_to(name, 0.3 * RISE * curve)
        else:
            lean = 0.8 + 0.4 * side  # hardly anyone raises both alike
            raise_to("browInnerUp", RISE * curve)
            raise_to("browOuterUpLeft", 0.7 * RISE * lean * curve)
            raise_to("browOuterUpRight", 0.7 * RISE * (2 - lean) * curve)
            for name in ("eyeWideLeft", "eyeWideRight"):
                raise_to(name, 0.2 * RISE * curve)
    return controls
