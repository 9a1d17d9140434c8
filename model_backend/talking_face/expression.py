# SPDX-License-Identifier: GPL-3.0-or-later
"""Slots to controls: how the face obeys an instruction, at one moment and over a phrase.

Which control an action moves follows from what the muscle does (FACS manual 2002) and from what the ARKit
shapes were modelled after; emotions are the EMFACS prototypes (Friesen & Ekman 1983), moods are combinations
chosen here. Three rules:

* What is named is shown in the degree that was named, whatever the emotion would do there.
* What is excluded stays at 0.
* What is neither named nor part of a named emotion stays as it was: these controls are exactly 0.

The amounts are added to speech by the caller. Mouth controls are marked in groups, because a spoken closure
may not be opened by a feeling: corners, cheeks, brows and lids may colour speech freely, `LIP_PARTING` has to
give way in closures, `LIP_SHAPING` may stay as long as the lips still meet.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS, INDEX
from ..instruction.facial_actions import ACTION, ACTIONS
from ..instruction.slots import (
    SLOTS_SIZE,
    STATE_SIZE,
    Action,
    Emotion,
    FaceState,
    Region,
    Side,
    Slots,
    slots_of_vector,
    state_of_vector,
)

FloatArray = NDArray[np.float32]

# -- what an action moves ----------------------------------------------------------------------------------------

ACTION_CONTROLS: Final[dict[str, dict[str, float]]] = {
    "inner_brow_raiser": {"browInnerUp": 1.0},
    "outer_brow_raiser": {"browOuterUp": 1.0},
    "brow_lowerer": {"browDown": 1.0},
    "upper_lid_raiser": {"eyeWide": 1.0},
    "cheek_raiser": {"cheekSquint": 1.0},
    "lid_tightener": {"eyeSquint": 1.0},
    "nose_wrinkler": {"noseSneer": 1.0},
    "upper_lip_raiser": {"mouthUpperUp": 1.0},
    # ARKit has no furrow; it deepens where the upper lip and the wings of the nose go up.
    "nasolabial_deepener": {"noseSneer": 0.45, "mouthUpperUp": 0.35},
    "lip_corner_puller": {"mouthSmile": 1.0},
    "dimpler": {"mouthDimple": 1.0},
    "lip_corner_depressor": {"mouthFrown": 1.0},
    "lower_lip_depressor": {"mouthLowerDown": 1.0},
    "chin_raiser": {"mouthShrugLower": 1.0},
    "lip_pucker": {"mouthPucker": 1.0},
    "tongue_show": {"tongueOut": 1.0, "jawOpen": 0.3},  # the tongue needs a way out
    "lip_stretcher": {"mouthStretch": 1.0},
    # The platysma draws lower lip and corners down and back; a neck without controls shows no more.
    "neck_tightener": {"mouthStretch": 0.45, "mouthLowerDown": 0.3},
    "lip_funneler": {"mouthFunnel": 1.0},
    "lip_tightener": {"mouthPress": 0.85},
    "lip_pressor": {"mouthPress": 1.0},
    "lips_part": {"mouthLowerDown": 0.45, "mouthUpperUp": 0.3, "jawOpen": 0.35},
    "jaw_drop": {"jawOpen": 0.85},
    "mouth_stretch": {"jawOpen": 1.0, "mouthLowerDown": 0.35, "mouthStretch": 0.3},
    "lip_suck": {"mouthRollLower": 1.0, "mouthRollUpper": 1.0},
    "jaw_thrust": {"jawForward": 1.0},
    "jaw_sideways": {"jaw": 1.0},
    # Clenching shows in masseter and lips; ARKit has the lips only.
    "jaw_clencher": {"mouthPress": 0.6, "mouthStretch": 0.3},
    "lip_bite": {"mouthRollLower": 1.0, "mouthUpperUp": 0.3},
    "cheek_puff": {"cheekPuff": 1.0},
    "cheek_suck": {"mouthPucker": 0.5, "mouthDimple": 0.35},
    "nostril_dilator": {"noseSneer": 0.5},
    "mouth_sideways": {"mouth": 1.0},
    "lid_droop": {"eyeBlink": 0.6},
    "eyes_closed": {"eyeBlink": 1.0},
    "blink": {},
    "wink": {"eyeBlink": 1.0, "cheekSquint": 0.4},
    "eyes_turn": {"eyes": 1.0},
    "eyes_up": {"eyeLookUp": 0.9},
    "eyes_down": {"eyeLookDown": 0.9},
    "head_turn": {},
    "head_up": {},
    "head_down": {},
    "head_tilt": {},
    "head_forward": {},
    "head_back": {},
    "nod": {},
    "head_shake": {},
}
"""Controls at full degree. A name without a side moves on the sides of the action; "jaw", "mouth" and "eyes"
move towards it. Head actions turn the neck instead (`HEAD_POSES`)."""

HEAD_POSES: Final[dict[str, tuple[float, float, float]]] = {
    "head_turn": (0.0, 22.0, 0.0),
    "head_up": (-12.0, 0.0, 0.0),
    "head_down": (16.0, 0.0, 0.0),
    "head_tilt": (0.0, 0.0, -14.0),
    "head_forward": (5.0, 0.0, 0.0),
    "head_back": (-8.0, 0.0, 0.0),
}
"""Degrees of pitch, yaw and roll at full degree, to the character's left where directed; FLAME's axes: +x nods
down, +y turns to the left, +z leans to the right. Conversation reaches ±5..15° of pitch and ±10..20° of yaw."""

# Emotions and moods as actions with weights; "L" is the left half only.
_PROTOTYPES: Final[dict[str, str]] = {
    # EMFACS
    "neutral": "",
    "happy": "cheek_raiser .8 lip_corner_puller .9",
    "sad": "inner_brow_raiser .9 brow_lowerer .4 lip_corner_depressor .85 chin_raiser .5",
    "surprised": "inner_brow_raiser .9 outer_brow_raiser .9 upper_lid_raiser .85 jaw_drop .6",
    "fear": "inner_brow_raiser .85 outer_brow_raiser .5 brow_lowerer .5 upper_lid_raiser .9 lid_tightener .4"
    " lip_stretcher .75 jaw_drop .3",
    "disgusted": """
        nose_wrinkler .95 upper_lip_raiser .75 lip_corner_depressor .55 lower_lip_depressor .4 chin_raiser .35
    """,
    "angry": "brow_lowerer 1 upper_lid_raiser .45 lid_tightener .7 lip_tightener .8",
    "contempt": "lip_corner_puller .6L dimpler .85L",
    # moods
    "amused": "cheek_raiser .6 lip_corner_puller .7 lid_tightener .3",
    "ashamed": "inner_brow_raiser .6 lip_corner_depressor .45 lip_pressor .5 eyes_down .7 head_down .7",
    "awed": "inner_brow_raiser .8 outer_brow_raiser .7 upper_lid_raiser .6 lips_part .6 cheek_raiser .3",
    "bored": "lid_droop .8 lip_corner_depressor .45 head_tilt .4",
    "confused": "brow_lowerer .7 inner_brow_raiser .5 lid_tightener .5 lip_corner_depressor .35 head_tilt .5",
    "curious": "inner_brow_raiser .6 outer_brow_raiser .7 upper_lid_raiser .5 head_tilt .4",
    "determined": "brow_lowerer .75 lid_tightener .6 lip_pressor .7 jaw_clencher .5",
    "flirty": "lip_corner_puller .55 lid_droop .5 outer_brow_raiser .45L head_tilt .5",
    "manic": """
        upper_lid_raiser .95 inner_brow_raiser .6 outer_brow_raiser .8 lip_corner_puller .9 cheek_raiser .4
        lips_part .6
    """,
    "mischievous": "lip_corner_puller .7 brow_lowerer .5 lid_tightener .55 outer_brow_raiser .5L",
    "pain": """
        brow_lowerer .85 cheek_raiser .7 lid_tightener .85 nose_wrinkler .5 upper_lip_raiser .5 lip_stretcher .5
    """,
    "pleading": "inner_brow_raiser 1 upper_lid_raiser .5 lip_corner_depressor .5 chin_raiser .4 head_down .3",
    "proud": "lip_corner_puller .5 head_up .8 chin_raiser .3 dimpler .4",
    "relieved": "lip_corner_puller .5 cheek_raiser .4 inner_brow_raiser .4 lips_part .4",
    "sarcastic": "lip_corner_puller .55L outer_brow_raiser .6R lid_droop .4",
    "shy": "lip_corner_puller .4 lip_pressor .45 eyes_down .6 head_down .6 inner_brow_raiser .4",
    "skeptical": "outer_brow_raiser .85L brow_lowerer .5R lid_tightener .5 lip_corner_depressor .35 chin_raiser .3",
    "smug": "lip_corner_puller .7L dimpler .6L lid_droop .5 head_up .4",
    "stern": "brow_lowerer .7 lid_tightener .45 lip_pressor .7 lip_corner_depressor .3",
    "strained": "brow_lowerer .7 lid_tightener .7 lip_stretcher .6 jaw_clencher .6 neck_tightener .7",
    "suspicious": "brow_lowerer .65 lid_tightener .85 lip_pressor .45",
    "tender": "inner_brow_raiser .5 lip_corner_puller .5 cheek_raiser .35 head_tilt .4",
    "thoughtful": "brow_lowerer .45 lid_tightener .4 lip_pressor .4 eyes_up .5",
    "tired": "lid_droop 1 inner_brow_raiser .35 lip_corner_depressor .4 head_down .4",
    "wistful": "inner_brow_raiser .65 lip_corner_puller .3 lid_droop .35 eyes_up .3",
}

ANTAGONISTS: Final[dict[str, dict[str, float]]] = {
    "inner_brow_raiser": {"brow_lowerer": 0.4},
    "outer_brow_raiser": {"brow_lowerer": 0.4},
    "brow_lowerer": {"outer_brow_raiser": 0.3},
    "upper_lid_raiser": {"lid_droop": 0.0, "lid_tightener": 0.5},
    "lid_tightener": {"upper_lid_raiser": 0.5},
    "lid_droop": {"upper_lid_raiser": 0.0},
    "eyes_closed": {"upper_lid_raiser": 0.0, "lid_droop": 0.0},
    "lip_corner_puller": {"lip_corner_depressor": 0.0},
    "lip_corner_depressor": {"lip_corner_puller": 0.0},
    "lip_pressor": {"lips_part": 0.0, "jaw_drop": 0.0, "upper_lip_raiser": 0.5, "lower_lip_depressor": 0.0},
    "lip_tightener": {"lips_part": 0.0, "jaw_drop": 0.3},
    "lip_suck": {"lips_part": 0.0, "jaw_drop": 0.3, "lip_tightener": 0.0, "lip_pressor": 0.0},
    "lip_pucker": {"lip_stretcher": 0.2, "lip_corner_puller": 0.4},
    "lip_funneler": {"lip_stretcher": 0.2, "lip_tightener": 0.0, "lip_pressor": 0.0},
    "lips_part": {"lip_tightener": 0.4, "lip_pressor": 0.2},
    "jaw_drop": {"lip_tightener": 0.2, "lip_pressor": 0.0, "jaw_clencher": 0.0},
    "mouth_stretch": {"lip_tightener": 0.0, "lip_pressor": 0.0, "jaw_clencher": 0.0},
    "jaw_clencher": {"jaw_drop": 0.0},
    "head_up": {"head_down": 0.0},
    "head_down": {"head_up": 0.0},
    "eyes_up": {"eyes_down": 0.0},
    "eyes_down": {"eyes_up": 0.0},
}
"""What an action that is named leaves of an emotion's action that works against it."""

