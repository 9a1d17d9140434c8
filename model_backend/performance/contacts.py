# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts made certain: /p b m/ close the lips, /f v/ reach the teeth, open vowels open. The last step.

Everything before is a wish; here the mouth is measured on the head that will move, at the frames that will be
keyed, and pulled into contact where it is not. A contact falls between frames easily (a /p/ lasts 60 ms, a
frame at 24 fps 42 ms), so each phone gets at least one frame of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..controls import INDEX
from ..speech.track import SILENCE, Phone
from ..talking_face.articulation import LEAD, contact_lead
from ..talking_face.phone_targets import OPEN_VOWELS, TARGETS, Contact
from .lip_gauge import LipGauge

FloatArray = NDArray[np.float32]

CLOSED: Final = 0.0002
"""Metres between the lips that count as closed here; the acceptance limit of 0.5 mm leaves the rest to keying."""
TOUCHING: Final = 0.0010
"""Metres between lower lip and upper teeth that count as touching."""
OPEN: Final = 0.0025
"""Metres by which an open vowel parts the lips at least, visible in a medium shot."""

TIMING_ERROR: Final = 0.015
"""Seconds by which phone boundaries are commonly off: contacts are held that much longer where frames are free, so
that the frame which shows the true phone is among them. Alignments come in steps of 10 ms."""
SHORT_VOWEL: Final = 0.09
"""Seconds under which an open vowel keeps all its frames: closures on both sides would swallow it."""
SHORTEST_HOLD: Final = 1.5
"""Frames that a contact is held at least; one frame alone is easily a frame too early or too late."""
EASE: Final = 0.07
"""Seconds over which the change made at a contact fades out beside it, as long as a closing movement."""

_LIP_PARTING = [
    INDEX[name]
    for name in (
        "mouthLowerDownLeft",
        "mouthLowerDownRight",
        "mouthUpperUpLeft",
        "mouthUpperUpRight",
        "tongueOut",
        "mouthShrugUpper",
        "noseSneerLeft",
        "noseSneerRight",
    )
]
"""Controls that part the lips by themselves, so they go to 0 in a closure."""
_LIP_SHAPING = [
    INDEX[name]
    for name in (
        "mouthFunnel",
        "mouthPucker",
        "mouthStretchLeft",
        "mouthStretchRight",
        "mouthSmileLeft",
        "mouthSmileRight",
        "mouthFrownLeft",
        "mouthFrownRight",
        "mouthRollLower",
        "mouthRollUpper",
        "mouthShrugLower",
        "mouthLeft",
        "mouthRight",
        "jawLeft",
        "jawRight",
        "jawForward",
    )
]
"""Controls that may stay in a closure while the lips still meet, and give way where they do not."""
_JAW, _CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
_ROLL, _UPPER = INDEX["mouthRollLower"], [INDEX["mouthUpperUpLeft"], INDEX["mouthUpperUpRight"]]
_LOWER = [INDEX["mouthLowerDownLeft"], INDEX["mouthLowerDownRight"]]


@dataclass(frozen=True)
class ContactReport:
    """Phones whose contact this head could not make with the controls it has."""

    open_closures: tuple[Phone, ...] = ()
    missed_teeth: tuple[Phone, ...] = ()


def contact_of(phone: Phone) -> Contact:
    return Contact.NONE if phone.phone == SILENCE else TARGETS[phone.phone][0].contact


def enforce_contacts(
    gauge: LipGauge, controls: FloatArray, phones: tuple[Phone, ...], fps: float
) -> tuple[FloatArray, ContactReport]:
    """Controls (T, 68) with every contact made at the frames i / fps, and what could not be made."""
    wanted, controls = controls, controls.copy()
    if not len(controls):
        return controls, ContactReport()
    plan = FramePlan(phones, fps, len(controls))
    gap = _close(gauge, controls, plan.closed)
    reach = _touch_teeth(gauge, controls, plan.teeth)
    _open(gauge, controls, plan.opened)
    _ease(controls, controls - wanted, sorted({*plan.closed, *plan.teeth, *plan.opened}), fps)
    return controls, ContactReport(
        tuple(phone for phone, frames in plan.closures if min(gap[f] for f in frames) > CLOSED),
        tuple(phone for phone, frames in plan.labiodentals if min(reach[f] for f in frames) > TOUCHING),
    )


