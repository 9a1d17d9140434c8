# SPDX-License-Identifier: GPL-3.0-or-later
"""How the writer says each action: nouns with participles, and verb phrases.

`{s}` stands where "left " or "right " goes, `{d}` where an adverb of degree goes. In verb phrases the first
word is the verb in its base form and `{d}` is at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .facial_actions import ACTION_TABLE


@dataclass(frozen=True)
class ActionPhrases:
    """Ways to say one action, or several that are said together."""

    things: tuple[str, ...]
    """"{d} raised {s} brow": after "with"."""
    verbs: tuple[str, ...] = ()
    """"raise the {s} brow {d}": after "he", in the imperative or as a gerund."""
    held: tuple[str, ...] = ()
    """How to say that it must not be, after "with", where `no` + a thing is no English."""
    plain: int = 2
    """Degree class that is meant when no adverb is there: 1 weak, 2 mid, 3 strong."""


def _built(nouns: str, participles: str, verbs: str = "", extra: tuple[str, ...] = (), plain: int = 2) -> ActionPhrases:
    """Phrases from nouns, participles and verbs, each separated by commas."""
    names = [n.strip() for n in nouns.split(",")]
    parts = [p.strip() for p in participles.split(",")]
    things = [f"{{d}} {p} {{s}} {n}" for p in parts for n in names if " " not in p]
    things += [f"{{s}} {n} {{d}} {p}" for p in parts for n in names]
    actions = [v.strip() for v in verbs.split(",") if v.strip()]
    said = [f"{v} the {{s}} {n} {{d}}" for v in actions for n in names if "…" not in v]
    said += [v.replace("…", f"the {{s}} {n}") + " {d}" for v in actions for n in names if "…" in v]
    held = [f"{{s}} {n} not {p}" for p in parts for n in names]
    return ActionPhrases((*things, *extra), tuple(said), tuple(held), plain)


PHRASES: Final[dict[tuple[str, ...], ActionPhrases]] = {
    ("inner_brow_raiser", "outer_brow_raiser"): _built("brow, eyebrow", "raised, lifted, arched", "raise, lift, arch"),
    ("inner_brow_raiser",): _built("inner brow, inner eyebrow", "raised, lifted", "raise, lift"),
    ("outer_brow_raiser",): _built("outer brow, outer eyebrow", "raised, lifted", "raise, lift"),
    ("brow_lowerer",): _built(
        "brow, eyebrow", "lowered, furrowed, knitted, drawn down", "lower, furrow, knit, draw … down"
    ),
    ("upper_lid_raiser",): _built("upper lid, upper eyelid", "raised, lifted", "raise, lift"),
    ("cheek_raiser",): _built("cheek", "raised, lifted", "raise, lift"),
    ("lid_tightener",): _built("eyelid, lid", "tightened, narrowed", "tighten, narrow"),
    ("nose_wrinkler",): _built(
        "nose",
        "wrinkled, scrunched, creased, crinkled",
        "wrinkle, scrunch, crinkle",
        ("{d} wrinkled {s} side of the nose",),
    ),
    ("upper_lip_raiser",): _built("upper lip", "raised, lifted, pulled up", "raise, lift, pull … up"),
    ("nasolabial_deepener",): _built("nasolabial fold, nasolabial furrow", "deepened", "deepen"),
    ("lip_corner_puller",): _built(
        "lip corner, corner of the mouth", "pulled up, raised, lifted, turned up", "pull … up, raise, lift, turn … up"
    ),
    ("lip_corner_puller", "cheek_raiser"): ActionPhrases(
        ("a {d} smile {on}", "{d} smiling {on}"), ("smile {d} {on}",), ("no smile {on}",)
    ),
    ("dimpler",): _built("cheek", "dimpled", "dimple"),
    ("lip_corner_depressor",): _built(
        "lip corner, corner of the mouth",
        "depressed, lowered, pulled down, turned down",
        "pull … down, lower, turn … down",
    ),
    ("lower_lip_depressor",): _built("lower lip", "depressed, pulled down, lowered", "depress, pull … down, lower"),
    ("chin_raiser",): ActionPhrases(
        ("{d} raised chin", "chin boss {d} raised", "chin {d} wrinkled", "{d} wrinkled chin"),
        ("wrinkle the chin {d}", "raise the chin boss {d}", "bunch the chin {d}"),
        ("chin not wrinkled", "chin boss not raised"),
    ),
    ("lip_pucker",): _built("lips", "puckered, pursed", "pucker, purse"),
    ("tongue_show",): ActionPhrases(
        ("tongue {d} out", "tongue {d} sticking out"),
        ("stick the tongue out {d}", "show the tongue {d}"),
        ("tongue not out",),
    ),
    ("lip_stretcher",): _built("lips", "stretched, spread", "stretch, spread"),
    ("neck_tightener",): _built("neck", "tightened, tensed", "tighten, tense"),
    ("lip_funneler",): _built("lips", "funneled, rounded", "funnel, round"),
    ("lip_tightener",): _built("lips", "tightened, tensed", "tighten, tense"),
    ("lip_pressor",): _built("lips", "pressed, pressed together, compressed", "press, press … together, compress"),
    ("lips_part",): _built("lips", "parted, open", "part, open"),
    ("jaw_drop",): _built("jaw", "dropped, lowered", "drop, lower"),
    ("mouth_stretch",): _built("mouth", "stretched, stretched open", "stretch"),
    ("lip_suck",): _built("lips", "sucked in, tucked in, rolled in", "suck in, tuck in, roll in"),
    ("jaw_thrust",): _built(
        "jaw", "thrust forward, jutting out, pushed forward", "thrust … forward, jut … forward, push … forward"
    ),
    ("jaw_sideways",): ActionPhrases(
        ("jaw {d} shifted to the {s}", "jaw {d} pushed to the {s}", "jaw {d} slid to the {s}"),
        ("shift the jaw to the {s} {d}", "slide the jaw {d} to the {s}"),
        ("jaw not shifted",),
    ),
    ("jaw_clencher",): _built("jaw", "clenched, locked", "clench, lock"),
    ("lip_bite",): _built("lip, lower lip", "bitten", "bite"),
    ("cheek_puff",): _built("cheeks", "puffed, puffed out, inflated", "puff out, inflate, blow out"),
    ("cheek_suck",): _built("cheeks", "sucked in, hollowed", "suck in, hollow"),
    ("nostril_dilator",): _built("nostril", "flared, dilated", "flare, dilate"),
    ("mouth_sideways",): ActionPhrases(
        ("mouth {d} shifted to the {s}", "mouth {d} skewed to the {s}"),
        ("shift the mouth to the {s} {d}",),
        ("mouth not shifted",),
    ),
    ("lid_droop",): _built("eyelid, upper lid", "drooping, drooped", "droop"),
    ("eyes_closed",): _built("eye", "closed, shut", "close, shut", plain=3),
    ("blink",): ActionPhrases(("{d} blinking eyes", "{d} blinking"), ("blink {d}",), ("no blinking",)),
    ("wink",): ActionPhrases(("a {d} wink {on}",), ("wink {d} {on}",), ("no wink {on}",), plain=3),
    ("eyes_turn",): ActionPhrases(
        ("eyes {d} turned to the {s}", "gaze {d} turned to the {s}"),
        ("look {d} to the {s}", "glance {d} to the {s}", "turn the eyes {d} to the {s}"),
        ("gaze not turned", "eyes not turned"),
    ),
    ("eyes_up",): ActionPhrases(
        ("eyes {d} turned up", "{d} raised gaze", "gaze {d} raised"),
        ("look {d} up", "raise the gaze {d}"),
        ("gaze not raised",),
    ),
    ("eyes_down",): ActionPhrases(
        ("gaze {d} lowered", "eyes {d} downcast", "eyes {d} turned down", "{d} lowered gaze"),
        ("look {d} down", "lower the gaze {d}"),
        ("gaze not lowered",),
    ),
    ("head_turn",): ActionPhrases(
        ("head {d} turned to the {s}",), ("turn the head {d} to the {s}", "turn {d} to the {s}"), ("head not turned",)
    ),
    ("head_up",): ActionPhrases(
        ("head {d} raised", "{d} raised head", "head {d} lifted"),
        ("raise the head {d}", "lift the head {d}"),
        ("head not raised",),
    ),
    ("head_down",): ActionPhrases(
        ("head {d} lowered", "{d} bowed head", "head {d} bowed"),
        ("lower the head {d}", "bow the head {d}"),
        ("head not bowed", "head not lowered"),
    ),
    ("head_tilt",): ActionPhrases(
        ("head {d} tilted to the {s}", "head {d} cocked to the {s}"),
        ("tilt the head {d} to the {s}",),
        ("head not tilted",),
    ),
    ("head_forward",): ActionPhrases(
        ("head {d} pushed forward", "head {d} forward"), ("push the head forward {d}",), ("head not forward",)
    ),
    ("head_back",): ActionPhrases(
        ("head {d} pulled back", "head {d} thrown back"),
        ("pull the head back {d}", "throw the head back {d}"),
        ("head not pulled back",),
    ),
    ("nod",): ActionPhrases(("{d} nodding",), ("nod {d}",), ("no nodding",)),
    ("head_shake",): ActionPhrases(
        ("head {d} shaking",), ("shake the head {d}",), ("no head shaking", "head not shaking")
    ),
}
"""Phrases by the actions they say; the longer keys say two actions of one degree and side together."""

PLURALS: Final[dict[str, str]] = {
    "brow": "brows", "eyebrow": "eyebrows", "eyelid": "eyelids", "lid": "lids", "eye": "eyes", "cheek": "cheeks",
    "lip corner": "lip corners", "corner of the mouth": "corners of the mouth", "nostril": "nostrils",
    "nasolabial fold": "nasolabial folds", "nasolabial furrow": "nasolabial furrows",
}  # fmt: skip
"""Said in the plural, at times, where both sides are meant."""

ADVERBS: Final[dict[int, tuple[str, ...]]] = {
    1: ("slightly", "mildly", "marginally", "lightly", "faintly", "a little", "a bit", "just slightly", "somewhat"),
    2: ("fairly", "quite", "pretty", "moderately", "noticeably", "clearly", "visibly", "rather"),
    3: (
        "strongly",
        "significantly",
        "fully",
        "extremely",
        "very strongly",
        "heavily",
        "completely",
        "markedly",
        "intensely",
    ),
}
"""Adverbs of degree before a participle, by degree class."""

ADVERBS_AFTER: Final[dict[int, tuple[str, ...]]] = {
    1: ("slightly", "a little", "a bit", "just a touch", "lightly", "ever so slightly", "a tiny bit"),
    2: ("moderately", "noticeably", "clearly", "visibly", "to some extent"),
    3: ("strongly", "a lot", "as much as possible", "very strongly", "fully", "a great deal", "intensely"),
}
"""The same after a verb phrase."""

FEELING_ADVERBS: Final[dict[int, tuple[str, ...]]] = {
    1: ("slightly", "mildly", "a little", "somewhat", "a bit", "faintly"),
    2: ("", "", "", "fairly", "quite", "pretty", "rather"),
    3: ("very", "extremely", "deeply", "utterly", "incredibly", "terribly", "absolutely"),
}
"""Before a plain adjective of feeling."""

FEELING_ADJECTIVES: Final[dict[int, tuple[str, ...]]] = {
    1: ("mild", "slight", "a hint of", "a touch of", "faint", "a little"),
    2: ("", "", "clear", "obvious", "visible", "noticeable"),
    3: ("great", "extreme", "utter", "deep", "intense", "overwhelming"),
}
"""Before a plain noun of feeling."""

LIVELY: Final = ("in a lively way", "energetically", "expressively", "in an animated manner", "vividly", "theatrically")
SUBDUED: Final = ("in a subdued way", "in a restrained manner", "quietly", "in a low-key way", "in an understated way")

_MISSING = [a.name for a in ACTION_TABLE if (a.name,) not in PHRASES]
if _MISSING:
    raise AssertionError(f"no phrases for {_MISSING}")
