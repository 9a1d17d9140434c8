# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader: from the words of an instruction to its slots, with what was understood and what was not.

The text is cut into states where it tells of a change ("from … to", "then"), a state into clauses and chunks
at commas and joining words. In a chunk, parts and movements find each other by nearness; what is missing in a
chunk comes from its neighbour ("raised brows and cheeks", "brows and cheeks raised", "the right one lowered").
Degrees belong to the nearest word they can grade, sides to the part they stand before or else to the chunk,
negation reaches to the end of its chunk and across "or".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np

from .face_words import AMBIGUOUS, COMBINATIONS, DEFAULT_PART, PART_ACTIONS, QUALIFIED
from .facial_actions import ACTION
from .lexicon import COMPANION, ActionSpec, Meaning, lexicon, parse_meaning
from .scanner import Item, scan
from .slots import LEVEL_AMOUNT, MAX_STATES, MID, STRONG, Action, Emotion, FaceState, Region, Side, Slots
from .words import words_of

CUE_AMOUNT: Final = LEVEL_AMOUNT[2]


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
    _decide_kinds(found.items)
    items = _join_parts(found.items)
    parts = _segments(items)
    states = [_State(part) for part in parts.states]
    common = _State(parts.common)
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
            return "change over time" if item.kind in _TIME else item.kind


# -- kinds -----------------------------------------------------------------------------------------------------

_TIME = ("next", "next_anywhere", "first", "from", "to", "after", "grows", "fades", "always")
_SIMPLE = ("passed", "from", "after", "always", "next_anywhere", "first")
_JOINS = ("comma", "break", "and", "or", "with", "but")


def _decide_kinds(items: list[Item]) -> None:
    """Settle every item that needs no look at its chunk; the rest keeps kind "" and is settled there."""
    for i, item in enumerate(items):
        if item.kind:
            continue
        senses = item.senses
        following = items[i + 1] if i + 1 < len(items) else None
        if not senses or "passed" in senses:
            item.kind = "passed"
        elif "qualifier" in senses and _qualifies(item, following):
            item.kind, item.value = "qualifier", senses["qualifier"]
        elif "next" in senses or ("next_verb" in senses and _introduces_state(items, i)):
            item.kind = "next"
        elif "only" in senses and following is not None and "degree" in following.senses and _adjacent(item, following):
            item.kind = "passed"  # "just slightly"
        elif set(senses) == {"next_verb"}:
            item.kind = "passed"
        elif len(senses) == 1 or set(senses) <= {"move", "direction"}:
            kind = next(iter(senses))
            item.kind = kind if kind != "direction" else "move"
            item.value = senses[kind]
            if kind == "join":
                item.kind = senses["join"]
        elif "negation" in senses and "meaning" not in senses and "move" not in senses:
            item.kind, item.value = "negation", True
        elif "only" in senses:
            item.kind, item.value = "only", True
        elif "join" in senses and "move" not in senses and "meaning" not in senses:
            item.kind = senses["join"]
        elif "from" in senses and "move" not in senses:
            item.kind = "from"
        elif "next_anywhere" in senses:
            item.kind = "next_anywhere"
        elif "first" in senses:
            item.kind = "first"
        elif "part" in senses and "degree" not in senses:
            item.kind, item.value = "part", senses["part"]


def _adjacent(item: Item, following: Item) -> bool:
    return following.first == item.last + 1


def _qualifies(item: Item, following: Item | None) -> bool:
    """ "lower lip" against "lower the brow"; "inner and outer brow" counts too."""
    if following is None or (item.text != "lower" and item.senses["qualifier"] == "lower" and "move" in item.senses):
        return False
    if item.text != "lower":
        return True
    if following is None:
        return False
    if following.senses.get("part") in ("lip", "lid", "face", "teeth", "jaw"):
        return following.first == item.last + 1
    return "join" in following.senses and not item.active


def _introduces_state(items: list[Item], i: int) -> bool:
    """Whether a verb leads to a feeling: "turns sad" and "melts into a smile" against "turns her head"."""
    bare = items[i].words[0].startswith(("turn", "grow", "grew", "finish"))
    for following in items[i + 1 : i + 5]:
        if "to" in following.senses:
            bare = True
        elif "meaning" in following.senses or "cue" in following.senses:
            return bare and following.kind != "part"
        elif "degree" not in following.senses:
            return False
    return False


