# SPDX-License-Identifier: GPL-3.0-or-later
"""What each phone asks of jaw, lips and tongue: the articulation's table.

Amounts are controls at medium effort, 0..1 on the default head, where jawOpen 1 turns the jaw by 23° and
parts the lips by 40 mm. Where they come from:

* Jaw of vowels: linear in the vowel's first formant, because F1 rises with jaw and tongue lowering. F1 are
  the men's means of Hillenbrand et al. 1995 (JASA 97:3099, Table V). The ends are chosen on the head: IY
  parts the lips about 5 mm and AA about 18 mm when held; in running speech the neighbours leave two thirds.
* Jaw of consonants: JALI (Edwards et al. 2016, §4.2): "sibilants narrow the jaw greatly", obstruents narrow
  it, bilabials and labiodentals must reach their contact; S and Z stand with the teeth nearly together.
* Lips: rounding for UW OW OY W, protrusion for SH ZH CH JH (JALI's lip-heavy visemes), spreading for front
  vowels, and nothing of their own for L N T D G K NG ("tongue-only visemes have no influence on the lips").
* Weights are Cohen & Massaro (1993) dominances: how strongly a phone holds a group of articulators against
  its neighbours. Lip-heavy phones replace their neighbours' lips (weight 3 against 1), tongue-only phones
  keep just enough (0.12) that a long run of them is defined.
* Tongue: place of articulation. The tip for dental and alveolar, the back for velar sounds; TH and DH show
  the tongue between the teeth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Contact(Enum):
    """A hard constraint of a phone (JALI §4.2, "hard constraints")."""

    NONE = "none"
    BILABIAL = "bilabial"
    """The lips close."""
    LABIODENTAL = "labiodental"
    """The lower lip touches the upper teeth."""
    SIBILANT = "sibilant"
    """The teeth nearly meet."""


@dataclass(frozen=True)
class PhoneTarget:
    """Target of one phone, or of one half of a diphthong."""

    jaw: float
    jaw_weight: float = 1.0
    lips: Mapping[str, float] = field(default_factory=dict)
    """Control (without Left/Right for both sides) to amount."""
    lip_weight: float = 1.0
    tongue: Mapping[str, float] = field(default_factory=dict)
    tongue_weight: float = 1.0
    lip_heavy: bool = False
    """Rounded or protruded: starts early and ends late."""
    contact: Contact = Contact.NONE
    vowel: bool = False
    """Vowels scale with vocal effort; consonants keep their place of articulation."""


FIRST_FORMANT: Final[Mapping[str, float]] = {
    "IY": 342.0,
    "IH": 427.0,
    "EY": 476.0,
    "EH": 580.0,
    "AE": 588.0,
    "AA": 768.0,
    "AO": 652.0,
    "OW": 497.0,
    "UH": 469.0,
    "UW": 378.0,
    "AH": 623.0,
    "ER": 474.0,
}
"""Hz, men's means (Hillenbrand et al. 1995)."""

JAW_OF_CLOSEST_VOWEL: Final = 0.09
JAW_OF_OPENEST_VOWEL: Final = 0.48


def vowel_jaw(vowel: str) -> float:
    """jawOpen of a vowel at medium effort, linear in F1 between IY and AA."""
    low, high = FIRST_FORMANT["IY"], FIRST_FORMANT["AA"]
    openness = (FIRST_FORMANT[vowel] - low) / (high - low)
    return JAW_OF_CLOSEST_VOWEL + (JAW_OF_OPENEST_VOWEL - JAW_OF_CLOSEST_VOWEL) * openness


def _vowel(
    name: str, lips: Mapping[str, float], tongue: Mapping[str, float], *, lip_weight: float = 1.0, heavy: bool = False
) -> PhoneTarget:
    return PhoneTarget(vowel_jaw(name), 1.0, lips, lip_weight, tongue, 0.8, lip_heavy=heavy, vowel=True)


def _tongue_only(jaw: float, tongue: Mapping[str, float], jaw_weight: float = 0.6) -> PhoneTarget:
    return PhoneTarget(jaw, jaw_weight, {"mouthLowerDown": 0.10}, 0.12, tongue, 1.5)


_IY = _vowel(
    "IY",
    {"mouthStretch": 0.32, "mouthSmile": 0.18, "mouthLowerDown": 0.20, "mouthUpperUp": 0.08},
    {"tongueUp": 0.45, "tongueWide": 0.3},
)
_IH = _vowel(
    "IH",
    {"mouthStretch": 0.20, "mouthSmile": 0.10, "mouthLowerDown": 0.16, "mouthUpperUp": 0.06},
    {"tongueUp": 0.30},
)
_EH = _vowel(
    "EH",
    {"mouthStretch": 0.20, "mouthSmile": 0.06, "mouthLowerDown": 0.18, "mouthUpperUp": 0.08},
    {"tongueUp": 0.10},
)
_AE = _vowel("AE", {"mouthStretch": 0.28, "mouthLowerDown": 0.24, "mouthUpperUp": 0.12}, {"tongueDown": 0.15})
_AA = _vowel("AA", {"mouthLowerDown": 0.16, "mouthUpperUp": 0.08}, {"tongueDown": 0.35, "tongueIn": 0.15})
_AH = _vowel("AH", {"mouthLowerDown": 0.12, "mouthUpperUp": 0.05}, {"tongueDown": 0.10})
_AO = _vowel(
    "AO", {"mouthFunnel": 0.38, "mouthPucker": 0.10}, {"tongueDown": 0.25, "tongueIn": 0.25}, lip_weight=1.5, heavy=True
)
_OW = _vowel("OW", {"mouthFunnel": 0.45, "mouthPucker": 0.30}, {"tongueIn": 0.30}, lip_weight=2.5, heavy=True)
_UH = _vowel("UH", {"mouthFunnel": 0.28, "mouthPucker": 0.26}, {"tongueUp": 0.15, "tongueIn": 0.25}, lip_weight=1.5)
_UW = _vowel(
    "UW", {"mouthPucker": 0.72, "mouthFunnel": 0.20}, {"tongueUp": 0.35, "tongueIn": 0.35}, lip_weight=3.0, heavy=True
)
_ER = _vowel("ER", {"mouthFunnel": 0.24, "mouthPucker": 0.18}, {"tongueRollUp": 0.30, "tongueUp": 0.20}, lip_weight=1.2)