CALM: Final = 0.6
"""What a calm face leaves of a feeling that is named beside it ("furious, but with a calm face")."""

# -- groups of controls for the caller ---------------------------------------------------------------------------


def _columns(*names: str) -> tuple[int, ...]:
    columns: list[int] = []
    for name in names:
        columns += [INDEX[name]] if name in INDEX else [INDEX[name + side] for side in ("Left", "Right")]
    return tuple(columns)


UPPER_FACE: Final = _columns(
    "browDown", "browInnerUp", "browOuterUp", "eyeWide", "eyeSquint", "eyeBlink", "cheekSquint"
)
"""Brows, lids and cheeks under the eyes: free at any time of speech (lids follow blinks)."""
GAZE: Final = _columns("eyeLookUp", "eyeLookDown", "eyeLookIn", "eyeLookOut")
CORNERS: Final = _columns(
    "mouthSmile", "mouthFrown", "mouthDimple", "mouthStretch", "mouthPress", "cheekPuff", "noseSneer"
)
"""Mouth corners and what lies around the lips: may colour speech, and may stay in closures."""
LIP_PARTING: Final = _columns("jawOpen", "mouthLowerDown", "mouthUpperUp", "tongueOut")
"""What opens the lips: has to be 0 in a closure."""
LIP_SHAPING: Final = _columns(
    "mouthFunnel", "mouthPucker", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthClose", "mouthLeft", "mouthRight", "jawLeft", "jawRight", "jawForward",
)  # fmt: skip
"""What shapes the lips: limited in speech, as it competes with the phones' own shapes."""
LOWER_FACE: Final = CORNERS + LIP_PARTING + LIP_SHAPING