# -- parts with their qualifiers and sides ---------------------------------------------------------------------


def _join_parts(items: list[Item]) -> list[Item]:
    """Give each part the qualifiers and sides before it: "left inner and outer brows" is one item of two parts."""
    result: list[Item] = []
    for item in items:
        if item.kind == "part":
            groups = _modifiers(result, item)
            parts: list[tuple[str, Side]] = []
            for sides, qualifiers in groups:
                plain = str(item.value)
                name = QUALIFIED.get((qualifiers[-1], plain), plain) if qualifiers else plain
                own = item.senses.get("part_side")
                for side in sides or ([own] if own else [""]):
                    parts.append((name, _side(side)))
            item.parts = parts
        result.append(item)
    return result


def _side(value: str) -> Side:
    return {"left": Side.LEFT, "right": Side.RIGHT, "one": Side.LEFT}.get(value, Side.BOTH)


def _modifiers(before: list[Item], part: Item) -> list[tuple[list[str], list[str]]]:
    """Sides and qualifiers of a part, taken off the end of `before`; one pair for each joined group."""
    groups: list[tuple[list[str], list[str]]] = [([], [])]
    at = len(before)
    next_token = part.first
    kinds: set[str] = set()
    while at > 0:
        item = before[at - 1]
        if item.kind in ("side", "qualifier"):
            if next_token - item.last > 2:
                break
            if item.kind == "side" and (item.value == "other" or item.words[0] in ("to", "on", "off")):
                break
            groups[0][0 if item.kind == "side" else 1].insert(0, item.value)
            kinds.add(item.kind)
            at -= 1
            next_token = item.first
        elif (
            item.kind in ("and", "or", "comma")
            and (groups[0][0] or groups[0][1])
            and at >= 2
            and before[at - 2].kind in kinds
            and before[at - 2].words[0] not in ("to", "on", "off")
            and next_token - before[at - 2].last <= 4
            and not (item.kind == "comma" and before[at - 2].kind == "side")
        ):
            groups.insert(0, ([], []))
            at -= 1
            next_token = item.first
        else:
            break
    for item in before[at:]:
        item.used = True
    sides = groups[0][0]
    for group_sides, _ in groups[1:]:
        if not group_sides:
            group_sides.extend(sides)
    if any("both" in group for group, _ in groups):
        groups = [([], qualifiers) for _, qualifiers in groups]
    taken = before[at:]
    del before[at:]
    part.senses = {**part.senses, "modifiers": taken}
    part.article = "a" if any(i.kind == "side" and i.value == "one" for i in taken) else part.article
    return groups


# -- states ----------------------------------------------------------------------------------------------------

_CONTENT = ("meaning", "move", "part", "cue")


@dataclass
class _Segments:
    states: list[list[Item]]
    common: list[Item]


def _has_content(items: Iterable[Item]) -> bool:
    return any(
        "meaning" in i.senses or "cue" in i.senses or ("move" in i.senses and i.kind in ("", "move")) for i in items
    )


def _segments(items: list[Item]) -> _Segments:
    """Cut the items into successive states, and those that hold throughout."""
    common, items = _throughout(items)
    for i, item in enumerate(items):
        if item.kind != "from":
            continue
        stop = next(
            (
                k
                for k in range(i + 1, len(items))
                if ("to" in items[k].senses or items[k].kind == "next")
                and _has_content(items[i + 1 : k])
                and _has_content(items[k + 1 :])
            ),
            None,
        )
        if stop is None:
            continue
        item.used = items[stop].used = True
        rest = _by_next(items[stop + 1 :])
        return _Segments([items[i + 1 : stop], *rest], common + items[:i])
    return _Segments(_by_next(items), common)


