# SPDX-License-Identifier: GPL-3.0-or-later
"""Words for the parts of a face, for what they do, and which action is meant when both come together.

A part and a movement make an action: "brow" + "raise" are AU1 and AU2, "inner brow" + "raise" is AU1. The
phrases of MEAD's captions (TalkCLIP, Ma et al. 2023) are all among them.
"""

from __future__ import annotations

from typing import Final

PARTS: Final[dict[str, str]] = {
    "brow": "brow, eyebrow, eye brow, brow line",
    "inner_brow": """
        inner corner of brow, inner corner of eyebrow, inner end of brow, inner end of eyebrow, inner part of
        brow, inner part of eyebrow, inner edge of brow, inner edge of eyebrow, inner half of brow, inner half of
        eyebrow, inside of brow, inside of eyebrow, middle of brow, middle of eyebrow, inner tip of brow, inner
        tip of eyebrow, inside corner of brow, inside corner of eyebrow, medial brow, center of brow
    """,
    "outer_brow": """
        outer corner of brow, outer corner of eyebrow, outer end of brow, outer end of eyebrow, outer part of
        brow, outer part of eyebrow, outer edge of brow, outer edge of eyebrow, outer half of brow, outer half of
        eyebrow, outside of brow, outside of eyebrow, tail of brow, tail of eyebrow, brow tail, outer tip of brow,
        lateral brow, outside corner of eyebrow
    """,
    "forehead": "forehead",
    "lid": "lid, eyelid, eye lid",
    "eye": "eye, eyeball",
    "cheek": "cheek, cheekbone",
    "nose": "nose, bridge of nose, nose bridge, side of nose",
    "nostril": "nostril, wing of nose, nasal wing",
    "nasolabial": """
        nasolabial fold, nasolabial furrow, nasolabial line, nasolabial, smile line, laugh line, nasolabial crease
    """,
    "lip": "lip",
    "corner": """
        lip corner, corner of mouth, corner of lip, mouth corner, edge of mouth, edge of lip, end of mouth, end of
        lip, side of mouth, side of lip, corner, corner of smile
    """,
    "mouth": "mouth",
    "chin": "chin",
    "chin_boss": "chin boss, mentalis, skin of chin, chin muscle",
    "jaw": "jaw, mandible",
    "teeth": "teeth, tooth",
    "tongue": "tongue, tip of tongue",
    "neck": "neck, throat, platysma, neck muscle",
    "head": "head",
    "gaze": "gaze, look, glance, stare, peer, peek, eye contact, eye line",
    "face": "face, facial expression, expression, feature, countenance, facial feature",
    "upper_face": "upper half of face, top half of face, upper part of face, upper half, top of face",
    "lower_face": """
        lower half of face, bottom half of face, lower part of face, lower half, bottom of face
    """,
}

QUALIFIED: Final[dict[tuple[str, str], str]] = {
    ("inner", "brow"): "inner_brow",
    ("outer", "brow"): "outer_brow",
    ("upper", "lid"): "upper_lid",
    ("lower", "lid"): "lower_lid",
    ("upper", "lip"): "upper_lip",
    ("lower", "lip"): "lower_lip",
    ("upper", "face"): "upper_face",
    ("lower", "face"): "lower_face",
    ("upper", "teeth"): "upper_teeth",
}
"""Part meant by a qualifying word before another part; other pairs leave the part as it is."""

QUALIFIERS: Final[dict[str, str]] = {
    "inner": "inner, inside, innermost, medial, middle, central",
    "outer": "outer, outside, outermost, lateral",
    "upper": "upper, top",
    "lower": "bottom",
}
"""The word "lower" is both qualifier and movement; the reader decides."""

WHERE: Final[dict[str, str]] = {
    "inner": """
        in middle, in center, at inner end, at inner corner, on inside, at inside, at inner edge, at center, in
        between, towards middle, toward middle, towards center, toward center, near nose, above nose, over nose
    """,
    "outer": "at outer end, at outer corner, on outside, at outside, at tail, at outer edge, near temple, at end",
}
"""The same said after the brow: "brows up in the middle"."""