# -- a state of the face -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExpressionTarget:
    """What a face state asks of a head."""

    controls: FloatArray
    """(68,) amounts 0..1 to be added to speech."""
    held: NDArray[np.bool_]
    """(68,) controls that expression and performance must leave at 0; speech may still use those of the mouth."""
    neck: FloatArray
    """(3,) pitch, yaw, roll in radians to be added to the head's motion."""
    nod: float = 0.0
    """Degree of nodding, 0..1, on accents."""
    shake: float = 0.0
    """Degree of head shaking, 0..1."""
    blink: float = 0.0
    """Degree of rapid blinking, 0..1; -1 where blinking is excluded."""
    wink: FloatArray | None = None
    """(2,) degrees of a wink, left and right, which lasts a moment only."""
    energy: float = 0.0
    """-1 subdued .. 1 lively: how much the performance around the mouth should move."""

    @staticmethod
    def rest() -> ExpressionTarget:
        """The face of an empty instruction."""
        size = len(CONTROLS)
        return ExpressionTarget(np.zeros(size, np.float32), np.zeros(size, bool), np.zeros(3, np.float32))


Instruction = Slots | FaceState | FloatArray


def expression_controls(instruction: Instruction) -> FloatArray:
    """Controls (68,) that an instruction asks for, 0..1, to be added to speech.

    Takes slots, a face state, or either as a vector; of several states the last, where the instruction ends.
    """
    return expression_target(instruction).controls