def _throughout(items: list[Item]) -> tuple[list[Item], list[Item]]:
    """Chunks that say they hold all the time, and the other items."""
    for i, item in enumerate(items):
        if item.kind == "always":
            start = next(
                (k + 1 for k in range(i - 1, -1, -1) if items[k].kind in _JOINS or items[k].kind == "next"),
                0,
            )
            stop = next((k for k in range(i + 1, len(items)) if items[k].kind in _JOINS), len(items))
            if _has_content(items[start:stop]) and (_has_content(items[:start]) or _has_content(items[stop:])):
                item.used = True
                return items[start:stop], items[:start] + items[stop:]
    return [], items


def _by_next(items: list[Item]) -> list[list[Item]]:
    """Cut at "then", "later", "becomes" where there is something before and after."""
    cuts: list[int] = []
    start = 0
    for i, item in enumerate(items):
        if item.kind == "next_anywhere":
            boundary = next((k for k in range(i - 1, start, -1) if items[k].kind in _JOINS), start)
            cut = boundary if _has_content(items[boundary:i]) and boundary > start else i
        elif item.kind == "next":
            cut = i
        else:
            continue
        if _has_content(items[start:cut]) and _has_content(items[cut:]):
            cuts.append(cut)
            start = cut
            item.used = True
    if not cuts:
        return _by_first(items)
    bounds = [0, *cuts, len(items)]
    return [items[a:b] for a, b in itertools.pairwise(bounds)]


def _by_first(items: list[Item]) -> list[list[Item]]:
    """ "At first calm, but furious …" and "after a moment of calm, furious" without any word for the second."""
    for i, item in enumerate(items):
        if item.kind not in ("first", "after"):
            continue
        kinds = ("but",) if item.kind == "first" else ("but", "comma", "break")
        cut = next((k for k in range(i + 1, len(items)) if items[k].kind in kinds), None)
        if cut is not None and _has_content(items[i:cut]) and _has_content(items[cut:]):
            item.used = True
            return [items[:cut], items[cut:]]
        if item.kind == "after" and _has_content(items[:i]) and _has_content(items[i:]):
            item.used = True
            return [items[i:], items[:i]]
    return [items]


# -- one state -------------------------------------------------------------------------------------------------


@dataclass
class _Chunk:
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
        return _side(self.sides[-1].value) if self.sides else None

    @property
    def denied(self) -> bool:
        return bool(self.negations) or self.carried_negation


