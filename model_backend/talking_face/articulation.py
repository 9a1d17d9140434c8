# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones and prosody to mouth controls, by rule.

Coarticulation is the dominance blending of Cohen & Massaro (1993): every phone holds jaw, lips and tongue with
a weight that is flat over the phone and falls off on both sides, and each group of articulators follows the
weighted mean of the targets. Conventions and times are JALI's (Edwards, Landreth, Fiume, Singh 2016, §4.2):
lip-heavy phones start early and end late, tongue-only phones leave the lips alone, jaw and lips grow with
vocal effort. Contacts (/p b m/, /f v/, sibilants) are prepared here by closing curves and made certain
afterwards on the head itself, see `performance.contacts`.

All curves are functions of continuous time sampled at the frames, so the frame rate changes nothing but the
sampling.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS, INDEX, TONGUE
from ..speech.prosody import phone_effort
from ..speech.track import SILENCE, Phone, Prosody, SpeechTrack
from .phone_targets import DIPHTHONG_SPLIT, OPEN_VOWELS, TARGETS, Contact, PhoneTarget

FloatArray = NDArray[np.float32]

LEAD: Final = 0.020
"""Seconds by which the mouth is ahead of the sound: half a frame at 24 fps, so that no frame shows a mouth that
is late. Viewers forgive a leading mouth, not a late one; animators set mouths one frame early."""

ONSET: Final = 0.120
"""JALI §4.2: a viseme begins 120 ms before its apex …"""
LIP_HEAVY_ONSET: Final = 0.150
"""… lip protrusion 150 ms …"""
DECAY: Final = 0.120
"""… and decays within 120 ms …"""
SUSTAIN: Final = 0.75
"""… after it was held from the beginning of the sound to 75 % of it."""

EDGE_DOMINANCE: Final = 0.135
"""Dominance left at the end of onset and decay, e^-2: practically gone, yet smooth."""

CLOSING: Final = 0.075
"""Seconds from open to closed lips: a raised cosine over 10 mm then peaks at about 210 mm/s, the speed at which
lower lips and jaws are known to move in speech."""
OPENING: Final = 0.060
"""Seconds of release, somewhat faster: the burst of a stop drives the lips apart."""

UNCUT_VOWEL: Final = 0.06
"""Seconds of an open vowel that no early closure takes away: three frames at 60 fps to part the lips and return."""

SHORT_PAUSE: Final = 0.12
"""Pauses up to this hold the mouth as it is (Rhubarb holds shapes over pauses below 120 ms)."""
LONG_PAUSE: Final = 0.35
"""Pauses above this end in the rest position (Rhubarb's limit for returning to rest)."""
RELAXED_JAW: Final = 0.045
"""jawOpen in pauses between the two: "pauses usually leave the mouth open" (JALI §4.2); about 2 mm."""
RELAX_TIME: Final = 0.30
"""Seconds to come to rest; passive return is slower than articulation."""
INHALE_JAW: Final = 0.07
"""jawOpen of the breath taken before a phrase that follows a long pause."""
INHALE_TIME: Final = 0.35
"""Seconds of that breath's visible opening."""

SIBILANT_JAW: Final = 0.12
"""Most jawOpen in a sibilant (JALI §4.2: "narrow the jaw greatly"): the teeth stay about 3 mm apart."""
LABIODENTAL_JAW: Final = 0.06
BILABIAL_JAW: Final = 0.20
"""Most jawOpen under a contact, so that lips reach each other or the teeth without stretching."""

_TONGUE_COLUMNS = np.array([INDEX["tongueOut"], *(INDEX[name] for name in TONGUE)])
_JAW = INDEX["jawOpen"]


def _columns(names: dict[str, float]) -> tuple[NDArray[np.intp], FloatArray]:
    """Columns and amounts of a target; a name without a side stands for both sides."""
    columns: list[int] = []
    amounts: list[float] = []
    for name, amount in names.items():
        for full in (name,) if name in INDEX else (name + "Left", name + "Right"):
            columns.append(INDEX[full])
            amounts.append(amount)
    return np.array(columns, np.intp), np.array(amounts, np.float32)


_LIP_CONTROLS = sorted({c for targets in TARGETS.values() for t in targets for c in _columns(dict(t.lips))[0].tolist()})
_LIP_COLUMNS = np.array(_LIP_CONTROLS, np.intp)


@dataclass(frozen=True)
class _Gesture:
    """A target in time: held from `start` to `end`, with the effort it is made with."""

    target: PhoneTarget
    start: float
    end: float
    effort: float
    onset: float
    decay: float


def effort_gain(effort: float) -> float:
    """Scale of a vowel's opening for its loudness in standard deviations from the clip's vowels.

    JALI §4.2 gives jaw amounts 0.1-0.2 below mean - sigma, 0.3-0.6 about the mean and 0.7-0.9 above
    mean + sigma, ratios of 1/3 : 1 : 1.8. The exponential through 0.55 and 1.6 stays inside them: the louder
    vowels of a clip are only an estimate of the stressed ones.
    """
    return float(
        np.clip(1.6 ** np.clip(effort, -1.6, 1.6) if effort > 0 else (1 / 0.55) ** max(effort, -1.6), 0.4, 2.1)
    )