def expression_target(instruction: Instruction) -> ExpressionTarget:
    """Everything that an instruction asks for: controls, what is held still, head pose and gestures."""
    state = as_slots(instruction).last
    amounts, held = _action_amounts(state)
    controls = np.zeros(len(CONTROLS), np.float32)
    neck = np.zeros(3)
    for row, name in enumerate(ACTIONS):
        left, right = amounts[row]
        if left <= 0.0 and right <= 0.0:
            continue
        if name in HEAD_POSES:
            neck += _head_pose(name, left, right)
            continue
        for column, amount in _moved(name, left, right, amounts):
            controls[column] = max(controls[column], amount)
    held_columns = _held_columns(held, controls)
    controls[held_columns] = 0.0
    _clear_opposites(controls)

    def degree(name: str) -> float:
        return float(amounts[ACTIONS.index(name)].max())

    wink = amounts[ACTIONS.index("wink")]
    blink_held = bool(held[ACTIONS.index("blink")].all())
    return ExpressionTarget(
        controls.clip(0.0, 1.0),
        held_columns,
        np.radians(neck).astype(np.float32),
        degree("nod"),
        degree("head_shake"),
        -1.0 if blink_held else degree("blink"),
        wink.astype(np.float32) if wink.any() else None,
        state.energy,
    )


