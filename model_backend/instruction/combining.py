# SPDX-License-Identifier: GPL-3.0-or-later
"""What a part of the face and a movement mean together."""

from __future__ import annotations

from functools import lru_cache

from .face_words import COMBINATIONS, DEFAULT_PART, PART_ACTIONS
from .lexicon import ActionSpec, Meaning, parse_meaning
from .scanner import Item
from .slots import MID, Side

Combination = list[tuple[str, Side, str, Meaning]]


def combine(part: Item, move: Item) -> Combination:
    """What a part and a movement make: part, its side, the movement meant, and the meaning; empty if nothing."""
    result: Combination = []
    for name, side in part.parts:
        for candidate, _ in move.value:
            if (
                candidate in ("still", "relax", "move")
                and name in PART_ACTIONS
                and (name, candidate) not in COMBINATIONS
            ):
                result.append((name, side, candidate, Meaning()))
                break
            if name == "chin" and candidate == "raise" and not move.active and move.text == "raised":
                result.append((name, side, candidate, _meaning_of("chin", "raise_passive")))
                break
            if (name, candidate) in COMBINATIONS:
                meaning = _meaning_of(name, candidate)
                if meaning.actions or meaning.emotions or meaning.energy:
                    result.append((name, side, candidate, meaning))
                    break
    return result


@lru_cache(maxsize=4096)
def _meaning_of(part: str, move: str) -> Meaning:
    return parse_meaning(COMBINATIONS[part, move])


def usual_degree(spec: ActionSpec, move: Item, candidate: str) -> float:
    """The degree when no adverb says it: the movement's own word, or the action's usual one."""
    own = next((amount for name, amount in move.value if name == candidate), MID)
    if own != MID:
        return own
    return spec.degree if spec.degree is not None else MID


def own_part(move: Item) -> str | None:
    names = [name for name, _ in move.value] if move.has_direction else [move.value[0][0]]
    return next((DEFAULT_PART[name] for name in names if name in DEFAULT_PART), None)


def default_part(move: Item) -> Item | None:
    name = own_part(move)
    if name is None:
        return None
    part = Item("part", {}, move.start, move.end, move.first, move.last, name, value=name)
    part.parts = [(name, Side.BOTH)]
    return part


def one_of_a_pair(part: Item, candidate: str) -> bool:
    """ "raises an eyebrow", "a raised brow": one of the two; "a furrowed brow" is the whole brow."""
    if part.article != "a":
        return False
    one_said = any(i.kind == "side" for i in part.modifiers)
    return one_said or (part.value == "brow" and candidate in _ARCHED)


_ARCHED = frozenset({"raise", "arch", "cock", "up"})