class FramePlan:
    """Which frames belong to which contact. Frames are given out phone by phone, so none is promised twice."""

    def __init__(self, phones: tuple[Phone, ...], fps: float, frames: int) -> None:
        self._fps, self._frames = fps, frames
        self.closures: list[tuple[Phone, list[int]]] = []
        self.labiodentals: list[tuple[Phone, list[int]]] = []
        self.opened: list[int] = []
        contacts = [p for p in phones if contact_of(p) in (Contact.BILABIAL, Contact.LABIODENTAL)]
        vowels = [p for p in phones if p.phone in OPEN_VOWELS]
        taken: dict[int, Phone] = {}
        for phone in contacts:  # one frame each first …
            taken[self._own_frame(phone, taken)] = phone
        for phone in vowels:
            own = self._inside(phone.start, phone.end) if phone.duration < SHORT_VOWEL else []
            for frame in {self._own_frame(phone, taken), *own}:
                if frame not in taken:
                    taken[frame] = phone
                    self.opened.append(frame)
        for i, phone in enumerate(phones):  # … then the rest of each phone's time, where nobody needs it
            if contact_of(phone) in (Contact.BILABIAL, Contact.LABIODENTAL):
                for frame in self._inside(*self._hold(phone, phones[i - 1] if i else None)):
                    taken.setdefault(frame, phone)
        for phone in contacts:
            own = sorted(frame for frame, owner in taken.items() if owner is phone)
            if own:
                (self.closures if contact_of(phone) is Contact.BILABIAL else self.labiodentals).append((phone, own))
        self.closed = sorted(frame for _, own in self.closures for frame in own)
        self.teeth = sorted(frame for _, own in self.labiodentals for frame in own)

    def _inside(self, start: float, end: float) -> list[int]:
        first, last = int(np.ceil(start * self._fps - 1e-6)), int(np.floor(end * self._fps + 1e-6))
        return list(range(max(first, 0), min(last, self._frames - 1) + 1))

    def _hold(self, phone: Phone, before: Phone | None) -> tuple[float, float]:
        """Stretch over which a contact is held: its phone a little early, and long enough to be seen at this rate."""
        start, end = phone.start - contact_lead(before) - TIMING_ERROR, phone.end + 0.5 * TIMING_ERROR
        if before is not None and before.phone in OPEN_VOWELS and before.duration < SHORT_VOWEL:
            start = phone.start - contact_lead(before)
        missing = max(SHORTEST_HOLD / self._fps - (end - start), 0.0)
        start, end = start - 0.5 * missing, end + 0.5 * missing
        if not self._inside(phone.start, phone.end):  # it falls between two frames: hold both
            start = min(start, np.floor(phone.start * self._fps) / self._fps)
            end = max(end, np.ceil(phone.end * self._fps) / self._fps)
        return start, end

    def _own_frame(self, phone: Phone, taken: dict[int, Phone]) -> int:
        """The free frame inside the phone nearest to its centre, a little early; without one, the nearest of all."""
        centre = 0.5 * (phone.start + phone.end)
        aim = (centre - min(LEAD, 0.25 * phone.duration)) * self._fps
        inside = [f for f in self._inside(phone.start, phone.end) if f not in taken]
        near = inside or [f for f in range(int(aim) - 1, int(aim) + 4) if 0 <= f < self._frames and f not in taken]
        near = near or [min(max(round(aim), 0), self._frames - 1)]
        return min(near, key=lambda f: abs(f - (aim if inside else centre * self._fps)))