def as_slots(instruction: Instruction) -> Slots:
    """Slots from any form of an instruction. Raises `ValueError` for a vector of another length."""
    if isinstance(instruction, Slots):
        return instruction
    if isinstance(instruction, FaceState):
        return Slots((instruction,))
    vector = np.asarray(instruction)
    if vector.shape == (STATE_SIZE,):
        return Slots((state_of_vector(vector),))
    if vector.shape == (SLOTS_SIZE,):
        return slots_of_vector(vector)
    raise ValueError(f"neither slots nor a vector of them: shape {vector.shape}")


_Prototype = tuple[tuple[str, float, Side], ...]


def _parsed(text: str) -> _Prototype:
    words = text.split()
    entries: list[tuple[str, float, Side]] = []
    for name, weight in zip(words[::2], words[1::2], strict=True):
        side = {"L": Side.LEFT, "R": Side.RIGHT}.get(weight[-1], Side.BOTH)
        entries.append((name, float(weight.rstrip("LR")), side))
    return tuple(entries)


PROTOTYPES: Final[dict[str, _Prototype]] = {name: _parsed(text) for name, text in _PROTOTYPES.items()}
"""Actions of each emotion at amount 1, with weight and side."""

_HALVES: Final = (Side.LEFT, Side.RIGHT)