# Movements. The amount after a colon is the degree the word carries by itself.
MOVES: Final[dict[str, str]] = {
    "contort": "contort, distort, twist, warp",
    "waggle": "waggle, wiggle, bounce, jiggle, dance",
    "raise": """
        raise, lift, elevate, hoist, uplift, heighten, rise, hike, boost, pull up, draw up, go up, move up, push
        up, shoot up:.9, fly up:.9, jump up:.9, climb, lift up, raise up, hike up, turn up, tug up, pulled upward,
        drawn upward, pull upward, draw upward, upraised, creep up:.3, high up:.9, lift upward, tilt upward,
        skyrocket:.95, ride up, held high
    """,
    "arch": "arch, curve up, curve, bow upward",
    "cock": "cock, quirk, hitch",
    "lower": """
        lower, upside down, into upside down u, depress, sink, pull down, draw down, go down, move down, press
        down, push down, come down, lower down, drag down:.7, pulled downward, drawn downward, pull downward, draw
        downward, descend, turn down, tug down, dip, downturned, plunge:.9, slump, downturn, bring down, low, sag
        down, weigh down
    """,
    "knit": """
        knit, furrow, pinch, gather, contract, bunch, crumple, crimp, draw together, pull together, knit together,
        pinch together, come together, push together, press together, squeeze together, scrunch together, bunch
        together, drawn inward, pulled inward, bunch up, meet, knot
    """,
    "widen": """
        widen, enlarge, wide open:.9, open wide:.9, open widely:.9, bulge:.9, pop:.9, pop open:.9, pop wide
        open:.95, bug out:.95, goggle:.9, fly open:.9, stretch wide:.9, spring open:.8, open very
        wide:.95, huge:.9, open big:.9, bulge out:.9, pop out of head:.95, start from head:.9, out of head:.95,
        pop out of skull:.95, wide as saucers:.95, big as saucers:.95
    """,
    "narrow": """
        narrow, narrower, squint, slit:.85, squinch, screw up:.85, narrow down, pinch, reduce to slits:.9, narrow to
        slits:.9, tighten to slits:.9
    """,
    "tighten": """
        tighten, tense, tense up, tauten, stiffen, constrict, tighten up, taut, rigid:.7, contract, stiff, firm,
        firm up
    """,
    "close": """
        close, shut, closed shut, squeeze shut:1, shut tight:1, press shut:1, close tightly:1, slam shut:1, clamp
        shut:1, seal:.9, screwed shut:1, tight shut:1, clench shut:1, flutter shut, slide shut, fall shut, drift
        closed
    """,
    "half_close": """
        half close, half closed, half shut, half-closed, half open, hooded, half lidded, half mast, at half-mast,
        nearly closed, almost closed
    """,
    "open": "open, open up, ajar, unclose, gape open:.8, half-open:.4",
    "gape": "gape:.85, agape:.85, gape wide:.95, yawn open:.9",
    "press": """
        press, seal, compress, squeeze, press tight:.9, press thin, press firmly together:.9, clamp, press tightly
        together:.9, press into thin line:.9, thin line, squash, tight together:.8, in thin line:.8, flatten,
        pressed flat, clamp together:.9, mash together, pressed together, squeezed together
    """,
    "part": "part, separate, unseal",
    "pucker": "pucker, purse, pucker up, purse together, kiss, round into a kiss",
    "funnel": """
        funnel, round, circle, form circle, form perfect circle, in circle, make circle, in shape of o, shape of
        o, shaped like o, form o, o shaped, rounded into o, round out, make an o, form an o, in an o shape, into
        an o
    """,
    "stretch": """
        stretch, stretch open, spread, extend, elongate, stretch sideways, stretch out, stretch wide:.85, pull
        wide:.85, pull sideways, pull horizontally, draw sideways, stretched back, pull apart sideways, stretch
        horizontally, stretch tight:.85
    """,
    "pull": """
        pull, draw, tug, lead, throw, toss, push, cast, point, angle, jerk, flick, direct, drift, curve, bend,
        bring
    """,
    "suck": """
        suck, suck in, tuck in, roll in, roll inward, pull in, draw in, fold in, tuck, curl inward, curl in, roll,
        disappear, swallow up, fold inward, turn inward
    """,
    "hollow": "hollow, sunken, suck in, pull in, draw in, cave in",
    "bite": """
        bite, chew, gnaw, nibble, bite down on, bite on, bite into, nip, worry at, chew on, nibble on, nibble at,
        catch between teeth
    """,
    "puff": """
        puff, puff out, puff up, inflate, balloon, blow up, blow out, fill with air, bulge, bulge out, blow,
        swell, full of air, puffy
    """,
    "dimple": "dimple, tuck corner, dimple in",
    "drop": """
        drop, fall, sag:.5, hang open:.75, drop open, fall open, hang, slack, hang slack, swing open, hang down,
        go slack, fall down, drop to the floor:1, hit the floor:1, unhinge:1, slacken
    """,
    "thrust": """
        thrust, jut, protrude, thrust forward, jut out, jut forward, push forward, push out, stick out, thrust
        out, move forward, come forward, shift forward
    """,
    "slide": """
        slide, shift, skew, sideways, slant, skewed to, slide sideways, shift sideways, move sideways, sidewise,
        off to side, to side, to one side, shove sideways, pull to side, pull to one side, push to one side,
        askew, crooked, twist to one side, draw to one side, twist, lopsided, cock to side
    """,
    "clench": """
        clench, clamp, grind, grit, lock, set, clench tightly:.95, clamp together:.9, grind together, lock
        tight:.9, clamp tight:.95, gnash, set hard, clench tight:.95, press together, lock together, grit
        tightly:.95
    """,
    "wrinkle": """
        wrinkle, scrunch, squish, squish up, squinch up, scrunch up, crinkle, crinkle up, wrinkle up, crease,
        crumple, wrinkled up, screw up, crinkly, line, ruck
    """,
    "flare": "flare, dilate, flare out, flare wide:.9, flared open, distend, expand",
    "turn": "turn, rotate, swivel, swing, face, twist, turn around, swing round, crane",
    "tilt": "tilt, cock, cant, lean, incline, tip, slant, list, angle",
    "nod": "nod, bob",
    "shake": "shake, wag",
    "bow": """
        bow, hang, duck, hang down, bend, lower, dip, droop, sink, hang low:.9, bend down, bend forward, bow down,
        held low
    """,
    "droop": """
        droop, sag, heavy, hood, hooded, drop, fall, lower, sink, half-mast, leaden, go heavy, droop
        down, drowsy, sleepy, half droop
    """,
    "crinkle": """
        crinkle, crease, wrinkle, crinkle up, smile, crinkle at the corner, crinkle in the corner, wrinkle at the
        corner, crow's foot
    """,
    "relax": """
        relax, rest, at rest, loosen, let go, slacken, ease, smooth, smooth out, loose, soften, unclench, untense,
        unfurrow, unlined, unwrinkled, unfurrowed, uncreased, unclenched
    """,
    "still": """
        still, frozen, freeze, paralyzed, stony, wooden, dead, expressionless, blank, unmoved, motionless,
        unmoving, neutral, fixed, untouched, in place, immobile, unchanged, level, inactive, inert, as they are,
        as it is, where they are, where it is, put, alone, passive
    """,
    "move": "move, motion, movement, activity, action, use, involve",
    "quiver": "quiver:.4, tremble:.4, wobble:.4, quaver:.4, shiver:.4",
    "twitch": "twitch:.3, flicker:.3",
    "bare": "bare, show, expose, reveal, flash, visible, display",
    "deepen": "deepen, deep, carve, pronounced, strengthen, accentuate",
    "curl": "curl, curl up, snarl, hitch up, hook up, lift up in a curl",
    "roll": "roll, roll up, roll back",
    "stick_out": """
        stick out, come out, go out, slip out, flick out, dart out, poke out, out, protrude, hang out, push out,
        loll, extend, peek out, jut out, lick, pop out, poke
    """,
    "blink": "blink, bat, flutter, flick",
    "avert": """
        avert, look away, shift away, slide away, dart, dart around, wander, drift away, shifty, evade, avoid,
        dodge, glance away, flit, dart away
    """,
    "downcast": """
        downcast, cast down, drop, lower, on floor, on ground, at floor, at ground, to the floor, to the ground,
        fall to the floor, towards floor, toward floor, at shoes, at feet, on shoes, at her hands, at his hands,
        at the table, on the table
    """,
    "upcast": """
        upcast, cast up, toward heaven, to heaven, at ceiling, at sky, to the ceiling, to the sky, heavenward,
        skyward, on ceiling, toward sky, toward ceiling, cast upward, cast heavenward, at the stars
    """,
    "ahead": """
        straight ahead, dead ahead, into camera, at camera, at viewer, into lens, at listener, steady, lock,
        straight at
    """,
}