def phrase_gain(prosody: Prosody, phone: Phone) -> float:
    """Scale of the openings of a phrase for its vocal effort: 0.7 for a whisper, 1 for conversation, 1.3 for a shout.

    The effort of single vowels is relative to the clip and cannot see one that is shouted throughout. Loud speech
    opens wider; the estimate from the sound is rough, so no more than a third is made of it.
    """
    for (start, end), effort in zip(prosody.phrases, prosody.effort, strict=False):
        if start <= phone.start < end:
            return 0.7 + 0.6 * effort
    return 1.0


def _gestures(track: SpeechTrack, intensity: float) -> Iterator[_Gesture]:
    efforts = phone_effort(track.phones, track.prosody)
    for phone, effort in zip(track.phones, efforts, strict=True):
        start, end = phone.start - LEAD, phone.end - LEAD
        if phone.phone == SILENCE:
            yield from _silence(phone, start, end, track.duration)
            continue
        gain = effort_gain(float(effort)) * phrase_gain(track.prosody, phone) * intensity
        targets = TARGETS[phone.phone]
        middle = start + DIPHTHONG_SPLIT * (end - start)
        spans = ((start, start + SUSTAIN * (end - start)),) if len(targets) == 1 else ((start, middle), (middle, end))
        for target, (a, b) in zip(targets, spans, strict=True):
            onset = LIP_HEAVY_ONSET if target.lip_heavy else ONSET
            yield _Gesture(target, a, b, gain if target.vowel else min(gain, 1.3), onset, DECAY)


def _silence(phone: Phone, start: float, end: float, duration: float) -> Iterator[_Gesture]:
    """Silence holds, relaxes or rests, by its length; before speech it ends in a breath."""
    length = phone.duration
    inside = phone.start > 0 and phone.end < duration  # a clip begins and ends at rest, so that clips can be joined
    if inside and length < SHORT_PAUSE:
        return
    if inside and length <= LONG_PAUSE:
        relaxed = PhoneTarget(RELAXED_JAW, 0.6, {}, 0.4, {}, 0.4)
        yield _Gesture(relaxed, start + 0.04, end, 1.0, ONSET, DECAY)
        return
    rest = PhoneTarget(0.0, 1.0, {}, 1.0, {}, 1.0)
    settle = min(RELAX_TIME, 0.5 * length) if phone.start > 0 else 0.0
    breath = INHALE_TIME if phone.end < duration and length > 2 * INHALE_TIME else 0.0
    yield _Gesture(rest, start + settle, max(start + settle, end - breath), 1.0, 2 * RELAX_TIME, DECAY)
    if breath:
        inhale = PhoneTarget(INHALE_JAW, 0.7, {"mouthLowerDown": 0.05}, 0.4, {}, 0.3)
        yield _Gesture(inhale, end - 0.6 * breath, end - 0.1, 1.0, ONSET, DECAY)


def _dominance(times: NDArray[np.float64], gesture: _Gesture) -> NDArray[np.float64]:
    """Flat over the gesture, Gaussian flanks that reach `EDGE_DOMINANCE` at the end of onset and decay."""
    steepness = np.sqrt(-np.log(EDGE_DOMINANCE))
    before = np.maximum(gesture.start - times, 0.0) * (steepness / gesture.onset)
    after = np.maximum(times - gesture.end, 0.0) * (steepness / gesture.decay)
    return np.exp(-(before**2) - after**2)


def closing_curve(phones: tuple[Phone, ...], times: NDArray[np.float64], contact: Contact) -> FloatArray:
    """How far a contact is made, 0..1 (T,): raised cosines into and out of each phone of that contact.

    Between fast syllables the movements are quicker, so that a short vowel between two closures still opens.
    """
    curve = np.zeros(len(times), np.float32)
    for i, phone in enumerate(phones):
        if phone.phone == SILENCE or TARGETS[phone.phone][0].contact is not contact:
            continue
        closing = _movement(CLOSING, phones[i - 1] if i > 0 else None)
        opening = _movement(OPENING, phones[i + 1] if i + 1 < len(phones) else None)
        # Held over the phone but for its last part, where the burst already parts the lips.
        start, end = phone.start - contact_lead(phones[i - 1] if i > 0 else None), max(phone.end - LEAD, phone.start)
        first, last = np.searchsorted(times, (start - closing, end + opening))
        t = times[first:last]
        distance = np.maximum((start - t) / closing, (t - end) / opening).clip(0.0, 1.0)
        curve[first:last] = np.maximum(curve[first:last], 0.5 + 0.5 * np.cos(np.pi * distance))
    return curve


def contact_lead(before: Phone | None) -> float:
    """Seconds by which a contact is ahead of its sound: `LEAD`, less where it would cut a short vowel shorter."""
    if before is None or before.phone not in OPEN_VOWELS:
        return LEAD
    return float(np.clip(0.5 * (before.duration - UNCUT_VOWEL), 0.0, LEAD))