def _action_amounts(state: FaceState) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Degree of every action on both sides, (A, 2), and where it is excluded, (A, 2)."""
    felt = np.zeros((len(ACTIONS), 2))
    calm = any(e.name == "neutral" and not e.negated for e in state.emotions)
    for emotion in state.emotions:
        if not emotion.negated:
            _feel(felt, emotion, (CALM if calm else 1.0) * (1.0 + 0.2 * state.energy))
    named = np.full((len(ACTIONS), 2), np.nan)
    held = np.zeros((len(ACTIONS), 2), bool)
    for emotion in state.emotions:
        if emotion.negated:
            _exclude(held, felt, emotion, state)
    for action in state.actions:
        _name(named, held, action)
    left = np.ones_like(felt)
    for row, name in enumerate(ACTIONS):
        asked = np.nan_to_num(named[row]) > 0.0
        if not asked.any():
            continue
        for other, share in ANTAGONISTS.get(name, {}).items():
            column = ACTIONS.index(other)
            left[column] = np.where(asked, np.minimum(left[column], share), left[column])
        if np.isnan(named[row]).any() and not ACTION[name].directed:
            left[row] = 0.0  # asked for on one side, so the feeling does not bring it to the other
    felt *= left
    amounts = np.where(np.isnan(named), felt, named)
    amounts[held] = 0.0
    return amounts, held


def _feel(felt: NDArray[np.float64], emotion: Emotion, gain: float) -> None:
    for name, weight, side in PROTOTYPES[emotion.name]:
        facial = ACTION[name]
        upper = facial.region in ("upper", "eyes")
        if emotion.region is not Region.ALL and upper != (emotion.region is Region.UPPER):
            continue
        if facial.directed and side is Side.BOTH:
            side = Side.LEFT
        for half, half_side in enumerate(_HALVES):
            if side in (half_side, Side.BOTH):
                row = ACTIONS.index(name)
                felt[row, half] = max(felt[row, half], min(weight * emotion.amount * gain, 1.0))


def _exclude(held: NDArray[np.bool_], felt: NDArray[np.float64], emotion: Emotion, state: FaceState) -> None:
    """ "Not happy" holds what happiness would do, except what another feeling or the instruction itself needs."""
    for name, weight, _ in PROTOTYPES[emotion.name]:
        row = ACTIONS.index(name)
        if weight >= 0.3 and not felt[row].any() and not any(a.name == name and not a.negated for a in state.actions):
            held[row] = True


def _name(named: NDArray[np.float64], held: NDArray[np.bool_], action: Action) -> None:
    row = ACTIONS.index(action.name)
    for half, side in enumerate(_HALVES):
        if action.side in (side, Side.BOTH):
            if action.negated:
                held[row, half] = True
            else:
                named[row, half] = action.degree
                held[row, half] = False


def _head_pose(name: str, left: float, right: float) -> NDArray[np.float64]:
    pose = np.array(HEAD_POSES[name])
    return pose * (left - right if ACTION[name].directed else max(left, right))


def _moved(name: str, left: float, right: float, amounts: NDArray[np.float64]) -> list[tuple[int, float]]:
    """Columns and amounts of one action."""
    moved: list[tuple[int, float]] = []
    for control, weight in ACTION_CONTROLS[name].items():
        if control == "eyes":
            turn = left - right
            inward, outward = ("Right", "Left") if turn > 0 else ("Left", "Right")
            moved += [
                (INDEX["eyeLookIn" + inward], 0.8 * abs(turn)),
                (
                    INDEX["eyeLookOut" + outward],
                    0.8 * abs(turn),
                ),
            ]
        elif control == "browInnerUp":
            moved.append((INDEX[control], weight * _inner_brow(left, right, amounts)))
        elif control in INDEX:
            moved.append((INDEX[control], weight * max(left, right)))
        else:
            moved += [(INDEX[control + "Left"], weight * left), (INDEX[control + "Right"], weight * right)]
    return moved


def _inner_brow(left: float, right: float, amounts: NDArray[np.float64]) -> float:
    """`browInnerUp` moves both inner brows. Of one side it is asked little where its outer brow can show it."""
    if min(left, right) > 0.0:
        return 0.5 * (left + right)
    outer = amounts[ACTIONS.index("outer_brow_raiser")]
    one = max(left, right)
    return min(0.05, one) if outer[int(right > left)] > 0.0 else 0.6 * one


def _held_columns(held: NDArray[np.bool_], controls: FloatArray) -> NDArray[np.bool_]:
    """Controls of excluded actions; those that another action moves on purpose are left to it."""
    columns = np.zeros(len(CONTROLS), bool)
    for row, name in enumerate(ACTIONS):
        if not held[row].any():
            continue
        for control in ACTION_CONTROLS[name]:
            if control == "eyes":
                columns[[INDEX[n + s] for n in ("eyeLookIn", "eyeLookOut") for s in ("Left", "Right")]] = True
            elif control in INDEX:
                columns[INDEX[control]] |= bool(held[row].all())
            else:
                columns[INDEX[control + "Left"]] |= bool(held[row, 0])
                columns[INDEX[control + "Right"]] |= bool(held[row, 1])
    return columns & (controls <= 0.0)


def _clear_opposites(controls: FloatArray) -> None:
    """A closed lid is neither wide nor half as squinting."""
    for side in ("Left", "Right"):
        blink = controls[INDEX["eyeBlink" + side]]
        controls[INDEX["eyeWide" + side]] *= 1.0 - min(2.0 * blink, 1.0)


# -- over time ---------------------------------------------------------------------------------------------------

ONSET: Final = 0.35
"""Seconds from rest to the full expression. Spontaneous smiles rise in about half a second (Schmidt, Cohn & Tian
2003), other actions faster; an expression that speech carries has begun with the first word."""
OFFSET: Final = 0.55
"""Seconds back to rest: expressions leave more slowly than they come."""
SWELL: Final = 0.10
"""Share by which an expression swells and ebbs while it is held: a face that holds still looks like a mask."""
SWELL_INTERVAL: Final = (0.6, 1.6)
"""Seconds between two turns of that."""
CROSSFADE: Final = 0.45
"""Share of a phrase that the change from one state to the next takes."""
NOD_RATE: Final = 1.6
SHAKE_RATE: Final = 1.9
"""Nods and head shakes a second."""
NOD_ANGLE: Final = 9.0
SHAKE_ANGLE: Final = 12.0
"""Their size in degrees at full degree."""
WINK_TIME: Final = 0.4
"""Seconds of a wink."""


@dataclass(frozen=True)
class ExpressionCurve:
    """An expression over time: what to add to speech frame by frame."""

    controls: FloatArray
    """(T, 68)."""
    neck: FloatArray
    """(T, 3) radians, FLAME's axes."""
    weights: FloatArray
    """(T, S) share of each state of the instruction, for blending styles; sums to at most 1, 0 is rest."""
    held: NDArray[np.bool_]
    """(T, 68) controls that the performance must leave at 0."""


