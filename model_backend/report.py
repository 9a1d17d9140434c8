# SPDX-License-Identifier: GPL-3.0-or-later
"""The quality report of a take, measured on its landmarks: do the lips do what the sounds ask?"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .errors import JobError
from .speech.track import SILENCE
from .take import Take
from .talking_face.phone_targets import OPEN_VOWELS, TARGETS, Contact

CLOSED: Final = 0.0005
"""Metres between the inner lips that count as closed."""
VOWEL_OPEN: Final = 0.001
"""Metres that an open vowel must part them."""
INNER_LIPS: Final = ((61, 67), (62, 66), (63, 65))
"""iBUG landmarks of the upper and the lower inner lip that lie opposite each other."""
LONG_SILENCE: Final = 0.5
"""Seconds of silence in which the mouth should stand still, its edges left out."""


def lip_opening(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Widest distance between the inner lips (T,), metres, from iBUG landmarks (T, 68, 3)."""
    upper, lower = np.array(INNER_LIPS).T
    return np.linalg.norm(landmarks[:, upper] - landmarks[:, lower], axis=-1).max(axis=1)


def frames_of(start: float, end: float, fps: float, frames: int) -> range:
    """Frames inside start..end seconds; where none lies inside, the one nearest to the middle."""
    first, last = int(np.ceil(start * fps - 1e-6)), int(np.floor(end * fps + 1e-6))
    if last < first:
        first = last = round(0.5 * (start + end) * fps)
    return range(min(max(first, 0), frames - 1), min(max(last, 0), frames - 1) + 1)


def measure(take: Take) -> dict[str, Any]:
    """Figures of a take. Lists hold times in seconds; a share without any phone to count is None."""
    fps, frames = take.motion.fps, take.motion.frames
    opening = lip_opening(take.landmarks)
    missed: list[float] = []
    shut: list[float] = []
    closures = vowels = 0
    resting = np.zeros(frames, bool)
    for phone in take.phones:
        try:
            label, start, end = str(phone["phone"]), float(phone["start"]), float(phone["end"])
        except (KeyError, TypeError, ValueError) as error:
            raise JobError("The take's phones are damaged. Generate the take again.") from error
        own = frames_of(start, end, fps, frames)
        if label == SILENCE:
            if end - start > 2 * LONG_SILENCE:
                resting[frames_of(start + LONG_SILENCE, end - LONG_SILENCE, fps, frames)] = True
        elif label in TARGETS and TARGETS[label][0].contact is Contact.BILABIAL:
            closures += 1
            if min(opening[i] for i in own) > CLOSED:
                missed.append(round(start, 3))
        elif label in OPEN_VOWELS:
            vowels += 1
            if max(opening[i] for i in own) < VOWEL_OPEN:
                shut.append(round(start, 3))
    speed = np.abs(np.diff(opening, prepend=opening[:1])) * fps
    return {
        "duration": round(frames / fps, 3),
        "fps": fps,
        "closures": closures,
        "closures_made": 1 - len(missed) / closures if closures else None,
        "closures_missed_at": missed,
        "open_vowels": vowels,
        "open_vowels_open": 1 - len(shut) / vowels if vowels else None,
        "open_vowels_shut_at": shut,
        "widest_opening_mm": round(float(1000 * opening.max()), 2),
        "mouth_speed_in_silence_mm_s": round(float(1000 * speed[resting].mean()), 2) if resting.any() else None,
        "jitter_mm_s3": round(_jitter(opening, fps), 1),
        "clipped_controls": int((take.controls > 1.0001).any(axis=0).sum()),
        "warnings": list(take.provenance.get("warnings", [])),
    }


def _jitter(opening: NDArray[np.float32], fps: float) -> float:
    """Root mean square of the third derivative of the lip opening, mm/s^3."""
    if len(opening) < 4:
        return 0.0
    return float(1000 * np.sqrt(np.mean((np.diff(opening.astype(np.float64), n=3) * fps**3) ** 2)))


def describe(figures: dict[str, Any]) -> str:
    """The figures as lines to read."""

    def share(value: float | None) -> str:
        return "none to count" if value is None else f"{100 * value:.0f} %"

    def times(values: list[float]) -> str:
        return "" if not values else "; not at " + ", ".join(f"{t:.2f} s" for t in values)

    return "\n".join(
        [
            f"Take of {figures['duration']:.2f} s at {figures['fps']:g} frames/s",
            f"P B M that close (within 0.5 mm): {share(figures['closures_made'])} of {figures['closures']}"
            + times(figures["closures_missed_at"]),
            f"Open vowels that open (over 1 mm): {share(figures['open_vowels_open'])} of {figures['open_vowels']}"
            + times(figures["open_vowels_shut_at"]),
            f"Widest opening: {figures['widest_opening_mm']:.1f} mm",
            "Mouth speed in silence: "
            + (
                "no long silence"
                if figures["mouth_speed_in_silence_mm_s"] is None
                else f"{figures['mouth_speed_in_silence_mm_s']:.1f} mm/s"
            ),
            *(f"Note: {warning}" for warning in figures["warnings"]),
        ]
    )