class _State:
    """The emotions and actions that one stretch of items asks for."""

    def __init__(self, items: list[Item]) -> None:
        self.emotions: list[Emotion] = []
        self.actions: list[Action] = []
        self.energies: list[float] = []
        self.cues: list[Item] = []
        self.changing: list[tuple[str, list[Emotion], list[Action]]] = []
        self.chunks = _chunks(items)
        for i, chunk in enumerate(self.chunks):
            before = self.chunks[i - 1] if i and chunk.joiner in ("and", "or", "comma") else None
            _sort(chunk, before)
        self._carry_negation()
        for chunk in self.chunks:
            _bind(chunk)
        self._bind_across()
        for i, chunk in enumerate(self.chunks):
            _grade(chunk, self._neighbour(i, 1), self._neighbour(i, -1))
        for i, chunk in enumerate(self.chunks):
            self._act(i, chunk)
        self._suggest()

    # results

    def state(self, common: _State | None = None) -> FaceState:
        emotions, actions = list(self.emotions), list(self.actions)
        energies = list(self.energies)
        if common is not None:
            emotions, actions = common.emotions + emotions, common.actions + actions
            energies = common.energies + energies
        energy = max(energies, key=abs) if energies else 0.0
        return FaceState.of(emotions, actions, energy)

    def states(self, common: _State, last: bool) -> list[FaceState]:
        """One state, or two where something grows or fades."""
        full = self.state(common)
        if not self.changing or (self.changing[0][0] == "fades" and not last):
            return [full]
        emotions, actions = list(full.emotions), list(full.actions)
        kind = self.changing[0][0]
        factor = 0.35
        touched_emotions = {e.name for _, es, _ in self.changing for e in es}
        touched_actions = {a.name for _, _, actions_ in self.changing for a in actions_}
        if kind == "grows":
            less = FaceState.of(
                [replace(e, amount=e.amount * (factor if e.name in touched_emotions else 1.0)) for e in emotions],
                [replace(a, degree=a.degree * (factor if a.name in touched_actions else 1.0)) for a in actions],
                full.energy,
            )
            return [less, full]
        gone = FaceState.of(
            [replace(e, amount=0.0, negated=True) if e.name in touched_emotions else e for e in emotions],
            [replace(a, degree=0.0, negated=True) if a.name in touched_actions else a for a in actions],
            full.energy,
        )
        return [full, gone]

    # negation

    def _carry_negation(self) -> None:
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

    # neighbours

    def _neighbour(self, i: int, step: int) -> _Chunk | None:
        """The chunk before or after, if no end of a clause lies between."""
        k = i + step
        if not 0 <= k < len(self.chunks):
            return None
        joiner = self.chunks[max(i, k)].joiner
        return None if joiner in ("break",) else self.chunks[k]

    def _bind_across(self) -> None:
        for i, chunk in enumerate(self.chunks):
            idle = bool(chunk.parts) and chunk.parts[0].value in _IDLE_PARTS and len(chunk.items) > 1
            if chunk.pattern == "P" and not chunk.meanings and not idle:
                self._bind_parts(i, chunk)
            elif chunk.pattern == "M":
                self._bind_moves(i, chunk)
            elif chunk.pattern == "" and chunk.sides and not chunk.meanings:
                self._bind_side(i, chunk)

    def _before(self, i: int) -> _Chunk | None:
        """The last chunk before that has a part and a movement; a clause may end between, not a sentence."""
        for k in range(i - 1, -1, -1):
            if self.chunks[k + 1].joiner == "break" and i - k > 1:
                return None
            if self.chunks[k].bound:
                return self.chunks[k]
            if self.chunks[k].meanings:
                return None
        return None

    def _after(self, i: int, pattern: str) -> _Chunk | None:
        """The next chunk with both, past others that also lack the same, if it has them in the given order."""
        for k in range(i + 1, len(self.chunks)):
            if self.chunks[k].joiner not in ("comma", "and", "or"):
                return None
            if self.chunks[k].pattern == pattern:
                return self.chunks[k]
            if self.chunks[k].pattern != pattern[0]:
                return None
        return None

    def _bind_parts(self, i: int, chunk: _Chunk) -> None:
        """Parts alone: "raised brows AND CHEEKS", "BROWS and cheeks raised"."""
        before, after = self._before(i), self._after(i, "PM")
        joined = chunk.joiner in ("comma", "and", "or", "but")
        for part in chunk.parts:
            options: list[Item] = []
            if before is not None and joined and (before.pattern in ("MP", "P") or after is None):
                options += [move for _, move in before.bound]
            if after is not None:
                options += after.moves
            if before is not None and joined:
                options += [move for _, move in before.bound]
            for move in options:
                if _combine(part, move):
                    chunk.bound.append((part, move))
                    break

    def _bind_moves(self, i: int, chunk: _Chunk) -> None:
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
            if after is not None and not set(move.words) & _ADJECTIVES:
                options += after.parts
            if near is not None:
                options += [part for part, _ in near.bound]
            part = next((part for part in options if _combine(part, move)), None)
            own = _own_part(move)
            if part is None or (own in _TURNING and part.value != own):
                part = _default_part(move) or part
            elif chunk.sides and not {part.value} & _TURNING:
                part = _other_side(part, chunk)  # "the right one lowered"
            if part is not None and _combine(part, move):
                chunk.bound.append((part, move))

    def _bind_side(self, i: int, chunk: _Chunk) -> None:
        """A side alone: "…, but not THE RIGHT", "…, ON THE LEFT", "looks up and TO THE LEFT"."""
        before = self._before(i)
        if before is None and i:
            # after words like "smile": the side belongs to them
            words = self.chunks[i - 1].meanings
            if words and chunk.joiner != "break" and not chunk.denied:
                self.chunks[i - 1].sides += chunk.sides
                _use(chunk.sides)
            elif words and chunk.denied:
                chunk.meanings = [_copy(word) for word in words]
            return
        if before is None:
            following = self._neighbour(i, 1)
            if following is not None:
                following.sides += chunk.sides
                _use(chunk.sides)
            return
        part, move = before.bound[-1]
        directed = part.value in ("gaze", "head") and not chunk.denied
        if directed:
            turned = Item("move", {"move": []}, 0, 0, 0, 0, "", value=[(chunk.sides[-1].value, MID)])
            if _combine(part, turned):
                chunk.bound.append((part, turned))
                return
        if chunk.denied or chunk.degrees or chunk.joiner in ("but", "and"):
            for part, move in before.bound:
                chunk.bound.append((_other_side(part, chunk), move))
        else:
            before.sides += chunk.sides
            if chunk.only is not None:
                before.only = chunk.only
            _use(chunk.sides)

    # meaning

    def _act(self, i: int, chunk: _Chunk) -> None:
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
        if chunk.denied and (len(self.emotions) > emotions or len(self.actions) > actions):
            _use(chunk.negations)
        if chunk.changed and (len(self.emotions) > emotions or len(self.actions) > actions):
            self.changing.append((chunk.changed, self.emotions[emotions:], self.actions[actions:]))
            _use(item for item in chunk.items if item.kind in ("grows", "fades"))

    def _move(self, chunk: _Chunk, part: Item, move: Item) -> None:
        combination = _combine(part, move)
        if not combination:
            return
        own = chunk.side
        denied = _denied(chunk, move)
        _use((part, move, *chunk.sides))
        _use(part.senses.get("modifiers", ()))
        degree = move.degree
        if move not in chunk.moves and chunk.degrees and not chunk.moves:
            degree = chunk.degrees[-1].value
            _use(chunk.degrees)
        for name, side, candidate, meaning in combination:
            chosen = side if side is not Side.BOTH else (own or Side.BOTH)
            if chosen is Side.BOTH and (meaning.one_sided or _one_of_a_pair(part, candidate)):
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
                said = degree if degree is not None else _said(spec, move, candidate)
                self._add(spec, said, chosen, denied, chunk.only)

    def _mean(self, i: int, chunk: _Chunk, item: Item) -> None:
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
                _use(chunk.sides)
        if meaning.energy and not denied:
            scale = 1.0 if item.degree is None else float(np.interp(item.degree, (0.1, 0.55, 1.0), (0.6, 1.0, 1.6)))
            self.energies.append(meaning.energy * scale)
        for spec in meaning.actions:
            base = spec.degree if spec.degree is not None else MID
            said = base if item.degree is None else _clip(item.degree + 0.4 * (base - MID))
            if spec.companion and item.degree is None and spec.degree is None:
                # companions of strong words ("grin") go with the strongest of them
                said = max((s.degree or MID for s in meaning.actions), default=MID)
            _use(chunk.sides)
            self._add(spec, said, side or Side.BOTH, denied, chunk.only)

    def _side_of_part(self, i: int, chunk: _Chunk) -> Side | None:
        """ "Smiles WITH THE LEFT CORNER of the mouth", "winks with her RIGHT EYE"."""
        following = self._neighbour(i, 1)
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
            if denied or degree < 0.2:
                return  # "not smiling" says nothing about the cheeks
        if denied and (spec.negated or (side is not Side.BOTH and not facial.sided)):
            return  # "the right cheek is puffed, the left is not": puffing has no sides
        if denied or spec.negated:
            self.actions.append(Action(spec.name, 0.0, side, negated=True))
            return
        if spec.name in _ALL_OR_NOTHING and degree >= 0.72:
            degree = 1.0
        self.actions.append(Action(spec.name, _clip(degree), side))
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
                    denied = any(n.first < item.first for n in chunk.negations)
                    self.cues.append(item)
                    self._cue(item, denied)
                    return

    def _cue(self, item: Item, denied: bool) -> None:
        if not denied:
            self.emotions.append(Emotion(item.value, graded(CUE_AMOUNT, item.degree)))