def expression_curve(
    instruction: Instruction,
    times: NDArray[np.float64],
    start: float,
    end: float,
    seed: int = 0,
    intensity: float = 1.0,
    onset: float = ONSET,
    offset: float = OFFSET,
) -> ExpressionCurve:
    """The expression of a phrase from `start` to `end` seconds at the frame `times` (T,).

    It rises around the start, is held with small natural variation from `seed`, passes from state to state in
    equal parts of the phrase, and leaves after the end. `intensity` scales it, 0 is rest.
    """
    slots = as_slots(instruction)
    targets = [expression_target(state) for state in slots.states]
    random = np.random.default_rng(np.random.SeedSequence([seed & 0xFFFFFFFF, zlib.crc32(b"expression")]))
    weights = state_weights(len(targets), times, start, end, onset, offset)
    size = len(CONTROLS)
    controls = np.zeros((len(times), size))
    neck = np.zeros((len(times), 3))
    held = np.zeros((len(times), size), bool)
    for i, target in enumerate(targets):
        swell = 1.0 + SWELL * _wander(times, start, end, random, size)
        lag = _lagged(weights[:, i], times, random, size)
        controls += lag * target.controls * swell
        neck += weights[:, i : i + 1] * (target.neck + _gestures(target, times, start, random))
        held |= (weights[:, i : i + 1] > 0.5) & target.held
        controls += _wink(target, times, start, end, random, weights[:, i])
    # All that is one movement varies as one: the two sides, and the eyes.
    controls[:, list(GAZE)] = weights @ np.stack([t.controls[list(GAZE)] for t in targets])
    controls = np.where(held, 0.0, (intensity * controls).clip(0.0, 1.0))
    return ExpressionCurve(
        controls.astype(np.float32), (intensity * neck).astype(np.float32), weights.astype(np.float32), held
    )


def state_weights(
    count: int,
    times: NDArray[np.float64],
    start: float,
    end: float,
    onset: float = ONSET,
    offset: float = OFFSET,
) -> NDArray[np.float64]:
    """Share (T, `count`) of each of `count` successive states at `times`; the rest up to 1 is the face at rest."""
    length = max(end - start, 1e-6)
    rise = _smooth((times - (start - 0.5 * onset)) / max(onset, 1e-6))
    fall = 1.0 - _smooth((times - end) / max(offset, 1e-6))
    inside = np.minimum(rise, fall)
    weights = np.empty((len(times), count))
    before = np.ones(len(times))
    for i in range(count):
        if i + 1 < count:
            middle = start + length * (i + 1) / count
            width = CROSSFADE * length / count * 2
            after = _smooth((times - (middle - 0.5 * width)) / width)
        else:
            after = np.zeros(len(times))
        weights[:, i] = inside * (before - after)
        before = after
    return weights


