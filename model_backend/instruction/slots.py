# SPDX-License-Identifier: GPL-3.0-or-later
"""The meaning of an instruction as slots, and the same as a vector of fixed length.

A face state holds emotions with their level, actions of face parts with degree and side, what must not
happen, and an overall energy. An instruction is one state or up to `MAX_STATES` in succession ("from calm
to furious"). Everything is put into one canonical form, so that two sentences that mean the same are equal.

Layout of `state_vector` (`STATE_SIZE` float32):

* for each of `EMOTIONS`: amount on the upper face, amount on the lower face, 1 where it is excluded;
* for each of `ACTIONS`: degree left, degree right, 1 where the left is held still, 1 where the right is;
* energy, -1..1.

`slots_vector` (`SLOTS_SIZE`) is the number of states divided by `MAX_STATES`, then `MAX_STATES` state vectors;
those beyond the last repeat the last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .facial_actions import ACTION, ACTION_INDEX, ACTIONS, EMOTION_INDEX, EMOTIONS

FloatArray = NDArray[np.float32]

MAX_STATES: Final = 3

LEVEL_AMOUNT: Final[dict[int, float]] = {1: 0.35, 2: 0.65, 3: 0.95}
"""Amount of an emotion at MEAD's three levels."""
LEVEL_LIMITS: Final = (0.5, 0.8)
"""Amounts from which level 2 and level 3 begin."""

WEAK, MID, STRONG = 0.30, 0.55, 0.90
"""Degree of an action that is called slight, fair and strong, as a share of its full extent."""
DEGREE_LIMITS: Final = (0.43, 0.72)
"""Degrees from which mid and strong begin."""
ENERGY_LIMIT: Final = 0.25
"""Energy from which an instruction counts as lively, or below its negative as subdued."""


class Side(StrEnum):
    """Half of the face, the character's own left and right; for directed actions, the direction."""

    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Side:
        return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}.get(self, Side.BOTH)


class Region(StrEnum):
    """Part of the face that shows an emotion: "sad eyes" are sad in the upper face only."""

    ALL = "all"
    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True)
class Emotion:
    """An emotion or mood with its amount, 0..1; an excluded one ("not happy") has amount 0."""

    name: str
    amount: float
    region: Region = Region.ALL
    negated: bool = False

    @property
    def level(self) -> int:
        """1, 2 or 3; 0 where excluded."""
        return 0 if self.negated else 1 + sum(self.amount >= limit for limit in LEVEL_LIMITS)


@dataclass(frozen=True)
class Action:
    """An action of a face part with its degree, 0..1; one that must not happen has degree 0."""

    name: str
    degree: float
    side: Side = Side.BOTH
    negated: bool = False

    @property
    def strength(self) -> int:
        """1 weak, 2 mid, 3 strong; 0 where held still."""
        return 0 if self.negated else 1 + sum(self.degree >= limit for limit in DEGREE_LIMITS)