_HALVED = frozenset({"corner", "mouth", "lip", "cheek", "eye", "face", "lid"})
_ONE_SIDED: Final = {
    "contempt": (("lip_corner_puller", 0.6), ("dimpler", 0.85)),
    "smug": (("lip_corner_puller", 0.7), ("dimpler", 0.6)),
    "sarcastic": (("lip_corner_puller", 0.55),),
}
"""Feelings that show on one side, so that a side can be said of them."""
_TIGHT: Final = 0.7
_TURNING = frozenset({"gaze", "head"})
_IDLE_PARTS = frozenset({"face", "gaze"})
"""Parts that are also words for an expression: "an intense gaze" takes no movement from its neighbours."""
_LASTING = words_of("up down upward downward upwards downwards together apart away aside sideways")
"""Directions that may say alone what a part named before does next; "in", "back" and "out" mean too much else."""
_ADJECTIVES = frozenset(AMBIGUOUS) | {"low"}
"""Movements that are adjectives too and therefore need their part in the same chunk, or before: "a low voice".  """
_ALL_OR_NOTHING = frozenset({"eyes_closed", "wink"})
_ARCHED = frozenset({"raise", "arch", "cock", "up"})


_OPENING = words_of("without instead rather sans minus avoiding avoid refusing lacking no never refrain refraining")
"""Negations that begin a phrase of their own: "peers to the left WITHOUT turning the head"."""