def _smooth(x: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def _mirrored_groups() -> NDArray[np.intp]:
    """Group number of every control, the same for left and right."""
    names = [name.removesuffix("Left").removesuffix("Right") for name in CONTROLS]
    order = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return np.array([order[name] for name in names])


_GROUPS: Final = _mirrored_groups()


def _wander(
    times: NDArray[np.float64], start: float, end: float, random: np.random.Generator, size: int
) -> NDArray[np.float64]:
    """Slow variation (T, `size`) within ±1, the same left and right but for a little."""
    knots = [start - 1.0]
    while knots[-1] < end + 1.0:
        knots.append(knots[-1] + random.uniform(*SWELL_INTERVAL))
    common = random.uniform(-1, 1, len(knots))
    groups = random.uniform(-1, 1, (len(knots), int(_GROUPS.max()) + 1))
    own = random.uniform(-1, 1, (len(knots), size))
    values = 0.5 * common[:, None] + 0.4 * groups[:, _GROUPS] + 0.1 * own
    index = np.clip(np.searchsorted(knots, times, side="right") - 1, 0, len(knots) - 2)
    at = np.asarray(knots)
    share = _smooth((times - at[index]) / (at[index + 1] - at[index]))[:, None]
    return values[index] * (1.0 - share) + values[index + 1] * share


def _lagged(
    weight: NDArray[np.float64], times: NDArray[np.float64], random: np.random.Generator, size: int
) -> NDArray[np.float64]:
    """The weight (T,) for every control (T, `size`), each part of the face up to 80 ms late: none moves alone."""
    lags = random.uniform(0.0, 0.08, int(_GROUPS.max()) + 1)
    if len(times) < 2:
        return np.repeat(weight[:, None], size, axis=1)
    late = np.stack([np.interp(times - lag, times, weight) for lag in lags], axis=1)
    return late[:, _GROUPS]


def _gestures(
    target: ExpressionTarget, times: NDArray[np.float64], start: float, random: np.random.Generator
) -> NDArray[np.float64]:
    """Nods and head shakes (T, 3) in radians: bursts of two or three, with pauses."""
    motion = np.zeros((len(times), 3))
    rate, phase = random.uniform(0.9, 1.1), random.uniform(0.0, 0.5)
    bursts = 0.5 + 0.5 * np.sign(np.sin(2 * np.pi * 0.28 * (times - start + phase)) + 0.35)
    bursts = np.convolve(bursts, np.ones(9) / 9, mode="same") if len(times) >= 9 else bursts
    if target.nod:
        wave = 0.5 - 0.5 * np.cos(2 * np.pi * NOD_RATE * rate * (times - start))
        motion[:, 0] += np.radians(NOD_ANGLE) * target.nod * wave * bursts
    if target.shake:
        wave = np.sin(2 * np.pi * SHAKE_RATE * rate * (times - start))
        motion[:, 1] += np.radians(SHAKE_ANGLE) * target.shake * wave * bursts
    return motion


def _wink(
    target: ExpressionTarget,
    times: NDArray[np.float64],
    start: float,
    end: float,
    random: np.random.Generator,
    weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """A wink lasts a moment: the difference (T, 68) that opens the eye again around it."""
    change = np.zeros((len(times), len(CONTROLS)))
    if target.wink is None:
        return change
    centre = random.uniform(0.3, 0.7) * (end - start) + start
    distance = np.clip(np.abs(times - centre) / (0.5 * WINK_TIME), 0.0, 1.0)
    pulse = 0.5 + 0.5 * np.cos(np.pi * distance)
    for half, side in enumerate(("Left", "Right")):
        for control, share in ACTION_CONTROLS["wink"].items():
            column = INDEX[control + side]
            change[:, column] -= weight * target.controls[column] * (1.0 - pulse) * min(target.wink[half] * share, 1.0)
    return change