def _close(gauge: LipGauge, controls: FloatArray, frames: list[int]) -> dict[int, float]:
    """Seal the lips at `frames`; what the shape of the mouth costs is given up step by step until they meet."""
    index = np.array(frames, np.intp)
    rows = controls[index]
    rows[:, _LIP_PARTING] = 0.0
    rows[:, _JAW] = np.minimum(rows[:, _JAW], 0.25)
    rows[:, _CLOSE] = rows[:, _JAW]
    gap = gauge.gap(rows)
    for share in (0.85, 0.7, 0.5, 0.3, 0.15, 0.0):
        open_ = np.flatnonzero(gap > CLOSED)
        if not len(open_):
            break
        rows[open_, _JAW] = share * controls[index[open_], _JAW].clip(0, 0.25)
        rows[open_, _CLOSE] = rows[open_, _JAW]
        if share < 0.6:
            rows[np.ix_(open_, _LIP_SHAPING)] = share * controls[np.ix_(index[open_], _LIP_SHAPING)]
        gap[open_] = gauge.gap(rows[open_])
    controls[index] = rows
    return dict(zip(frames, gap.tolist(), strict=True))


def _touch_teeth(gauge: LipGauge, controls: FloatArray, frames: list[int]) -> dict[int, float]:
    """Bring the lower lip to the upper teeth at `frames`: roll it in and look for the jaw at which it touches.

    Neither a lower nor a higher jaw is always nearer: the lip passes the teeth's edge on its way up.
    """
    index = np.array(frames, np.intp)
    wanted = controls[index]
    wanted[:, _CLOSE] = 0.0
    wanted[:, _LOWER] = 0.0
    wanted[:, _UPPER] = np.maximum(wanted[:, _UPPER], 0.15)
    best, reach = wanted.copy(), np.full(len(frames), np.inf)
    for roll, shape in ((0.5, 1.0), (0.6, 0.6), (0.7, 0.3), (0.8, 0.0)):
        for jaw in (0.06, 0.05, 0.07, 0.04, 0.08, 0.03, 0.10, 0.015, 0.12, 0.0):
            far = np.flatnonzero(reach > TOUCHING)
            if not len(far):
                break
            tried = wanted[far]
            tried[:, _JAW] = jaw
            tried[:, _ROLL] = np.maximum(tried[:, _ROLL], roll)
            tried[:, _LIP_SHAPING] *= np.where(np.array(_LIP_SHAPING) == _ROLL, 1.0, shape)
            distance = gauge.teeth(tried)
            nearer = distance < reach[far]
            best[far[nearer]], reach[far[nearer]] = tried[nearer], distance[nearer]
    controls[index] = best
    return dict(zip(frames, reach.tolist(), strict=True))


def _open(gauge: LipGauge, controls: FloatArray, frames: list[int]) -> None:
    """Part the lips at `frames` where closures on both sides have swallowed an open vowel."""
    index = np.array(frames, np.intp)
    rows = controls[index]
    gap = gauge.gap(rows)
    for _ in range(8):
        shut = np.flatnonzero(gap < OPEN)
        if not len(shut):
            break
        rows[shut, _CLOSE] *= 0.5
        rows[shut, _JAW] = np.maximum(rows[shut, _JAW], 0.05) + 0.02
        gap[shut] = gauge.gap(rows[shut])
    controls[index] = rows


def _ease(controls: FloatArray, change: FloatArray, frames: list[int], fps: float) -> None:
    """Let the frames between contacts follow what was changed at them, so that no frame jumps out of the line."""
    reach = max(1, round(EASE * fps))
    held = set(frames)
    for frame in frames:
        for side in (-1, 1):
            for step in range(1, reach + 1):
                near = frame + side * step
                if near in held or not 0 <= near < len(controls):
                    break
                weight = 0.5 + 0.5 * np.cos(np.pi * step / (reach + 1))
                controls[near] = np.clip(controls[near] + weight * change[frame], 0.0, None)
    controls[:, _CLOSE] = np.minimum(controls[:, _CLOSE], controls[:, _JAW])