@dataclass(frozen=True)
class FaceState:
    """One state of the face. Make it with `FaceState.of`, which puts it into canonical form."""

    emotions: tuple[Emotion, ...] = ()
    actions: tuple[Action, ...] = ()
    energy: float = 0.0

    @staticmethod
    def of(emotions: Iterable[Emotion] = (), actions: Iterable[Action] = (), energy: float = 0.0) -> FaceState:
        """The canonical state: one entry an emotion and action where possible, in table order.

        Of two that ask for the same, the stronger counts; of one that asks and one that forbids, the later.
        Raises `ValueError` for names that are not in the tables.
        """
        faces: dict[str, dict[Region, float]] = {}
        for emotion in emotions:
            if emotion.name not in EMOTION_INDEX:
                raise ValueError(f"no emotion is called {emotion.name!r}")
            if emotion.negated or emotion.amount <= 0.0:
                if emotion.negated:
                    faces[emotion.name] = {}
                continue
            shown = faces.setdefault(emotion.name, {})
            regions = (Region.UPPER, Region.LOWER) if emotion.region is Region.ALL else (emotion.region,)
            for region in regions:
                shown[region] = max(shown.get(region, 0.0), min(float(emotion.amount), 1.0))
        sides: dict[tuple[str, Side], float | None] = {}
        for action in actions:
            if action.name not in ACTION_INDEX:
                raise ValueError(f"no action is called {action.name!r}")
            for side in _halves(action):
                key = (action.name, side)
                if action.negated:
                    sides[key] = None
                elif action.degree > 0.0:
                    sides[key] = max(sides.get(key) or 0.0, min(float(action.degree), 1.0))
        return FaceState(
            tuple(entry for name in EMOTIONS if name in faces for entry in _emotion_entries(name, faces[name])),
            tuple(entry for name in _in_order(sides) for entry in _action_entries(name, sides)),
            float(min(max(energy, -1.0), 1.0)),
        )

    @property
    def empty(self) -> bool:
        return not (self.emotions or self.actions or self.energy)

    def emotion(self, name: str) -> Emotion | None:
        """The first entry for an emotion, if there is one."""
        return next((entry for entry in self.emotions if entry.name == name), None)

    def degree(self, name: str, side: Side = Side.BOTH) -> float:
        """Largest degree asked of an action on a side."""
        return max(
            (
                entry.degree
                for entry in self.actions
                if entry.name == name and (side is Side.BOTH or entry.side in (side, Side.BOTH))
            ),
            default=0.0,
        )


@dataclass(frozen=True)
class Slots:
    """The meaning of an instruction: one face state, or several in succession."""

    states: tuple[FaceState, ...] = (FaceState(),)

    def __post_init__(self) -> None:
        if not 1 <= len(self.states) <= MAX_STATES:
            raise ValueError(f"an instruction has 1 to {MAX_STATES} states, not {len(self.states)}")

    @property
    def empty(self) -> bool:
        return all(state.empty for state in self.states)

    @property
    def last(self) -> FaceState:
        return self.states[-1]


def _in_order(sides: dict[tuple[str, Side], float | None]) -> list[str]:
    return sorted({name for name, _ in sides}, key=ACTION_INDEX.__getitem__)


def _halves(action: Action) -> tuple[Side, ...]:
    facial = ACTION[action.name]
    if not facial.sided:
        return (Side.BOTH,)
    if action.side is not Side.BOTH:
        return (action.side,)
    if facial.directed and not action.negated:
        return (Side.LEFT,)  # a direction that is left open; any will do, and always the same
    return (Side.LEFT, Side.RIGHT)


def _emotion_entries(name: str, shown: dict[Region, float]) -> list[Emotion]:
    if not shown:
        return [Emotion(name, 0.0, negated=True)]
    if len(shown) == 2 and shown[Region.UPPER] == shown[Region.LOWER]:
        return [Emotion(name, shown[Region.UPPER])]
    return [Emotion(name, shown[region], region) for region in (Region.UPPER, Region.LOWER) if region in shown]


def _action_entries(name: str, sides: dict[tuple[str, Side], float | None]) -> list[Action]:
    found = {side: sides[name, side] for side in Side if (name, side) in sides}
    if (
        len(found) == 2
        and found[Side.LEFT] == found[Side.RIGHT]
        and not (ACTION[name].directed and found[Side.LEFT] is not None)
    ):
        found = {Side.BOTH: found[Side.LEFT]}
    return [Action(name, degree or 0.0, side, negated=degree is None) for side, degree in found.items()]


def same_meaning(a: Slots, b: Slots) -> bool:
    """Whether two instructions mean the same: equal entries, with levels, degrees and energy equal by class."""
    return [_classes(state) for state in a.states] == [_classes(state) for state in b.states]


def _classes(state: FaceState) -> tuple[frozenset[object], frozenset[object], int]:
    # Sides and regions are compared one by one: left .50 and right .55 are the same class on both sides.
    emotions = {
        (e.name, region, e.level)
        for e in state.emotions
        for region in ((Region.UPPER, Region.LOWER) if e.region is Region.ALL else (e.region,))
    }
    actions = {
        (a.name, side, a.strength)
        for a in state.actions
        for side in ((Side.LEFT, Side.RIGHT) if a.side is Side.BOTH else (a.side,))
    }
    energy = int(state.energy >= ENERGY_LIMIT) - int(state.energy <= -ENERGY_LIMIT)
    return frozenset(emotions), frozenset(actions), energy