def _chunks(items: list[Item]) -> list[_Chunk]:
    chunks = [_Chunk([], "")]
    for item in items:
        if item.kind == "negation" and item.words[0] == "except":
            chunks.append(_Chunk([], "but", excepted=True))
            continue
        if item.kind == "negation" and item.words[0] in _OPENING and chunks[-1].items:
            chunks.append(_Chunk([], "with"))
        if item.kind in _JOINS:
            if chunks[-1].items:
                chunks.append(_Chunk([], item.kind))
            elif _RANK[item.kind] > _RANK.get(chunks[-1].joiner, 0):
                chunks[-1].joiner = item.kind
        elif item.kind != "passed":
            chunks[-1].items.append(item)
    return [chunk for chunk in chunks if chunk.items]


_RANK: Final = {"": 0, "comma": 1, "and": 2, "or": 3, "with": 4, "but": 5, "break": 6}


def _sort(chunk: _Chunk, before: _Chunk | None) -> None:
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
            adjective = bool(set(item.words) & _ADJECTIVES) and not _acts(item)
            _settle(item, chunk, parts or (named if adjective else []), graded_items)  # "brows low and TENSE"
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
    _let_go(chunk)


def _acts(item: Item) -> bool:
    """Whether a word is an expression by itself: "smile"."""
    return "meaning" in item.senses and bool(item.senses["meaning"].actions)


def _settle(item: Item, chunk: _Chunk, parts: list[Item], others: list[Item]) -> None:
    senses = item.senses
    if "move" in senses:
        moved = replace(item, kind="move", value=senses["move"])
        fitting = [part for part in parts if part is not item and _combine(part, moved)]
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


def _qualify_after(chunk: _Chunk, where: Item) -> None:
    """ "Brows up IN THE MIDDLE", "raised AT THE OUTER ENDS"."""
    for part in chunk.parts:
        part.parts = [(QUALIFIED.get((where.value, name), name), side) for name, side in part.parts]
    where.used = bool(chunk.parts)


def _moves_already(parts: list[Item], item: Item, others: list[Item]) -> bool:
    """Whether a plain movement of one of the parts is there, so that "hard" or "high" only says how much."""
    for other in others:
        if other is item or "move" not in other.senses or "degree" in other.senses:
            continue
        if any(_combine(part, replace(other, kind="move", value=other.senses["move"])) for part in parts):
            return True
    return False


_GENERIC = words_of("pull turn slide tilt curl roll move draw stretch thrust arch contort")


def _merge_directions(chunk: _Chunk) -> None:
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
                verb.senses = {**verb.senses, "tail": move}
            elif names & _GENERIC:
                verb.value = [*move.value, *verb.value]
            else:
                verb.value = [*verb.value, *move.value]
            verb.last, verb.senses = move.last, {**verb.senses, "tail": move}
            continue
        merged.append(move)
    chunk.moves = merged