_POSTALVEOLAR = PhoneTarget(
    0.06,
    2.0,
    {"mouthFunnel": 0.52, "mouthPucker": 0.20, "mouthLowerDown": 0.14, "mouthUpperUp": 0.14},
    3.0,
    {"tongueTipUp": 0.45, "tongueUp": 0.35},
    1.5,
    lip_heavy=True,
    contact=Contact.SIBILANT,
)
_ALVEOLAR_SIBILANT = PhoneTarget(
    0.03,
    3.0,
    {"mouthStretch": 0.16, "mouthLowerDown": 0.34, "mouthUpperUp": 0.14},
    0.5,
    {"tongueTipUp": 0.55, "tongueUp": 0.20},
    1.5,
    contact=Contact.SIBILANT,
)
_BILABIAL = PhoneTarget(0.08, 1.2, {"mouthPress": 0.25}, 0.5, {}, 0.1, contact=Contact.BILABIAL)
_LABIODENTAL = PhoneTarget(
    0.07, 1.5, {"mouthRollLower": 0.55, "mouthUpperUp": 0.22}, 1.5, {}, 0.1, contact=Contact.LABIODENTAL
)
_ALVEOLAR_STOP = _tongue_only(0.09, {"tongueTipUp": 0.85, "tongueUp": 0.35})
_VELAR = _tongue_only(0.13, {"tongueUp": 0.75, "tongueIn": 0.55})
_DENTAL = PhoneTarget(
    0.12,
    1.2,
    {"mouthLowerDown": 0.22, "mouthUpperUp": 0.10},
    0.6,
    {"tongueOut": 0.42, "tongueTipUp": 0.20, "tongueUp": 0.20},
    2.0,
)

TARGETS: Final[Mapping[str, tuple[PhoneTarget, ...]]] = {
    "IY": (_IY,),
    "IH": (_IH,),
    "EH": (_EH,),
    "AE": (_AE,),
    "AA": (_AA,),
    "AH": (_AH,),
    "AO": (_AO,),
    "UH": (_UH,),
    "UW": (_UW,),
    "ER": (_ER,),
    "EY": (_EH, _IY),
    "AY": (_AA, _IH),
    "AW": (_AA, _UW),
    "OY": (_AO, _IH),
    "OW": (_OW, _UW),
    "P": (_BILABIAL,),
    "B": (_BILABIAL,),
    "M": (_BILABIAL,),
    "F": (_LABIODENTAL,),
    "V": (_LABIODENTAL,),
    "S": (_ALVEOLAR_SIBILANT,),
    "Z": (_ALVEOLAR_SIBILANT,),
    "SH": (_POSTALVEOLAR,),
    "ZH": (_POSTALVEOLAR,),
    "CH": (_POSTALVEOLAR,),
    "JH": (_POSTALVEOLAR,),
    "T": (_ALVEOLAR_STOP,),
    "D": (_ALVEOLAR_STOP,),
    "N": (_tongue_only(0.10, {"tongueTipUp": 0.80, "tongueUp": 0.30}),),
    "L": (_tongue_only(0.15, {"tongueTipUp": 1.0, "tongueUp": 0.15, "tongueNarrow": 0.2}),),
    "K": (_VELAR,),
    "G": (_VELAR,),
    "NG": (_VELAR,),
    "TH": (_DENTAL,),
    "DH": (_DENTAL,),
    "R": (
        PhoneTarget(
            0.12, 0.8, {"mouthFunnel": 0.28, "mouthPucker": 0.22}, 1.2, {"tongueRollUp": 0.45, "tongueIn": 0.2}
        ),
    ),
    "W": (PhoneTarget(0.07, 1.0, {"mouthPucker": 0.78, "mouthFunnel": 0.12}, 3.0, {"tongueIn": 0.3}, lip_heavy=True),),
    "Y": (
        PhoneTarget(
            0.09, 0.8, {"mouthStretch": 0.22, "mouthSmile": 0.12, "mouthLowerDown": 0.14}, 0.6, {"tongueUp": 0.5}
        ),
    ),
    "HH": (PhoneTarget(0.16, 0.15, {}, 0.05, {}, 0.05),),
}
"""One target a phone; two for a diphthong, which holds the first for 60 % of its length (Rhubarb's split)."""

DIPHTHONG_SPLIT: Final = 0.6

OPEN_VOWELS: Final = frozenset({"AA", "AE", "AH", "AO", "AW", "AY", "EH", "EY", "OW", "OY"})
"""Vowels that begin at F1 of 476 Hz or more: they must visibly part the lips."""