AMBIGUOUS: Final[dict[str, tuple[str, str]]] = {
    # word: (movement where a part is there that can do it, degree otherwise)
    "wide": ("widen:.8", "degree:.85"),
    "big": ("widen:.8", "degree:.85"),
    "large": ("widen:.8", "degree:.85"),
    "tight": ("tighten", "degree:.85"),
    "high": ("raise:.8", "degree:.85"),
    "thin": ("press", "degree:.3"),
    "deep": ("deepen", "degree:.85"),
    "small": ("narrow", "degree:.3"),
    "heavy": ("droop", "degree:.85"),
    "loose": ("relax", ""),
    "firm": ("tighten", "determined:.35"),
    "tense": ("tighten", "fear:.35"),
    "relaxed": ("relax", "neutral:.35"),
    "relax": ("relax", "neutral:.35"),
    "taut": ("tighten", "strained:.35"),
    "stiff": ("tighten", "stern:.35"),
    "rigid": ("tighten:.8", "stern:.5"),
    "steady": ("ahead", ""),
    "still": ("still", ""),
    "fixed": ("ahead", ""),
    "flat": ("press", "neutral:.35"),
    "set": ("clench", ""),
    "fall": ("drop", ""),
    "close": ("close", ""),
    "part": ("part", ""),
    "line": ("press:.4", ""),
    "round": ("round", ""),
    "neutral": ("still", "neutral:.35"),
    "low": ("lower", ""),
    "shake": ("shake", "cue:fear"),
    "tremble": ("quiver:.4", "cue:fear"),
    "quiver": ("quiver:.4", "cue:sad"),
    "firmly set": ("clench:.85", "determined:.65"),
    "soft": ("relax", "degree:.3"),
    "twisted": ("slide", ""),
    "twist": ("slide", ""),
    "crooked": ("slide", "one"),
    "open": ("open", ""),
    "full": ("puff", "degree:.85"),
    "use": ("move", ""),
    "move": ("move", ""),
    "movement": ("move", ""),
    "motion": ("move", ""),
    "action": ("move", ""),
    "drop": ("drop", ""),
    "show": ("bare", ""),
    "display": ("bare", ""),
    "reveal": ("bare", ""),
    "visible": ("bare", "degree:.6"),
    "smile": ("crinkle", "smile"),
    "hard": ("tighten", "degree:.85"),
    "bunch": ("knit", ""),
    "face": ("turn", ""),
    "firming": ("tighten", ""),
    "drowsy": ("droop", "tired:.35"),
    "sleepy": ("droop", "tired:.35"),
    "bow": ("bow", "head_down"),
    "level": ("still", ""),
    "passive": ("still", "neutral:.35"),
    "alone": ("still", ""),
    "round as saucer": ("widen:.95", "surprised:.65"),
}