def _movement(usual: float, neighbour: Phone | None) -> float:
    """Seconds of a movement that has at most 60 % of the neighbouring sound for it."""
    if neighbour is None or neighbour.phone == SILENCE:
        return usual
    return min(usual, max(0.6 * neighbour.duration, 0.03))


def articulate(track: SpeechTrack, times: NDArray[np.float64], intensity: float = 1.0) -> FloatArray:
    """Mouth, jaw and tongue controls (T, 68) for `times` (T,) in seconds; the rest of the face is 0.

    `intensity` scales the openings and shapes of the mouth: 0.5 mumbles, 1 speaks, 1.5 over-articulates.
    """
    frames = len(times)
    jaw = np.zeros((2, frames))
    lips = np.zeros((1 + len(_LIP_COLUMNS), frames))
    tongue = np.zeros((1 + len(_TONGUE_COLUMNS), frames))
    lip_row = {int(column): 1 + i for i, column in enumerate(_LIP_COLUMNS)}
    tongue_row = {int(column): 1 + i for i, column in enumerate(_TONGUE_COLUMNS)}
    for gesture in _gestures(track, intensity):
        reach = 2.0  # times the flank: exp(-(2 * 1.41)^2) = 3e-4
        first, last = np.searchsorted(
            times, (gesture.start - reach * gesture.onset, gesture.end + reach * gesture.decay)
        )
        if first == last:
            continue
        span = slice(first, last)
        weight = _dominance(times[span], gesture)
        target = gesture.target
        opening = gesture.effort if target.vowel else 1.0
        jaw[0, span] += target.jaw_weight * weight
        jaw[1, span] += target.jaw_weight * weight * target.jaw * opening
        _add(lips[:, span], lip_row, target.lip_weight * weight, dict(target.lips), 0.5 + 0.5 * gesture.effort)
        _add(tongue[:, span], tongue_row, target.tongue_weight * weight, dict(target.tongue), 1.0)

    controls = np.zeros((frames, len(CONTROLS)), np.float32)
    rest = 0.02  # a floor under the sum of weights: far from every phone the face is at rest
    controls[:, _JAW] = jaw[1] / (jaw[0] + rest)
    controls[:, _LIP_COLUMNS] = (lips[1:] / (lips[0] + rest)).T
    controls[:, _TONGUE_COLUMNS] = (tongue[1:] / (tongue[0] + rest)).T
    return prepare_contacts(np.clip(controls, 0.0, 1.0), track, times)


def _add(
    sums: NDArray[np.float64], rows: dict[int, int], weight: NDArray[np.float64], amounts: dict[str, float], gain: float
) -> None:
    sums[0] += weight
    columns, values = _columns(amounts)
    for column, value in zip(columns, values, strict=True):
        sums[rows[int(column)]] += weight * (value * gain)


def prepare_contacts(controls: FloatArray, track: SpeechTrack, times: NDArray[np.float64]) -> FloatArray:
    """Move the mouth towards each contact and out of it again, so that the projection finds it nearly made."""
    controls = controls.copy()
    bilabial = closing_curve(track.phones, times, Contact.BILABIAL)
    labiodental = closing_curve(track.phones, times, Contact.LABIODENTAL)
    sibilant = closing_curve(track.phones, times, Contact.SIBILANT)

    jaw = controls[:, _JAW]
    for curve, most in ((sibilant, SIBILANT_JAW), (labiodental, LABIODENTAL_JAW), (bilabial, BILABIAL_JAW)):
        jaw = (1 - curve) * jaw + curve * np.minimum(jaw, most)
    controls[:, _JAW] = jaw
    controls[:, INDEX["mouthClose"]] = bilabial * jaw

    both = np.maximum(bilabial, labiodental)
    for name, curve in (
        ("mouthLowerDown", both),
        ("mouthUpperUp", bilabial),
        ("mouthStretch", 0.6 * bilabial),
    ):
        for side in ("Left", "Right"):
            controls[:, INDEX[name + side]] *= 1 - curve
    controls[:, INDEX["mouthFunnel"]] *= 1 - np.maximum(0.8 * bilabial, 0.6 * labiodental)
    controls[:, INDEX["mouthPucker"]] *= 1 - np.maximum(0.3 * bilabial, 0.6 * labiodental)
    controls[:, INDEX["mouthRollLower"]] = np.maximum(
        controls[:, INDEX["mouthRollLower"]] * (1 - bilabial), np.maximum(0.55 * labiodental, 0.10 * bilabial)
    )
    controls[:, INDEX["mouthRollUpper"]] = np.maximum(controls[:, INDEX["mouthRollUpper"]], 0.10 * bilabial)
    controls[:, INDEX["tongueOut"]] *= 1 - both
    for name in ("mouthPressLeft", "mouthPressRight"):
        controls[:, INDEX[name]] = np.maximum(controls[:, INDEX[name]] * bilabial, 0.35 * bilabial)
    return controls
