# SPDX-License-Identifier: GPL-3.0-or-later
"""Random instructions as slots: what people might ask of a face, for corpora and tests."""

from __future__ import annotations

from typing import Final

import numpy as np

from .facial_actions import ACTION, ACTION_TABLE, BASIC_EMOTIONS, MOODS
from .slots import LEVEL_AMOUNT, MID, STRONG, WEAK, Action, Emotion, FaceState, Region, Side, Slots

_EXCLUSIVE: Final[tuple[frozenset[str], ...]] = tuple(
    frozenset(group.split())
    for group in (
        "jaw_drop mouth_stretch jaw_clencher tongue_show",
        "lips_part lip_pressor lip_suck lip_tightener lip_bite mouth_stretch tongue_show jaw_drop lip_pucker",
        "lip_pucker lip_funneler lip_stretcher mouth_stretch lip_suck",
        "eyes_closed lid_droop upper_lid_raiser wink",
        "eyes_closed wink blink",
        "lid_tightener upper_lid_raiser",
        "eyes_up eyes_down",
        "head_up head_down head_back",
        "head_forward head_back",
        "nod head_shake",
        "cheek_puff cheek_suck dimpler",
        "lip_corner_puller lip_corner_depressor",
        "jaw_sideways mouth_sideways jaw_thrust",
    )
)
"""Actions that no face does at once."""


def random_slots(random: np.random.Generator, changes: float = 0.12) -> Slots:
    """Slots as people might ask for; `changes` is the share of instructions that go from state to state."""
    count = 1 if random.random() >= changes else int(random.integers(2, 4))
    states: list[FaceState] = []
    while len(states) < count:
        state = _random_state(random, simple=count > 1)
        if not state.empty and (not states or state != states[-1]):
            states.append(state)
    return Slots(tuple(states))


def _random_state(random: np.random.Generator, simple: bool) -> FaceState:
    emotions: list[Emotion] = []
    if random.random() < 0.75:
        emotions.append(_random_emotion(random))
        if random.random() < 0.1:
            emotions.append(_random_emotion(random))
    if not simple and random.random() < 0.06:
        name = str(random.choice([n for n in BASIC_EMOTIONS if n != "neutral" and all(e.name != n for e in emotions)]))
        emotions.append(Emotion(name, 0.0, negated=True))
    most = 2 if simple else 4
    actions: list[Action] = []
    names: list[str] = []
    for _ in range(int(random.integers(0 if emotions else 1, most + 1))):
        name = ACTION_TABLE[int(random.integers(len(ACTION_TABLE)))].name
        if name in names or any(name in group and group & set(names) for group in _EXCLUSIVE):
            continue
        names.append(name)
        actions += _random_actions(name, random)
    energy = float(random.choice([0.6, -0.5])) if not simple and random.random() < 0.08 else 0.0
    return FaceState.of(emotions, actions, energy)


def _random_emotion(random: np.random.Generator) -> Emotion:
    basic = random.random() < 0.7
    name = str(random.choice(BASIC_EMOTIONS if basic else MOODS))
    level = 1 if name == "neutral" else int(random.integers(1, 4))
    region = Region.ALL
    if random.random() < 0.04 and name not in ("neutral",):
        region = Region.UPPER if random.random() < 0.7 else Region.LOWER
    return Emotion(name, LEVEL_AMOUNT[level], region)


def _random_actions(name: str, random: np.random.Generator) -> list[Action]:
    facial = ACTION[name]
    degree = float(random.choice([WEAK, MID, STRONG]))
    if name == "wink" or (name == "eyes_closed" and degree == STRONG):
        degree = 1.0
    if facial.directed:
        side = Side.LEFT if random.random() < 0.5 else Side.RIGHT
        return [Action(name, degree, side)]
    if random.random() < 0.1:
        return [Action(name, 0.0, Side.BOTH, negated=True)]
    if name == "wink" or (facial.sided and random.random() < 0.2):
        side = Side.LEFT if random.random() < 0.5 else Side.RIGHT
        pair = [Action(name, degree, side)]
        if name != "wink" and random.random() < 0.3:
            pair.append(Action(name, 0.0, side.other, negated=True))
        return pair
    if name == "inner_brow_raiser" and random.random() < 0.5:
        return [Action(name, degree), Action("outer_brow_raiser", degree)]
    if name == "lip_corner_puller" and degree > WEAK and random.random() < 0.6:
        return [Action(name, degree), Action("cheek_raiser", WEAK if degree == MID else MID)]
    return [Action(name, degree)]