# Which actions a part and a movement make. "12" is the action unit, "6-" one degree less of it, "!" holds it
# still, ":.4" is an amount where the word says nothing, "L" the left only.
_BROW_DOWN = "4"
COMBINATIONS: Final[dict[tuple[str, str], str]] = {
    # brows
    **{("brow", move): "1 2" for move in ("raise", "arch", "up", "widen")},
    ("brow", "cock"): "1 2 one",
    **{
        ("brow", move): "4"
        for move in (
            "lower",
            "knit",
            "narrow",
            "wrinkle",
            "tighten",
            "down",
            "together",
            "drop",
            "in",
            "bow",
            "droop",
            "crinkle",
            "press",
            "slide_down",
            "curl",
            "pucker",
            "clench",
            "deepen",
        )
    },
    **{("inner_brow", move): "1" for move in ("raise", "arch", "up", "cock")},
    **{("inner_brow", move): "4" for move in ("lower", "knit", "together", "down", "in", "drop", "tighten")},
    **{("outer_brow", move): "2" for move in ("raise", "arch", "up", "cock")},
    **{("outer_brow", move): "4" for move in ("lower", "down", "drop", "droop")},
    ("brow", "twitch"): "1 2",
    ("brow", "slide"): "",
    **{("forehead", move): "4" for move in ("knit", "lower", "tighten", "narrow")},
    **{("forehead", move): "1 2" for move in ("wrinkle", "raise", "crinkle", "up")},
    # lids and eyes
    **{("upper_lid", move): "5" for move in ("raise", "up", "widen", "pull", "open")},
    **{("upper_lid", move): "lid_droop" for move in ("lower", "droop", "down", "drop", "bow")},
    **{("lower_lid", move): "7" for move in ("raise", "tighten", "up", "tense", "narrow", "knit", "press")},
    ("lower_lid", "lower"): "",
    **{("lid", move): "5" for move in ("raise", "up", "widen")},
    **{("lid", move): "7" for move in ("tighten", "narrow", "press", "wrinkle", "knit", "clench")},
    **{("lid", move): "lid_droop" for move in ("droop", "lower", "down", "half_close", "bow", "drop")},
    **{("lid", move): "eyes_closed:1" for move in ("close",)},
    **{("upper_lid", move): "eyes_closed:1" for move in ("close",)},
    **{("eye", move): "eyes_closed:1" for move in ("close",)},
    ("lid", "blink"): "blink",
    ("lid", "twitch"): "blink:.3",
    ("lid", "open"): "!eyes_closed",
    ("eye", "open"): "!eyes_closed",
    **{("eye", move): "eyes_closed:.5" for move in ("half_close",)},
    **{("eye", move): "5" for move in ("widen", "bulge", "stretch", "stick_out")},
    **{("eye", move): "7" for move in ("narrow", "tighten", "wrinkle_up", "pinch", "knit", "squeeze", "pucker")},
    **{("eye", move): "eyes_closed:.95 7 6-" for move in ("press",)},
    **{("eye", move): "6 7-" for move in ("crinkle", "wrinkle")},
    ("eye", "droop"): "lid_droop",
    ("eye", "round"): "5:.7",
    ("eye", "blink"): "blink",
    ("eye", "roll"): "eyes_up:.9",
    ("eye", "raise"): "eyes_up",
    ("eye", "up"): "eyes_up",
    ("eye", "upcast"): "eyes_up",
    **{("eye", move): "eyes_down" for move in ("lower", "down", "downcast", "drop")},
    **{("eye", move): "eyes_turn" for move in ("turn", "avert", "away", "aside", "slide", "left", "right")},
    **{("eye", move): "!eyes_turn !eyes_up !eyes_down" for move in ("ahead",)},
    **{("gaze", move): "eyes_up" for move in ("raise", "up", "upcast")},
    **{("gaze", move): "eyes_down" for move in ("lower", "down", "downcast", "drop", "bow")},
    **{("gaze", move): "eyes_turn" for move in ("turn", "avert", "away", "aside", "slide", "left", "right")},
    **{("gaze", move): "!eyes_turn !eyes_up !eyes_down" for move in ("ahead",)},
    # cheeks and nose
    **{("cheek", move): "6" for move in ("raise", "up", "crinkle", "wrinkle", "tighten", "bunch", "knit")},
    **{("cheek", move): "34" for move in ("puff", "out", "widen", "push")},
    **{("cheek", move): "cheek_suck" for move in ("suck", "hollow", "in", "bite")},
    ("cheek", "dimple"): "14",
    **{
        ("nose", move): "9"
        for move in ("wrinkle", "crinkle", "raise", "curl", "up", "knit", "narrow", "tighten", "twitch")
    },
    **{("nostril", move): "38" for move in ("flare", "widen", "open", "raise", "puff", "twitch")},
    ("nose", "flare"): "38",
    ("brow", "twist"): "",
    **{("nostril", move): "9" for move in ("wrinkle", "curl")},
    **{("nasolabial", move): "11" for move in ("deepen", "tighten", "wrinkle", "raise", "bare", "crinkle", "pull")},
    # lips and mouth
    **{("upper_lip", move): "10" for move in ("raise", "up", "curl", "pull", "wrinkle", "twitch", "arch")},
    ("upper_lip", "quiver"): "10 17-",
    **{("lower_lip", move): "16" for move in ("lower", "down", "drop", "pull")},
    **{("lower_lip", move): "17 18-" for move in ("stick_out", "out", "thrust", "push")},
    ("lower_lip", "raise"): "17",
    ("lower_lip", "up"): "17",
    **{(lip, "bite"): "32" for lip in ("lip", "lower_lip", "upper_lip")},
    **{(lip, move): "28" for lip in ("lip", "lower_lip", "upper_lip", "mouth") for move in ("suck", "in", "hollow")},
    **{(lip, "quiver"): "17 15-" for lip in ("lip", "lower_lip", "chin", "mouth", "corner")},
    **{(lip, "twitch"): "12:.3" for lip in ("lip", "mouth", "corner")},
    **{("lip", move): "24" for move in ("press", "close_tight", "together", "clench", "clamp", "knit")},
    **{(lip, "press"): "24" for lip in ("mouth", "lower_lip", "upper_lip")},
    **{("lip", move): "23" for move in ("tighten", "narrow")},
    **{("mouth", move): "23" for move in ("tighten", "narrow", "clench")},
    ("upper_lip", "tighten"): "23",
    ("lower_lip", "tighten"): "23",
    **{("lip", move): "25" for move in ("part", "open", "apart", "half_open")},
    **{("lip", move): "18" for move in ("pucker",)},
    ("mouth", "pucker"): "18",
    **{(lip, move): "22" for lip in ("lip", "mouth") for move in ("funnel", "round", "flare")},
    **{(lip, move): "22 18-" for lip in ("lip", "mouth") for move in ("thrust", "out", "stick_out")},
    **{("lip", move): "20" for move in ("stretch", "back", "widen", "wide")},
    ("mouth", "stretch"): "27",
    ("mouth", "back"): "20",
    **{("corner", move): "20" for move in ("back", "apart", "out", "widen")},
    **{("corner", move): "12" for move in ("raise", "up", "pull", "stretch", "curl", "arch", "cock")},
    **{("corner", move): "15" for move in ("lower", "down", "drop", "droop", "depress", "bow")},
    **{("corner", move): "14" for move in ("tighten", "dimple", "tuck", "in", "suck", "press")},
    **{("mouth", move): "12" for move in ("up", "raise", "arch")},
    **{("lip", move): "12" for move in ("arch",)},
    **{("lip", move): "10" for move in ("raise", "curl", "up")},
    ("mouth", "curl"): "12",
    **{("mouth", move): "15" for move in ("down", "lower", "droop", "bow")},
    **{("lip", move): "15" for move in ("down", "lower", "droop")},
    **{("mouth", move): "26 25-" for move in ("open", "gape", "drop", "widen_small")},
    ("mouth", "part"): "25",
    ("mouth", "widen"): "27:.85",
    ("mouth", "slide"): "mouth_sideways",
    ("lip", "slide"): "mouth_sideways",
    ("mouth", "left"): "mouth_sideways",
    ("mouth", "right"): "mouth_sideways",
    ("lip", "left"): "mouth_sideways",
    ("lip", "right"): "mouth_sideways",
    **{(lip, "close"): "!25 !26 !27" for lip in ("lip", "mouth")},
    # chin, jaw, teeth, tongue, neck
    **{
        ("chin", move): "17"
        for move in ("raise_passive", "wrinkle", "bunch", "knit", "tighten", "crinkle", "press", "dimple", "pucker")
    },
    **{
        ("chin_boss", move): "17"
        for move in ("raise", "up", "wrinkle", "bunch", "knit", "tighten", "crinkle", "press", "pull")
    },
    **{("chin", move): "head_up" for move in ("raise", "up", "lift")},
    **{("chin", move): "head_down" for move in ("lower", "down", "drop", "bow", "tuck", "in", "suck")},
    ("chin", "thrust"): "29",
    ("chin", "out"): "29",
    ("chin", "stick_out"): "29",
    ("chin", "forward"): "29",
    **{("jaw", move): "26" for move in ("drop", "lower", "open", "down", "gape", "droop", "relax_open", "part")},
    ("jaw", "widen"): "26:.9",
    **{("jaw", move): "29" for move in ("thrust", "out", "forward", "stick_out")},
    **{("jaw", move): "30" for move in ("slide", "left", "right", "turn", "aside", "tilt")},
    **{
        ("jaw", move): "31"
        for move in (
            "clench",
            "tighten",
            "press",
            "bite",
            "twitch",
            "close_tight",
            "knit",
            "flex",
        )
    },
    ("jaw", "close"): "!26 !27",
    **{("teeth", move): "31" for move in ("clench", "press", "together", "tighten", "close", "bite")},
    **{("teeth", move): "25:.8 10- 16-" for move in ("bare", "upcast_bare")},
    **{("upper_teeth", move): "10 25-" for move in ("bare",)},
    **{("teeth", move): "26:.4" for move in ("part", "open", "apart")},
    **{("tongue", move): "19" for move in ("stick_out", "out", "thrust", "bare")},
    **{("neck", move): "21" for move in ("tighten", "tense", "stretch", "clench", "wrinkle", "strain")},
    # head
    **{("head", move): "head_turn" for move in ("turn", "left", "right", "away", "aside", "avert")},
    **{("head", move): "head_tilt" for move in ("tilt", "cock", "slide", "arch")},
    **{("head", move): "head_up" for move in ("raise", "up", "upcast")},
    **{("head", move): "head_down" for move in ("bow", "lower", "down", "drop", "droop", "downcast")},
    **{("head", move): "head_forward" for move in ("forward", "thrust", "stick_out")},
    **{("head", move): "head_back" for move in ("back", "throw_back")},
    ("head", "nod"): "nod",
    ("head", "shake"): "head_shake",
    ("head", "ahead"): "!head_turn !head_tilt",
    ("head", "quiver"): "head_shake:.3",
    # whole and half faces
    ("face", "contort"): "4 7 9 20-",
    ("brow", "waggle"): "1 2",
    ("lip", "cock"): "12 one",
    ("mouth", "cock"): "12 one",
    ("mouth", "contort"): "mouth_sideways",
    ("lip", "contort"): "mouth_sideways",
    ("face", "turn"): "head_turn",
    ("face", "wrinkle"): "9 4 7 6-",
    ("face", "knit"): "9 4 7 6-",
    ("face", "tighten"): "strained2",
    ("face", "up"): "head_up",
    ("face", "raise"): "head_up",
    ("face", "down"): "head_down",
    ("face", "left"): "head_turn",
    ("face", "right"): "head_turn",
    ("face", "away"): "head_turn",
    ("face", "drop"): "sad2",
    ("face", "still"): "neutral1 energy-.5",
    ("face", "relax"): "neutral1",
    ("face", "ahead"): "neutral1 energy-.5",
    ("face", "bow"): "head_down",
    ("face", "lower"): "head_down",
}

