# SPDX-License-Identifier: GPL-3.0-or-later
"""Instructions onto a performance: what the words name is added to speech, what they exclude is taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS
from ..errors import JobError
from ..instruction.reader import read
from ..talking_face.expression import expression_curve

FloatArray = NDArray[np.float32]

_SPOKEN = np.array([name.startswith(("mouth", "jaw", "tongue")) for name in CONTROLS])
"""Controls that speech moves: "don't smile" stops no vowel."""


@dataclass(frozen=True)
class Direction:
    """One instruction for `start`..`end` seconds of the clip."""

    start: float
    end: float
    text: str
    intensity: float = 1.0


def directions(items: Sequence[Mapping[str, Any]], duration: float) -> tuple[Direction, ...]:
    """Instructions as they come in a job or a file, checked. Raises `JobError` naming the one that is wrong."""
    found: list[Direction] = []
    for number, item in enumerate(items, start=1):
        text, start, end = item.get("text"), item.get("start", 0.0), item.get("end")
        intensity = item.get("intensity", 1.0)
        end = duration if end is None else end
        numbers = (start, end, intensity)
        if not isinstance(text, str) or not all(isinstance(n, int | float) and np.isfinite(n) for n in numbers):
            raise JobError(
                f'Instruction {number} is damaged: it needs a "text", and numbers for start, end, intensity.'
            )
        if not (0 <= start < end and 0 <= intensity <= 2):
            raise JobError(f"Instruction {number} must end after it starts, with an intensity from 0 to 2.")
        found.append(Direction(float(start), float(end), text, float(intensity)))
    return tuple(found)


def direct(
    controls: FloatArray,
    neck: FloatArray,
    given: Sequence[Direction],
    times: NDArray[np.float64],
    seed: int,
    intensity: float = 1.0,
) -> tuple[FloatArray, FloatArray]:
    """Controls (T, 68) and neck rotation (T, 3) that obey `given`; `intensity` scales them all, 0 leaves speech plain.

    Contacts are not looked after here: they are enforced after this, whatever an instruction asks.
    """
    controls, neck = controls.copy(), neck.copy()
    for number, direction in enumerate(given):
        curve = expression_curve(
            read(direction.text).slots,
            times,
            direction.start,
            direction.end,
            seed=seed + number,
            intensity=intensity * direction.intensity,
        )
        controls[curve.held & ~_SPOKEN] = 0.0
        controls += curve.controls
        neck += curve.neck
    return np.clip(controls, 0.0, 1.0), neck


def unknown_words(given: Sequence[Direction]) -> list[str]:
    """Content words of the instructions that nothing was made of, each once, in order."""
    words = [d.text[span.start : span.end] for d in given for span in read(d.text).unknown]
    return list(dict.fromkeys(words))
