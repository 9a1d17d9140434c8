# SPDX-License-Identifier: GPL-3.0-or-later
"""What an instruction can ask of a face: emotions, moods, and the actions of single face parts.

Actions carry the names and numbers of the Facial Action Coding System (Ekman & Friesen 1978; FACS manual
2002). The order of `EMOTIONS` and `ACTIONS` is the order of the columns of the vector form (`slots`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BASIC_EMOTIONS: Final[tuple[str, ...]] = (
    "neutral",
    "happy",
    "sad",
    "surprised",
    "fear",
    "disgusted",
    "angry",
    "contempt",
)
"""The eight emotions of MEAD (Wang et al. 2020) and of AVI-Talking, in the article's order."""

MOODS: Final[tuple[str, ...]] = (
    "amused",
    "ashamed",
    "awed",
    "bored",
    "confused",
    "curious",
    "determined",
    "flirty",
    "manic",
    "mischievous",
    "pain",
    "pleading",
    "proud",
    "relieved",
    "sarcastic",
    "shy",
    "skeptical",
    "smug",
    "stern",
    "strained",
    "suspicious",
    "tender",
    "thoughtful",
    "tired",
    "wistful",
)
"""What else people ask of faces: moods and attitudes, each a combination of actions (`talking_face.expression`)."""

EMOTIONS: Final[tuple[str, ...]] = BASIC_EMOTIONS + MOODS
EMOTION_INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(EMOTIONS)}


@dataclass(frozen=True)
class FacialAction:
    """One action of one part of the face."""

    name: str
    unit: int | None
    """Number in FACS, None where FACS has none."""
    region: str
    """"upper" (brows, lids, cheeks under the eyes), "lower" (nose to chin), "eyes" (gaze) or "head"."""
    words: str
    """How the action is called in the panel."""
    sided: bool = True
    """Whether one half of the face can do it alone."""
    directed: bool = False
    """Whether left and right are directions (the head turns left) and not halves of the face."""


ACTION_TABLE: Final[tuple[FacialAction, ...]] = (
    FacialAction("inner_brow_raiser", 1, "upper", "inner brow raised"),
    FacialAction("outer_brow_raiser", 2, "upper", "outer brow raised"),
    FacialAction("brow_lowerer", 4, "upper", "brow lowered"),
    FacialAction("upper_lid_raiser", 5, "upper", "upper lid raised"),
    FacialAction("cheek_raiser", 6, "upper", "cheek raised"),
    FacialAction("lid_tightener", 7, "upper", "lid tightened"),
    FacialAction("nose_wrinkler", 9, "lower", "nose wrinkled"),
    FacialAction("upper_lip_raiser", 10, "lower", "upper lip raised"),
    FacialAction("nasolabial_deepener", 11, "lower", "nasolabial fold deepened"),
    FacialAction("lip_corner_puller", 12, "lower", "lip corner pulled up"),
    FacialAction("dimpler", 14, "lower", "cheek dimpled"),
    FacialAction("lip_corner_depressor", 15, "lower", "lip corner down"),
    FacialAction("lower_lip_depressor", 16, "lower", "lower lip down"),
    FacialAction("chin_raiser", 17, "lower", "chin raised", sided=False),
    FacialAction("lip_pucker", 18, "lower", "lips puckered", sided=False),
    FacialAction("tongue_show", 19, "lower", "tongue out", sided=False),
    FacialAction("lip_stretcher", 20, "lower", "lips stretched"),
    FacialAction("neck_tightener", 21, "lower", "neck tightened", sided=False),
    FacialAction("lip_funneler", 22, "lower", "lips funneled", sided=False),
    FacialAction("lip_tightener", 23, "lower", "lips tightened"),
    FacialAction("lip_pressor", 24, "lower", "lips pressed"),
    FacialAction("lips_part", 25, "lower", "lips parted", sided=False),
    FacialAction("jaw_drop", 26, "lower", "jaw dropped", sided=False),
    FacialAction("mouth_stretch", 27, "lower", "mouth stretched open", sided=False),
    FacialAction("lip_suck", 28, "lower", "lips sucked in", sided=False),
    FacialAction("jaw_thrust", 29, "lower", "jaw thrust forward", sided=False),
    FacialAction("jaw_sideways", 30, "lower", "jaw sideways", directed=True),
    FacialAction("jaw_clencher", 31, "lower", "jaw clenched", sided=False),
    FacialAction("lip_bite", 32, "lower", "lip bitten", sided=False),
    FacialAction("cheek_puff", 34, "lower", "cheeks puffed", sided=False),
    FacialAction("cheek_suck", 35, "lower", "cheeks sucked in", sided=False),
    FacialAction("nostril_dilator", 38, "lower", "nostrils flared"),
    FacialAction("mouth_sideways", None, "lower", "mouth sideways", directed=True),
    FacialAction("lid_droop", 41, "upper", "lids drooping"),
    FacialAction("eyes_closed", 43, "upper", "eyes closed"),
    FacialAction("blink", 45, "upper", "blinking", sided=False),
    FacialAction("wink", 46, "upper", "winking"),
    FacialAction("eyes_turn", 61, "eyes", "eyes turned", directed=True),
    FacialAction("eyes_up", 63, "eyes", "eyes up", sided=False),
    FacialAction("eyes_down", 64, "eyes", "eyes down", sided=False),
    FacialAction("head_turn", 51, "head", "head turned", directed=True),
    FacialAction("head_up", 53, "head", "head up", sided=False),
    FacialAction("head_down", 54, "head", "head down", sided=False),
    FacialAction("head_tilt", 55, "head", "head tilted", directed=True),
    FacialAction("head_forward", 57, "head", "head forward", sided=False),
    FacialAction("head_back", 58, "head", "head back", sided=False),
    FacialAction("nod", 85, "head", "nodding", sided=False),
    FacialAction("head_shake", 84, "head", "shaking the head", sided=False),
)

ACTIONS: Final[tuple[str, ...]] = tuple(action.name for action in ACTION_TABLE)
ACTION_INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(ACTIONS)}
ACTION: Final[dict[str, FacialAction]] = {action.name: action for action in ACTION_TABLE}

ACTION_OF_UNIT: Final[dict[int, str]] = {
    **{action.unit: action.name for action in ACTION_TABLE if action.unit is not None},
    13: "cheek_puff",  # MEAD's captions word AU13, the "cheek puffer" of older manuals, as "puffed cheek"
    33: "cheek_puff",
    52: "head_turn",
    56: "head_tilt",
    62: "eyes_turn",
}
"""Action of a FACS number. 51/52, 55/56 and 61/62 are left and right of one action."""
