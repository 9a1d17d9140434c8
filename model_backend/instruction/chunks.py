# SPDX-License-Identifier: GPL-3.0-or-later
"""Chunks of a sentence between commas and joining words, and what belongs together inside one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from .combining import combine
from .face_words import AMBIGUOUS, QUALIFIED
from .scanner import Item
from .slots import MID, Side
from .tagging import JOINS, side_named
from .words import words_of

TURNING = frozenset({"gaze", "head"})
"""Parts that turn as a whole, so that a side is a direction."""

ADJECTIVES = frozenset(AMBIGUOUS) | {"low"}
"""Movements that are adjectives too and therefore need their part in the same chunk, or before: "a low voice"."""

_OPENING = words_of("without instead rather sans minus avoiding avoid refusing lacking no never refrain refraining")
"""Negations that begin a phrase of their own: "peers to the left WITHOUT turning the head"."""

_GENERIC = words_of("pull turn slide tilt curl roll move draw stretch thrust arch contort")
"""Movements that say only that something moves; a direction after them says how."""

_DIRECTED = words_of("gaze eye head jaw mouth lip face")
"""Parts that go to a side where no movement is said: "eyes left"."""

_PRESSED = frozenset({"lip"})
"""Parts that go to a side only if that is said: "lips pushed to the left" against "lips on the left"."""

_RANK: Final = {"": 0, "comma": 1, "and": 2, "or": 3, "with": 4, "but": 5, "break": 6}
"""Which joining word counts where several stand together ("and with")."""


@dataclass
class Chunk:
    """A stretch of a sentence between two marks or joining words, sorted by what its items are."""

    items: list[Item]
    joiner: str
    """What stands before it: "", comma, and, or, with, but, break."""
    parts: list[Item] = field(default_factory=list)
    moves: list[Item] = field(default_factory=list)
    meanings: list[Item] = field(default_factory=list)
    sides: list[Item] = field(default_factory=list)
    negations: list[Item] = field(default_factory=list)
    degrees: list[Item] = field(default_factory=list)
    only: Item | None = None
    carried_negation: bool = False
    bound: list[tuple[Item, Item]] = field(default_factory=list)
    """Pairs of part and movement, also those with one from a neighbour."""
    excepted: bool = False
    """After "except": what moves there moves, a part alone is held still."""
    changed: str = ""
    """ "grows" or "fades"."""

    @property
    def pattern(self) -> str:
        """ "PM" where the part comes first, "MP" where the movement does, "P", "M" or "" otherwise."""
        if self.parts and self.moves:
            return "PM" if self.parts[0].first < self.moves[0].first else "MP"
        return "P" if self.parts else "M" if self.moves else ""

    @property
    def side(self) -> Side | None:
        """The side that the whole chunk is about."""
        return side_named(self.sides[-1].value) if self.sides else None

    @property
    def denied(self) -> bool:
        return bool(self.negations) or self.carried_negation


def chunks_of(items: list[Item]) -> list[Chunk]:
    """The items cut at marks and joining words, without empty chunks."""
    chunks = [Chunk([], "")]
    for item in items:
        if item.kind == "negation" and item.words[0] == "except":
            chunks.append(Chunk([], "but", excepted=True))
            continue
        if item.kind == "negation" and item.words[0] in _OPENING and chunks[-1].items:
            chunks.append(Chunk([], "with"))
        if item.kind in JOINS:
            if chunks[-1].items:
                chunks.append(Chunk([], item.kind))
            elif _RANK[item.kind] > _RANK.get(chunks[-1].joiner, 0):
                chunks[-1].joiner = item.kind
        elif item.kind != "passed":
            chunks[-1].items.append(item)
    return [chunk for chunk in chunks if chunk.items]


def sort_chunk(chunk: Chunk, before: Chunk | None) -> None:
    """Decide in the light of the chunk what each item is, and put it where it belongs."""
    parts = [item for item in chunk.items if item.kind == "part"]
    if not parts:
        parts = [item for item in chunk.items if item.kind == "" and "part" in item.senses]
    named = before.parts if before is not None and before.pattern == "PM" else []
    graded_items = [
        i for i in chunk.items if i.kind in ("meaning", "part") or "meaning" in i.senses or "move" in i.senses
    ]
    for item in chunk.items:
        if item.kind == "":
            adjective = bool(set(item.words) & ADJECTIVES) and not _acts(item)
            _settle(item, parts or (named if adjective else []), graded_items)  # "brows low and TENSE"
        match item.kind:
            case "part":
                chunk.parts.append(item)
            case "move":
                chunk.moves.append(item)
            case "meaning":
                chunk.meanings.append(item)
            case "side":
                chunk.sides.append(item)
            case "negation":
                chunk.negations.append(item)
            case "degree":
                chunk.degrees.append(item)
            case "only":
                chunk.only = item
            case "grows" | "fades":
                chunk.changed = item.kind
            case "where":
                _qualify_after(chunk, item)
    _merge_directions(chunk)
    chunk.items = [item for item in chunk.items if item.kind != "passed"]


def _acts(item: Item) -> bool:
    """Whether a word is an expression by itself: "smile"."""
    return "meaning" in item.senses and bool(item.senses["meaning"].actions)


def _settle(item: Item, parts: list[Item], others: list[Item]) -> None:
    """Decide among the senses of one item: a movement where a part can do it, a degree where something is graded."""
    senses = item.senses
    if "move" in senses:
        moved = replace(item, kind="move", value=senses["move"])
        fitting = [part for part in parts if part is not item and combine(part, moved)]
        if fitting and not ("degree" in senses and _moves_already(fitting, item, others)):
            item.kind, item.value = "move", senses["move"]
            return
    following = any(o.first > item.last for o in others)
    preceding = any(o.last < item.first and o is not item for o in others)
    if "degree" in senses and (following or (preceding and not item.looks_forward and "meaning" not in senses)):
        item.kind, item.value = "degree", senses["degree"]
        return
    for kind in ("meaning", "part", "grows", "fades", "cue"):
        if kind in senses and (kind not in ("grows", "fades") or following or preceding):
            item.kind, item.value = kind, senses[kind]
            return
    if "move" in senses:
        item.kind, item.value = "move", senses["move"]
        return
    for kind in ("side", "negation", "degree", "only"):
        if kind in senses:
            item.kind, item.value = kind, senses[kind]
            return
    item.kind = "passed"


def _qualify_after(chunk: Chunk, where: Item) -> None:
    """ "Brows up IN THE MIDDLE", "raised AT THE OUTER ENDS"."""
    for part in chunk.parts:
        part.parts = [(QUALIFIED.get((where.value, name), name), side) for name, side in part.parts]
    where.used = bool(chunk.parts)


def _moves_already(parts: list[Item], item: Item, others: list[Item]) -> bool:
    """Whether a plain movement of one of the parts is there, so that "hard" or "high" only says how much."""
    for other in others:
        if other is item or "move" not in other.senses or "degree" in other.senses:
            continue
        if any(combine(part, replace(other, kind="move", value=other.senses["move"])) for part in parts):
            return True
    return False


def _merge_directions(chunk: Chunk) -> None:
    """ "pulled down", "turned up": the direction says what happens, a general verb before it only that it does."""
    merged: list[Item] = []
    for move in chunk.moves:
        if (
            merged
            and "direction" in move.senses
            and move.first - merged[-1].last <= 8
            and not _part_between(chunk, merged[-1], move)
        ):
            verb = merged[-1]
            names = {name for name, _ in verb.value}
            direction = move.value[0][0]
            if "tilt" in names and direction == "aside":
                pass  # "tilts to the side" stays a tilt
            elif names & _GENERIC:
                verb.value = [*move.value, *verb.value]
            else:
                verb.value = [*verb.value, *move.value]
            verb.last, verb.has_direction = move.last, True
            continue
        merged.append(move)
    chunk.moves = merged


def _part_between(chunk: Chunk, a: Item, b: Item) -> bool:
    """Whether a second part lies between: "raises her brows UP" has none after its own."""
    between = [part for part in chunk.parts if a.last < part.first and part.last < b.first]
    return len(between) > 1


def bind_chunk(chunk: Chunk) -> None:
    """Pair the parts and movements of one chunk, the nearest that go together."""
    free = set(map(id, chunk.parts))
    for move in chunk.moves:
        options = [part for part in chunk.parts if combine(part, move)]
        if not options:
            continue
        best = min(
            options,
            key=lambda part: (_distance(part, move) - (1.5 if id(part) in free else 0.0), part.first > move.first),
        )
        chunk.bound.append((best, move))
        free.discard(id(best))
    for part in chunk.parts:
        if id(part) in free:
            options = [move for move in chunk.moves if combine(part, move)]
            if options:
                chunk.bound.append((part, min(options, key=lambda move: _distance(part, move))))
            else:
                _turn_to_side(chunk, part)


def _turn_to_side(chunk: Chunk, part: Item) -> None:
    """A part and a side without a movement between: "eyes left", "lips pushed to the left"."""
    if part.value not in _DIRECTED or not chunk.sides or part.modifiers:
        return
    side = chunk.sides[-1]
    if chunk.meanings and part.value not in TURNING:
        return  # "a smile on the left side of the mouth"
    if part.value in _PRESSED and side.words[0] != "to" and "ward" not in side.text:
        return
    verb = next((move for move in chunk.moves if all(move is not bound for _, bound in chunk.bound)), None)
    if verb is not None and {name for name, _ in verb.value} & _GENERIC:
        verb.value = [(side.value, MID), *verb.value]
    else:
        verb = Item("move", {}, part.start, part.end, part.first, part.last, "", value=[(side.value, MID)])
        if combine(part, verb):
            chunk.moves.append(verb)
    if combine(part, verb):
        chunk.bound.append((part, verb))


def _distance(a: Item, b: Item) -> float:
    return b.first - a.last if a.first < b.first else a.first - b.last


def mark_used(items: Iterable[Item]) -> None:
    """Note that these items carried meaning."""
    for item in items:
        item.used = True
