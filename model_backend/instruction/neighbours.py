# SPDX-License-Identifier: GPL-3.0-or-later
"""What a chunk takes from the chunks around it: missing parts, movements and sides, and negation."""

from __future__ import annotations

from dataclasses import replace

from .chunks import ADJECTIVES, TURNING, Chunk, mark_used
from .combining import combine, default_part, own_part
from .scanner import Item
from .slots import MID, Side
from .tagging import side_named
from .words import words_of

_IDLE_PARTS = frozenset({"face", "gaze"})
"""Parts that are also words for an expression: "an intense gaze" takes no movement from its neighbours."""

_LASTING = words_of("up down upward downward upwards downwards together apart away aside sideways")
"""Directions that may say alone what a part named before does next; "in", "back" and "out" mean too much else."""


class Neighbours:
    """The chunks of one state, each with a look at the others."""

    def __init__(self, chunks: list[Chunk]) -> None:
        self.chunks = chunks

    def carry_negation(self) -> None:
        """Negation goes on across "or" and "nor", and in a list that ends with one of them."""
        for i, chunk in enumerate(self.chunks):
            if i == 0 or chunk.negations:
                continue
            before = self.chunks[i - 1]
            if before.negations and len(before.items) == len(before.negations) and chunk.joiner == "with":
                chunk.carried_negation = True  # "not with the brows"
                continue
            if not before.denied or chunk.joiner in ("but", "break", "with", ""):
                continue
            if (
                chunk.joiner == "or"
                or (chunk.joiner == "comma" and self._list_ends_with_or(i))
                or (chunk.joiner == "and" and _both_gerunds(before, chunk))
            ):
                chunk.carried_negation = True

    def _list_ends_with_or(self, i: int) -> bool:
        for chunk in self.chunks[i + 1 :]:
            if chunk.joiner != "comma":
                return chunk.joiner == "or"
        return False

    def neighbour(self, i: int, step: int) -> Chunk | None:
        """The chunk before or after, if no end of a clause lies between."""
        k = i + step
        if not 0 <= k < len(self.chunks):
            return None
        joiner = self.chunks[max(i, k)].joiner
        return None if joiner in ("break",) else self.chunks[k]

    def bind_across(self) -> None:
        for i, chunk in enumerate(self.chunks):
            idle = bool(chunk.parts) and chunk.parts[0].value in _IDLE_PARTS and len(chunk.items) > 1
            if chunk.pattern == "P" and not chunk.meanings and not idle:
                self._bind_parts(i, chunk)
            elif chunk.pattern == "M":
                self._bind_moves(i, chunk)
            elif chunk.pattern == "" and chunk.sides and not chunk.meanings:
                self._bind_side(i, chunk)

    def _before(self, i: int) -> Chunk | None:
        """The last chunk before that has a part and a movement; a clause may end between, not a sentence."""
        for k in range(i - 1, -1, -1):
            if self.chunks[k + 1].joiner == "break" and i - k > 1:
                return None
            if self.chunks[k].bound:
                return self.chunks[k]
            if self.chunks[k].meanings:
                return None
        return None

    def _after(self, i: int, pattern: str) -> Chunk | None:
        """The next chunk with both, past others that also lack the same, if it has them in the given order."""
        for k in range(i + 1, len(self.chunks)):
            if self.chunks[k].joiner not in ("comma", "and", "or"):
                return None
            if self.chunks[k].pattern == pattern:
                return self.chunks[k]
            if self.chunks[k].pattern != pattern[0]:
                return None
        return None

    def _bind_parts(self, i: int, chunk: Chunk) -> None:
        """Parts alone: "raised brows AND CHEEKS", "BROWS and cheeks raised"."""
        before, after = self._before(i), self._after(i, "PM")
        joined = chunk.joiner in ("comma", "and", "or", "but")
        for part in chunk.parts:
            options: list[Item] = []
            if before is not None and joined and (before.pattern in ("MP", "P") or after is None or not part.listed):
                options += [move for _, move in before.bound]
            if after is not None and part.listed:
                options += after.moves
            if before is not None and joined:
                options += [move for _, move in before.bound]
            for move in options:
                if combine(part, move):
                    chunk.bound.append((part, move))
                    break

    def _bind_moves(self, i: int, chunk: Chunk) -> None:
        """Movements alone: "lips pressed AND STRETCHED", "RAISES and knits her brows", "NODS"."""
        before, after = self._before(i), self._after(i, "MP")
        joined = chunk.joiner in ("comma", "and", "or", "but", "with", "break")
        near = before if joined else None
        for move in chunk.moves:
            options: list[Item] = []
            if near is not None and near.pattern == "PM":
                options += [part for part, _ in near.bound]
            if "direction" in move.senses and not set(move.words) & _LASTING:
                continue
            if after is not None and not set(move.words) & ADJECTIVES:
                options += after.parts
            if near is not None:
                options += [part for part, _ in near.bound]
            part = next((part for part in options if combine(part, move)), None)
            own = own_part(move)
            if part is None or (own in TURNING and part.value != own):
                part = default_part(move) or part
            elif chunk.sides and part.value not in TURNING:
                part = _other_side(part, chunk)  # "the right one lowered"
            if part is not None and combine(part, move):
                chunk.bound.append((part, move))

    def _bind_side(self, i: int, chunk: Chunk) -> None:
        """A side alone: "…, but not THE RIGHT", "…, ON THE LEFT", "looks up and TO THE LEFT"."""
        before = self._before(i)
        if before is None and i:
            # after words like "smile": the side belongs to them
            words = self.chunks[i - 1].meanings
            if words and chunk.joiner != "break" and not chunk.denied:
                self.chunks[i - 1].sides += chunk.sides
                mark_used(chunk.sides)
            elif words and chunk.denied:
                chunk.meanings = [replace(word, used=True) for word in words]
            return
        if before is None:
            following = self.neighbour(i, 1)
            if following is not None:
                following.sides += chunk.sides
                mark_used(chunk.sides)
            return
        part, move = before.bound[-1]
        directed = part.value in ("gaze", "head") and not chunk.denied
        if directed:
            turned = Item("move", {"move": []}, 0, 0, 0, 0, "", value=[(chunk.sides[-1].value, MID)])
            if combine(part, turned):
                chunk.bound.append((part, turned))
                return
        if chunk.denied or chunk.degrees or chunk.joiner in ("but", "and"):
            for part, move in before.bound:
                chunk.bound.append((_other_side(part, chunk), move))
        else:
            before.sides += chunk.sides
            if chunk.only is not None:
                before.only = chunk.only
            mark_used(chunk.sides)


def _other_side(part: Item, chunk: Chunk) -> Item:
    """The same part on the side that the chunk names: "the other", "the right one"."""
    said = chunk.sides[-1].value if chunk.sides else ""
    mark_used(chunk.sides)
    chunk.sides = []
    if said == "other":
        parts = [(name, (Side.LEFT if side is Side.BOTH else side).other) for name, side in part.parts]
    else:
        parts = [(name, side_named(said)) for name, _ in part.parts]
    return replace(part, parts=parts, used=True)


def _both_gerunds(a: Chunk, b: Chunk) -> bool:
    def gerund(chunk: Chunk) -> bool:
        targets = sorted((*chunk.moves, *chunk.meanings), key=lambda item: item.first)
        return bool(targets) and targets[0].text.split()[0].endswith("ing")

    return gerund(a) and gerund(b)
