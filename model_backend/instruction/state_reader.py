# SPDX-License-Identifier: GPL-3.0-or-later
"""One state of the face from its chunks: what a chunk lacks, it takes from its neighbours."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from .chunks import Chunk, bind_chunk, chunks_of, mark_used, sort_chunk
from .combining import combine, one_of_a_pair, usual_degree
from .face_words import PART_ACTIONS
from .facial_actions import ACTION
from .grading import clipped, grade_chunk, graded
from .lexicon import COMPANION, ActionSpec, Meaning, lexicon, parse_meaning
from .neighbours import Neighbours
from .scanner import Item
from .slots import LEVEL_AMOUNT, MID, STRONG, Action, Emotion, FaceState, Region, Side

CUE_AMOUNT: Final = LEVEL_AMOUNT[2]
"""Amount of a feeling that an image or a situation suggests."""

FADED: Final = 0.35
"""Share of a growing expression that is there at the beginning."""


_HALVED = frozenset({"corner", "mouth", "lip", "cheek", "eye", "face", "lid"})
"""Parts whose side is the side of the expression beside them: "smiles with the left corner"."""


_ONE_SIDED: Final = {
    "contempt": (("lip_corner_puller", 0.6), ("dimpler", 0.85)),
    "smug": (("lip_corner_puller", 0.7), ("dimpler", 0.6)),
    "sarcastic": (("lip_corner_puller", 0.55),),
}
"""Feelings that show on one side, so that a side can be said of them."""


_TIGHT: Final = 0.7
"""Degree from which closed lips are pressed lips."""


_ALL_OR_NOTHING = frozenset({"eyes_closed", "wink"})
"""Actions that are complete where they are strong: a tightly closed eye is closed."""


class StateReader:
    """The emotions and actions that one stretch of items asks for."""

    def __init__(self, items: list[Item]) -> None:
        self.emotions: list[Emotion] = []
        self.actions: list[Action] = []
        self.energies: list[float] = []
        self.changing: list[tuple[str, list[Emotion], list[Action]]] = []
        self.chunks = chunks_of(items)
        for i, chunk in enumerate(self.chunks):
            before = self.chunks[i - 1] if i and chunk.joiner in ("and", "or", "comma") else None
            sort_chunk(chunk, before)
        self.around = Neighbours(self.chunks)
        self.around.carry_negation()
        for chunk in self.chunks:
            bind_chunk(chunk)
        self.around.bind_across()
        for i, chunk in enumerate(self.chunks):
            grade_chunk(chunk, self.around.neighbour(i, 1), self.around.neighbour(i, -1))
        for i, chunk in enumerate(self.chunks):
            self._act(i, chunk)
        self._suggest()

    # results

    def state(self, common: StateReader | None = None) -> FaceState:
        """The canonical state, with what holds throughout added before."""
        emotions, actions = list(self.emotions), list(self.actions)
        energies = list(self.energies)
        if common is not None:
            emotions, actions = common.emotions + emotions, common.actions + actions
            energies = common.energies + energies
        energy = max(energies, key=abs) if energies else 0.0
        return FaceState.of(emotions, actions, energy)

    def states(self, common: StateReader, last: bool) -> list[FaceState]:
        """One state, or two where something grows or fades."""
        full = self.state(common)
        if not self.changing or (self.changing[0][0] == "fades" and not last):
            return [full]
        emotions, actions = list(full.emotions), list(full.actions)
        kind = self.changing[0][0]
        touched_emotions = {e.name for _, es, _ in self.changing for e in es}
        touched_actions = {a.name for _, _, actions_ in self.changing for a in actions_}
        if kind == "grows":
            less = FaceState.of(
                [replace(e, amount=e.amount * (FADED if e.name in touched_emotions else 1.0)) for e in emotions],
                [replace(a, degree=a.degree * (FADED if a.name in touched_actions else 1.0)) for a in actions],
                full.energy,
            )
            return [less, full]
        gone = FaceState.of(
            [replace(e, amount=0.0, negated=True) if e.name in touched_emotions else e for e in emotions],
            [replace(a, degree=0.0, negated=True) if a.name in touched_actions else a for a in actions],
            full.energy,
        )
        return [full, gone]

    # meaning

    def _act(self, i: int, chunk: Chunk) -> None:
        emotions, actions = len(self.emotions), len(self.actions)
        for part, move in chunk.bound:
            self._move(chunk, part, move)
        for item in chunk.meanings:
            self._mean(i, chunk, item)
        if (chunk.denied or chunk.excepted) and not chunk.bound:
            for part in chunk.parts:
                if part.value in PART_ACTIONS and not chunk.meanings:
                    part.used = True
                    for name, side in part.parts:
                        meaning = parse_meaning(PART_ACTIONS.get(name, ""))
                        self.actions += [Action(a.name, 0.0, side, negated=True) for a in meaning.actions]
        if chunk.only is not None and chunk.parts and not chunk.bound and not chunk.meanings and self.emotions:
            region = _REGION_OF.get(chunk.parts[0].value)
            if region is not None:  # "angry, but ONLY IN THE EYES"
                self.emotions[-1] = replace(self.emotions[-1], region=region)
                mark_used((chunk.only, chunk.parts[0]))
        if chunk.denied and (len(self.emotions) > emotions or len(self.actions) > actions):
            mark_used(chunk.negations)
        if chunk.changed and (len(self.emotions) > emotions or len(self.actions) > actions):
            self.changing.append((chunk.changed, self.emotions[emotions:], self.actions[actions:]))
            mark_used(item for item in chunk.items if item.kind in ("grows", "fades"))

    def _move(self, chunk: Chunk, part: Item, move: Item) -> None:
        combination = combine(part, move)
        if not combination:
            return
        own = chunk.side
        denied = _denied(chunk, move)
        mark_used((part, move, *chunk.sides))
        mark_used(part.modifiers)
        degree = move.degree
        if move not in chunk.moves and chunk.degrees and not chunk.moves:
            degree = chunk.degrees[-1].value
            mark_used(chunk.degrees)
        for name, side, candidate, meaning in combination:
            chosen = side if side is not Side.BOTH else (own or Side.BOTH)
            if chosen is Side.BOTH and (meaning.one_sided or one_of_a_pair(part, candidate)):
                chosen = Side.LEFT
            if candidate in ("still", "relax", "move"):
                # "keeps the brows still" and "does not move the brows" hold; "moves the brows" says nothing
                if (candidate == "move") != denied:
                    continue
                if name in PART_ACTIONS:
                    held = parse_meaning(PART_ACTIONS[name])
                    self.actions += [Action(a.name, 0.0, chosen, negated=True) for a in held.actions]
                    continue
            if candidate == "close" and name in ("lip", "mouth") and not denied and (degree or 0.0) >= _TIGHT:
                meaning = parse_meaning("24 !25 !26 !27")  # "lips tightly closed"
            for emotion in meaning.emotions:
                self._feel(emotion, degree, denied)
            if meaning.energy:
                self.energies.append(meaning.energy)
            for spec in meaning.actions:
                amount = degree if degree is not None else usual_degree(spec, move, candidate)
                self._add(spec, amount, chosen, denied, chunk.only)

    def _mean(self, i: int, chunk: Chunk, item: Item) -> None:
        meaning: Meaning = item.value
        denied = _denied(chunk, item) or item.negated
        item.used = True
        side = chunk.side or self._side_of_part(i, chunk)
        if meaning.one_sided and side in (None, Side.BOTH):
            side = Side.LEFT
        region = _region(chunk, item)
        for emotion in meaning.emotions:
            self._feel(replace(emotion, region=region or emotion.region), item.degree, denied)
            if side is not None and side is not Side.BOTH and emotion.name in _ONE_SIDED and not denied:
                amount = graded(emotion.amount, item.degree)
                self.actions += [Action(n, weight * amount, side) for n, weight in _ONE_SIDED[emotion.name]]
                mark_used(chunk.sides)
        if meaning.energy and not denied:
            scale = 1.0 if item.degree is None else float(np.interp(item.degree, (0.1, 0.55, 1.0), (0.6, 1.0, 1.6)))
            self.energies.append(meaning.energy * scale)
        for spec in meaning.actions:
            base = spec.degree if spec.degree is not None else MID
            said = base if item.degree is None else clipped(item.degree + 0.4 * (base - MID))
            if spec.companion and item.degree is None and spec.degree is None:
                # companions of strong words ("grin") go with the strongest of them
                said = max((s.degree or MID for s in meaning.actions), default=MID)
            mark_used(chunk.sides)
            self._add(spec, said, side or Side.BOTH, denied, chunk.only)

    def _side_of_part(self, i: int, chunk: Chunk) -> Side | None:
        """ "Smiles WITH THE LEFT CORNER of the mouth", "winks with her RIGHT EYE"."""
        following = self.around.neighbour(i, 1)
        near = following if following is not None and following.joiner == "with" and not following.meanings else None
        for other in (chunk, near):
            if other is None:
                continue
            bound = {id(part) for part, _ in other.bound}
            for part in other.parts:
                sides = {side for _, side in part.parts}
                if id(part) not in bound and len(sides) == 1 and Side.BOTH not in sides and part.value in _HALVED:
                    part.used = True
                    if other.only is not None:
                        chunk.only = other.only
                    return sides.pop()
        return None

    def _feel(self, emotion: Emotion, degree: float | None, denied: bool) -> None:
        if emotion.negated or denied:
            self.emotions.append(Emotion(emotion.name, 0.0, negated=not (emotion.negated and denied)))
            return
        self.emotions.append(replace(emotion, amount=graded(emotion.amount, degree)))

    def _add(self, spec: ActionSpec, degree: float, side: Side, denied: bool, only: Item | None) -> None:
        facial = ACTION[spec.name]
        if spec.side is not Side.BOTH:
            side = side if side is not Side.BOTH else spec.side
        if spec.companion:
            degree = min(degree, STRONG) - COMPANION
            held = any(action.negated and action.name == spec.name for action in self.actions)
            if denied or held or degree < 0.2:
                return  # "not smiling" says nothing about the cheeks; held cheeks stay
        if denied and (spec.negated or (side is not Side.BOTH and not facial.sided)):
            return  # "the right cheek is puffed, the left is not": puffing has no sides
        if denied or spec.negated:
            self.actions.append(Action(spec.name, 0.0, side, negated=True))
            return
        if spec.name in _ALL_OR_NOTHING and degree >= 0.72:
            degree = 1.0
        self.actions.append(Action(spec.name, clipped(degree), side))
        if only is not None and side is not Side.BOTH and facial.sided and not facial.directed:
            only.used = True
            self.actions.append(Action(spec.name, 0.0, side.other, negated=True))

    def _suggest(self) -> None:
        """Images and situations count only where nothing else is asked for."""
        if any(not action.negated for action in self.actions):
            return
        for chunk in self.chunks:
            for item in chunk.items:
                if item.kind == "cue" and not self.emotions:
                    item.used = True
                    if not any(negation.first < item.first for negation in chunk.negations):
                        self.emotions.append(Emotion(item.value, graded(CUE_AMOUNT, item.degree)))
                    return


def _denied(chunk: Chunk, item: Item) -> bool:
    """Whether negation reaches an item: one before it in the chunk, one that was carried on, or one at the end."""
    if chunk.carried_negation:
        return True
    if not chunk.negations:
        return False
    if any(n.first < item.first for n in chunk.negations):
        return True
    inherited = item not in chunk.moves and item not in chunk.meanings
    last = chunk.negations[-1]
    trailing = all(other.first < last.first for other in (*chunk.moves, *chunk.meanings))
    return inherited or trailing


def _adverb(item: Item) -> bool:
    """ "sadly" against "jolly": an adverb comes from another word."""
    return item.words[-1].endswith("ly") and item.words[-1] in lexicon().bases


def _region(chunk: Chunk, item: Item) -> Region | None:
    """ "sad eyes", "her eyes are angry": the feeling shows in that part of the face only."""
    words = item.value
    if not words.emotions or words.actions:
        return None
    bound = {id(part) for part, _ in chunk.bound}
    for part in chunk.parts:
        if id(part) in bound:
            continue
        region = _REGION_OF.get(part.value)
        close = (
            (part.inside and 0 < part.first - item.last <= 3)
            or part.first - item.last == 1
            or (item.first - part.last <= 3 and item.first > part.last and len(chunk.items) <= 3)
        )
        if region is not None and close and not _adverb(item):
            part.used = True
            return region
    return None


_REGION_OF: Final = {
    "eye": Region.UPPER,
    "brow": Region.UPPER,
    "forehead": Region.UPPER,
    "mouth": Region.LOWER,
    "lip": Region.LOWER,
    "upper_face": Region.UPPER,
    "lower_face": Region.LOWER,
}