def _part_between(chunk: _Chunk, a: Item, b: Item) -> bool:
    """Whether a second part lies between: "raises her brows UP" has none after its own."""
    between = [part for part in chunk.parts if a.last < part.first and part.last < b.first]
    return len(between) > 1


def _let_go(chunk: _Chunk) -> None:
    """A look is also a glance: a gaze beside words of feeling is no part that moves."""
    chunk.items = [item for item in chunk.items if item.kind != "passed"]


def _bind(chunk: _Chunk) -> None:
    """Pair the parts and movements of one chunk, the nearest that go together."""
    free = set(map(id, chunk.parts))
    for move in chunk.moves:
        options = [part for part in chunk.parts if _combine(part, move)]
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
            options = [move for move in chunk.moves if _combine(part, move)]
            if options:
                chunk.bound.append((part, min(options, key=lambda move: _distance(part, move))))
            elif (
                part.value in _DIRECTED
                and chunk.sides
                and not part.senses.get("modifiers")
                and not (chunk.meanings and part.value not in _TURNING)
                and (part.value not in _PRESSED or chunk.sides[-1].words[0] == "to" or "ward" in chunk.sides[-1].text)
            ):
                side = (chunk.sides[-1].value, MID)
                verb = next((m for m in chunk.moves if all(m is not bound for _, bound in chunk.bound)), None)
                if verb is not None and {name for name, _ in verb.value} & _GENERIC:
                    verb.value = [side, *verb.value]
                    if _combine(part, verb):
                        chunk.bound.append((part, verb))
                        continue
                turned = Item(
                    "move", {}, part.start, part.end, part.first, part.last, "", value=[(chunk.sides[-1].value, MID)]
                )
                if _combine(part, turned):
                    chunk.moves.append(turned)
                    chunk.bound.append((part, turned))


_DIRECTED = words_of("gaze eye head jaw mouth lip face")
_PRESSED = frozenset({"lip"})
"""Parts that go to a side only if that is said: "lips pushed to the left" against "lips on the left"."""


def _distance(a: Item, b: Item) -> float:
    return b.first - a.last if a.first < b.first else a.first - b.last


Combination = list[tuple[str, Side, str, Meaning]]


def _combine(part: Item, move: Item) -> Combination:
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


def _said(spec: ActionSpec, move: Item, candidate: str) -> float:
    """The degree when no adverb says it: the movement's own word, or the action's usual one."""
    own = next((amount for name, amount in move.value if name == candidate), MID)
    if own != MID:
        return own
    return spec.degree if spec.degree is not None else MID


def _own_part(move: Item) -> str | None:
    names = [name for name, _ in move.value] if "tail" in move.senses else [move.value[0][0]]
    return next((DEFAULT_PART[name] for name in names if name in DEFAULT_PART), None)


def _default_part(move: Item) -> Item | None:
    name = _own_part(move)
    if name is None:
        return None
    part = Item("part", {}, move.start, move.end, move.first, move.last, name, value=name)
    part.parts = [(name, Side.BOTH)]
    return part


def _other_side(part: Item, chunk: _Chunk) -> Item:
    """The same part on the side that the chunk names: "the other", "the right one"."""
    said = chunk.sides[-1].value if chunk.sides else ""
    _use(chunk.sides)
    copy = Item("part", part.senses, part.start, part.end, part.first, part.last, part.text, value=part.value)
    if said == "other":
        copy.parts = [(name, (Side.LEFT if side is Side.BOTH else side).other) for name, side in part.parts]
    else:
        copy.parts = [(name, _side(said)) for name, _ in part.parts]
    copy.used = True
    chunk.sides = []
    return copy


def _copy(item: Item) -> Item:
    return Item(
        item.kind, item.senses, item.start, item.end, item.first, item.last, item.text, value=item.value, used=True
    )


def _one_of_a_pair(part: Item, candidate: str) -> bool:
    """ "raises an eyebrow", "a raised brow": one of the two; "a furrowed brow" is the whole brow."""
    if part.article != "a":
        return False
    one_said = any(i.kind == "side" for i in part.senses.get("modifiers", ()))
    return one_said or (part.value == "brow" and candidate in _ARCHED)


def _denied(chunk: _Chunk, item: Item) -> bool:
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


