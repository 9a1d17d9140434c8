# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader: from the words of an instruction to its slots, with what was understood and what was not.

The text is cut into states where it tells of a change ("from … to", "then"), a state into clauses and chunks
at commas and joining words. In a chunk, parts and movements find each other by nearness; what is missing in a
chunk comes from its neighbour ("raised brows and cheeks", "brows and cheeks raised", "the right one lowered").
Degrees belong to the nearest word they can grade, sides to the part they stand before or else to the chunk,
negation reaches to the end of its chunk and across "or".
"""

from __future__ import annotations

from dataclasses import dataclass

from .scanner import Item, scan
from .slots import MAX_STATES, FaceState, Slots
from .state_reader import StateReader
from .succession import segments
from .tagging import TIME, decide_kinds, join_parts


@dataclass(frozen=True)
class Span:
    """A stretch of the text, from character `start` up to `end`, and what it was taken for."""

    start: int
    end: int
    what: str = ""


@dataclass(frozen=True)
class Reading:
    """What an instruction means and which of its words carried that meaning."""

    text: str
    slots: Slots
    understood: tuple[Span, ...] = ()
    unknown: tuple[Span, ...] = ()
    """Content words the lexicon does not have, in order; ordinary small words are in neither list."""


def read(text: str) -> Reading:
    """Read an instruction. Total: any text gives a reading, in the worst case an empty one with unknown words."""
    found = scan(text)
    decide_kinds(found.items)
    items = join_parts(found.items)
    parts = segments(items)
    states = [StateReader(part) for part in parts.states]
    common = StateReader(parts.common)
    built: list[FaceState] = []
    for state in states:
        built += state.states(common, last=state is states[-1])
    built = _at_most(built or [common.state()])
    understood = tuple(Span(i.start, i.end, _label(i)) for i in sorted(items, key=lambda i: i.start) if i.used)
    unknown = tuple(Span(start, end) for start, end in found.unknown)
    return Reading(text, Slots(tuple(built)), understood, unknown)


def _at_most(states: list[FaceState]) -> list[FaceState]:
    if len(states) <= MAX_STATES:
        return states
    return [*states[: MAX_STATES - 1], states[-1]]


def _label(item: Item) -> str:
    match item.kind:
        case "meaning":
            return item.value.label or item.text
        case "cue":
            return f"suggests {item.value}"
        case "part" | "move":
            return item.text
        case "degree":
            return "degree"
        case "side":
            return f"side: {item.value}"
        case "negation":
            return "not"
        case "only":
            return "only"
        case _:
            return "change over time" if item.kind in TIME else item.kind