# -- the vector form -------------------------------------------------------------------------------------------

_EMOTION_COLUMNS, _ACTION_COLUMNS = 3, 4
_ACTIONS_AT = _EMOTION_COLUMNS * len(EMOTIONS)
_ENERGY_AT = _ACTIONS_AT + _ACTION_COLUMNS * len(ACTIONS)
STATE_SIZE: Final = _ENERGY_AT + 1
SLOTS_SIZE: Final = 1 + MAX_STATES * STATE_SIZE


def state_vector(state: FaceState) -> FloatArray:
    """A state as (`STATE_SIZE`,) float32, in the layout of this module's head."""
    vector = np.zeros(STATE_SIZE, np.float32)
    for emotion in state.emotions:
        at = _EMOTION_COLUMNS * EMOTION_INDEX[emotion.name]
        if emotion.negated:
            vector[at + 2] = 1.0
        if emotion.region is not Region.LOWER:
            vector[at] = emotion.amount
        if emotion.region is not Region.UPPER:
            vector[at + 1] = emotion.amount
    for action in state.actions:
        at = _ACTIONS_AT + _ACTION_COLUMNS * ACTION_INDEX[action.name]
        for half, side in enumerate((Side.LEFT, Side.RIGHT)):
            if action.side in (side, Side.BOTH):
                vector[at + half] = action.degree
                vector[at + 2 + half] = float(action.negated)
    vector[_ENERGY_AT] = state.energy
    return vector


def state_of_vector(vector: FloatArray, threshold: float = 0.02) -> FaceState:
    """The state a vector stands for; amounts below `threshold` are left out, marks from 0.5 count.

    Exact for what `state_vector` made, up to float32. Raises `ValueError` for another length.
    """
    values = np.nan_to_num(np.asarray(vector, np.float64), posinf=1.0, neginf=0.0)
    if values.shape != (STATE_SIZE,):
        raise ValueError(f"a state vector has {STATE_SIZE} values, not {values.shape}")
    emotions: list[Emotion] = []
    for i, name in enumerate(EMOTIONS):
        upper, lower, excluded = values[_EMOTION_COLUMNS * i : _EMOTION_COLUMNS * (i + 1)]
        if excluded >= 0.5:
            emotions.append(Emotion(name, 0.0, negated=True))
        else:
            emotions += [
                Emotion(name, float(amount), region)
                for region, amount in ((Region.UPPER, upper), (Region.LOWER, lower))
                if amount >= threshold
            ]
    actions: list[Action] = []
    for i, name in enumerate(ACTIONS):
        at = _ACTIONS_AT + _ACTION_COLUMNS * i
        for half, side in enumerate((Side.LEFT, Side.RIGHT)):
            if values[at + 2 + half] >= 0.5:
                actions.append(Action(name, 0.0, side, negated=True))
            elif values[at + half] >= threshold:
                actions.append(Action(name, float(values[at + half]), side))
    return FaceState.of(emotions, actions, float(values[_ENERGY_AT]))


def slots_vector(slots: Slots) -> FloatArray:
    """An instruction as (`SLOTS_SIZE`,) float32, in the layout of this module's head."""
    states = slots.states + (slots.last,) * (MAX_STATES - len(slots.states))
    count = np.float32(len(slots.states) / MAX_STATES)
    return np.concatenate([[count], *(state_vector(state) for state in states)]).astype(np.float32)


def slots_of_vector(vector: FloatArray, threshold: float = 0.02) -> Slots:
    """The instruction a vector stands for. Raises `ValueError` for another length."""
    values = np.asarray(vector)
    if values.shape != (SLOTS_SIZE,):
        raise ValueError(f"an instruction vector has {SLOTS_SIZE} values, not {values.shape}")
    count = round(float(np.nan_to_num(values[0])) * MAX_STATES)
    parts = values[1:].reshape(MAX_STATES, STATE_SIZE)[: min(max(count, 1), MAX_STATES)]
    return Slots(tuple(state_of_vector(part, threshold) for part in parts))