def _both_gerunds(a: _Chunk, b: _Chunk) -> bool:
    def gerund(chunk: _Chunk) -> bool:
        targets = sorted((*chunk.moves, *chunk.meanings), key=lambda item: item.first)
        return bool(targets) and targets[0].text.split()[0].endswith("ing")

    return gerund(a) and gerund(b)


def _adverb(item: Item) -> bool:
    """ "sadly" against "jolly": an adverb comes from another word."""
    return item.words[-1].endswith("ly") and item.words[-1] in lexicon().bases


def _region(chunk: _Chunk, item: Item) -> Region | None:
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


# -- degrees ---------------------------------------------------------------------------------------------------


def graded(amount: float, degree: float | None) -> float:
    """Amount of an emotion word under a degree: "slightly" leaves about half, "very" adds a half."""
    if degree is None:
        return amount
    return _clip(
        amount * float(np.interp(degree, (0.1, 0.3, 0.55, 0.6, 0.85, 1.0), (0.4, 0.55, 0.98, 1.02, 1.45, 1.6)))
    )


def _clip(value: float) -> float:
    return min(max(value, 0.05), 1.0)


_DENYING = frozenset(["not very", "not really", "not particularly", "not exactly", "not especially", "not quite"])


def _grade(chunk: _Chunk, after: _Chunk | None, before: _Chunk | None) -> None:
    """Give each degree of a chunk to the word it grades."""
    targets = sorted((*chunk.moves, *chunk.meanings, *_cues(chunk)), key=lambda item: item.first)
    if any(not _manner(target) for target in targets):
        targets = [target for target in targets if not _manner(target)]
    given: dict[int, list[Item]] = {}
    for degree in chunk.degrees:
        target = _target(degree, targets, chunk)
        if target is None and not targets and not chunk.bound:
            near = [*(after.meanings if after else ()), *(after.moves if after else ())]
            back = [*(before.meanings if before else ()), *(before.moves if before else ())]
            target = (
                near[-1] if near and not degree.text.endswith("ly") else back[-1] if back else near[0] if near else None
            )
            if target is not None and target.degree is not None:
                target = None
        if target is None:
            continue
        degree.used = True
        if (
            " ".join(degree.words) in _DENYING
            and target.kind == "meaning"
            and target.value.emotions
            and not target.value.actions
        ):
            target.negated = True
            continue
        given.setdefault(id(target), []).append(degree)
        target.degree = _together([d.value for d in given[id(target)]])


def _manner(item: Item) -> bool:
    """Words that say only how lively: "smiles slightly in an animated way" has a slight smile."""
    return item.kind == "meaning" and not item.value.emotions and not item.value.actions


def _cues(chunk: _Chunk) -> list[Item]:
    return [item for item in chunk.items if item.kind == "cue"]


def _target(degree: Item, targets: list[Item], chunk: _Chunk) -> Item | None:
    following = [t for t in targets if t.first > degree.last]
    preceding = [t for t in targets if t.last < degree.first or ("tail" in t.senses and t.first < degree.first)]
    if degree.before_nouns:
        expressive = [t for t in following if t.kind == "meaning" and t.value.actions]
        if expressive:
            return expressive[0]
    if following and not (preceding and _closes(degree, preceding[-1], following[0], chunk)):
        return following[0]
    if degree.looks_forward:
        return None
    return preceding[-1] if preceding else None


def _closes(degree: Item, before: Item, after: Item, chunk: _Chunk) -> bool:
    """Whether a degree belongs to what stands before: "brows raised SLIGHTLY lips pressed" has a part between."""
    return any(degree.last < part.first < after.first for part in chunk.parts) and degree.first - before.last == 1


def _together(values: list[float]) -> float:
    """ "very slightly" is less than slightly, "very strongly" more than strongly."""
    value = values[-1]
    for other in values[:-1]:
        if other >= 0.8:
            value = value * 0.7 if value < 0.45 else min(1.0, value + (0.1 if value > 0.7 else 0.2))
        elif other < 0.45 and value >= 0.45:
            value = other
    return value


def _use(items: Iterable[Any]) -> None:
    for item in items:
        item.used = True