PART_ACTIONS: Final[dict[str, str]] = {
    "brow": "1 2 4",
    "inner_brow": "1",
    "outer_brow": "2",
    "forehead": "1 2 4",
    "lid": "5 7",
    "upper_lid": "5",
    "lower_lid": "7",
    "eye": "5 7",
    "gaze": "eyes_turn eyes_up eyes_down",
    "cheek": "6 34 14",
    "nose": "9",
    "nostril": "38",
    "nasolabial": "11",
    "lip": "18 20 22 23 24 28 32",
    "upper_lip": "10",
    "lower_lip": "16 17",
    "corner": "12 14 15",
    "mouth": "12 15 18 20 22 23 24",
    "chin": "17",
    "chin_boss": "17",
    "jaw": "26 27 29 jaw_sideways 31",
    "teeth": "31",
    "tongue": "19",
    "neck": "21",
    "head": "head_turn head_tilt head_up head_down nod head_shake",
    "upper_face": "1 2 4 5 6 7",
    "lower_face": "9 10 12 14 15 16 17 18 20 22 23 24 25 26 27",
}
"""What is held still where a part is to rest, relax or not to move."""

DEFAULT_PART: Final[dict[str, str]] = {
    "knit": "brow",
    "cock": "brow",
    "pucker": "lip",
    "clench": "jaw",
    "turn": "head",
    "tilt": "head",
    "nod": "head",
    "shake": "head",
    "bow": "head",
    "blink": "eye",
    "avert": "gaze",
    "gape": "mouth",
    "downcast": "gaze",
    "upcast": "gaze",
    "puff": "cheek",
}
"""Part meant where a movement comes without one."""

DIRECTIONS: Final[dict[str, str]] = {
    "up": "up, upward, upwards, aloft",
    "down": "down, downward, downwards",
    "together": "together",
    "apart": "apart",
    "back": "back, backward, backwards",
    "forward": "forward, forwards, ahead",
    "out": "out, outward, outwards",
    "in": "in, inward, inwards",
    "away": "away, elsewhere, off to side, out of window, into distance, off camera, into the distance, off",
    "aside": """
        aside, sideways, to side, to one side, askance, sidelong, sideward, from the side, to the side, side to
        side, left and right, around, off to the side
    """,
}
