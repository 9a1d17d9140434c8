# SPDX-License-Identifier: GPL-3.0-or-later
"""Words placed in time: a Viterbi search through a network of what may have been said.

Each slot of the network is one word of a transcript with all its readings and pronunciations. Between the words the
speaker may be silent; a word may have been left out; and something that is not in the transcript may have
been said, which a free sequence of phones stands for (the "filler" of keyword spotting, Rose & Paul 1990).
All scores are natural logarithms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .acoustic_model import BEGIN, END, INTERNAL, SINGLE, STATES, AcousticModel, Likelihoods

Phones = tuple[str, ...]
Pronounced = tuple[tuple[Phones, ...], ...]
"""A reading: for each spoken word its pronunciations."""

_SILENCE_PRICE: Final = 1.0
_OMISSION_IF_OPTIONAL: Final = 0.5
_LATER_READING: Final = 0.5
_LATER_VARIANT: Final = 0.25
_CONTEXTS: Final = 3
"""Most neighbours beyond a word's edge whose senones a state may take: silence and two phones."""
_LOOP_WEIGHT: Final = 2.0
"""Weight of the phone bigram in the free sequence."""
_IMPOSSIBLE: Final = 1e6

SILENCE_ARC: Final = -1
FILLER_ARC: Final = -2


@dataclass(frozen=True)
class Tolerance:
    """What departures from the given words cost, natural logarithms of odds."""

    filler: float = 30.0
    """To begin a stretch of something else."""
    filler_frame: float = 1.6
    """For each of its frames, beyond what the free sequence of phones scores."""
    omission: float = 30.0
    """To leave out a word."""


@dataclass(frozen=True)
class Slot:
    """One word to be placed."""

    readings: tuple[Pronounced, ...]
    optional: bool = False


@dataclass(frozen=True)
class Placed:
    """A phone on the path: frames `start` to `end` (not included)."""

    phone: str
    start: int
    end: int
    slot: int
    """Index of its word; `SILENCE_ARC` or `FILLER_ARC` between words."""


@dataclass(frozen=True)
class Alignment:
    """The best path."""

    phones: tuple[Placed, ...]
    """In order, covering all frames; stretches of something else are the free sequence's phones."""
    advantage: NDArray[np.float32]
    """(T,) log likelihood along the path less that along the free sequence of phones: about 0 where the words fit,
    well below where they do not; 0 in filler."""
    total: float
    """Log likelihood of the path with all prices."""


class _Network:
    """States in chains (arcs) between nodes.

    Arc k has the states first[k]..last[k]; `source` and `target` are its nodes. Nodes 0..`slots` lie between the
    slots, those above inside readings of several words.
    """

    def __init__(self, model: AcousticModel, slots: Sequence[Slot]) -> None:
        self.model = model
        self.slots = len(slots)
        self.optional = [s.optional for s in slots]
        self.nodes = len(slots) + 1
        self.source: list[int] = []
        self.target: list[int] = []
        self.entry: list[float] = []
        self.slot: list[int] = []
        self.first: list[int] = []
        self.last: list[int] = []
        self.senones: list[NDArray[np.int64]] = []  # (contexts, STATES) for each phone
        self.phone: list[int] = []  # of each phone on the arcs
        self.length = 0
        self._silence = model.index("SIL")
        edges = [_edges(s) for s in slots]
        for i, slot in enumerate(slots):
            before = edges[i - 1][1] if i else frozenset[str]()
            after = edges[i + 1][0] if i + 1 < len(slots) else frozenset[str]()
            for rank, reading in enumerate(slot.readings):
                self._add_reading(i, reading, before, after, rank)
        for node in range(self.nodes):
            senones = np.repeat(model.base[self._silence][None], _CONTEXTS, 0)
            self._add(node, node, SILENCE_ARC, -_SILENCE_PRICE, [(self._silence, senones)])

    def _add_reading(
        self, slot: int, reading: Pronounced, before: frozenset[str], after: frozenset[str], rank: int
    ) -> None:
        node = slot
        for w, variants in enumerate(reading):
            if w == len(reading) - 1:
                target = slot + 1
            else:
                target = self.nodes
                self.nodes += 1
            left = before if w == 0 else frozenset(v[-1] for v in reading[w - 1])
            right = after if w == len(reading) - 1 else frozenset(v[0] for v in reading[w + 1])
            for k, phones in enumerate(variants):
                price = (_LATER_READING * rank if w == 0 else 0.0) + _LATER_VARIANT * min(k, 2)
                self._add(node, target, slot, -price, self._chain(phones, left, right))
            node = target

    def _chain(
        self, phones: Phones, before: frozenset[str], after: frozenset[str]
    ) -> list[tuple[int, NDArray[np.int64]]]:
        """Phones of a word with their senones; at its edges those of several neighbours."""
        ids = [self.model.index(p) for p in phones]
        outside = [[self._silence, *sorted(self.model.index(p) for p in s)][:_CONTEXTS] for s in (before, after)]
        chain: list[tuple[int, NDArray[np.int64]]] = []
        for i, phone in enumerate(ids):
            lefts = outside[0] if i == 0 else [ids[i - 1]]
            rights = outside[1] if i == len(ids) - 1 else [ids[i + 1]]
            position = (SINGLE if i == len(ids) - 1 else BEGIN) if i == 0 else END if i == len(ids) - 1 else INTERNAL
            ways = [self.model.senones(phone, a, b, position) for a in lefts for b in rights]
            unique = np.unique(np.array(ways), axis=0)
            chain.append((phone, unique))
        return chain

    def _add(
        self, source: int, target: int, slot: int, entry: float, chain: list[tuple[int, NDArray[np.int64]]]
    ) -> None:
        self.source.append(source)
        self.target.append(target)
        self.slot.append(slot)
        self.entry.append(entry)
        self.first.append(self.length)
        for phone, senones in chain:
            self.phone.append(phone)
            self.senones.append(senones)
            self.length += STATES
        self.last.append(self.length - 1)

    def used(self) -> NDArray[np.int64]:
        """Senones that any state takes."""
        return np.unique(np.concatenate([s.ravel() for s in self.senones]))

    def emissions(self, likelihoods: Likelihoods) -> NDArray[np.float32]:
        """(T, states): the best of each state's contexts."""
        most = max(len(s) for s in self.senones)
        padded = np.stack([np.concatenate([s, np.repeat(s[:1], most - len(s), 0)]) for s in self.senones], 1)
        columns = padded.reshape(most, -1)
        out = likelihoods.of(columns[0])
        for extra in columns[1:]:
            changed = np.flatnonzero(extra != columns[0])
            out[:, changed] = np.maximum(out[:, changed], likelihoods.of(extra[changed]))
        return out


def _edges(slot: Slot) -> tuple[frozenset[str], frozenset[str]]:
    """First and last phones of a slot."""
    return (
        frozenset(v[0] for r in slot.readings for v in r[0]),
        frozenset(v[-1] for r in slot.readings for v in r[-1]),
    )


def align(
    model: AcousticModel,
    features: NDArray[np.float32],
    slots: Sequence[Slot],
    tolerance: Tolerance | None = Tolerance(),
    *,
    silent: NDArray[np.bool_] | None = None,
    open_end: bool = False,
) -> Alignment:
    """The likeliest way through the slots for `features` (T, 39).

    With a `tolerance` of None every word but the optional ones must be there and nothing else. In frames that are
    `silent` (T,), whatever is heard may count as silence. With an `open_end` the path may end before the last slots.
    """
    network = _Network(model, slots)
    likelihoods = model.likelihoods(features, network.used())
    loop = _phone_loop(model, likelihoods)
    emissions = network.emissions(likelihoods)
    if silent is not None and silent.any():
        # What is no speech: silence explains it as well as any phones do.
        columns = np.flatnonzero(np.repeat(np.array(network.slot), np.diff([*network.first, network.length])) == -1)
        rows = np.flatnonzero(silent)
        part = np.ix_(rows, columns)
        emissions[part] = np.maximum(emissions[part], loop.scores[rows, None])
    search = _Search(network, emissions, loop.scores, tolerance)
    search.run()
    return search.trace(loop, open_end)


class _Search:
    """Viterbi over a network, all states of a frame at once."""

    def __init__(
        self,
        network: _Network,
        emissions: NDArray[np.float32],
        loop: NDArray[np.float32],
        tolerance: Tolerance | None,
    ) -> None:
        self.network = network
        self.emissions = emissions
        self.loop = loop
        self.tolerance = tolerance
        frames, states, nodes = len(emissions), network.length, network.nodes
        self.source = np.array(network.source)
        self.first, self.last = np.array(network.first), np.array(network.last)
        self.slot = np.array(network.slot)
        self.filler_arc = len(self.source)
        self.main = network.slots + 1
        prices = [
            _OMISSION_IF_OPTIONAL if optional else _IMPOSSIBLE if tolerance is None else tolerance.omission
            for optional in network.optional
        ]
        self.passed = np.cumsum([0.0, *prices])
        self.moved = np.zeros((frames, states), np.bool_)
        """Whether the state was entered in the frame."""
        self.filled = np.zeros((frames, nodes), np.bool_)
        """Whether filler began at the node in the frame."""
        self.arc = np.zeros((frames, nodes), np.int32)
        """The arc that ends at the node with the frame; `filler_arc` for filler."""
        self.origin = np.zeros((frames, self.main), np.int32)
        """The node from which words were left out to be at this one."""
        self.final = np.full(nodes, -np.inf)

    def run(self) -> None:
        network = self.network
        nodes = network.nodes
        phone = np.repeat(network.phone, STATES)
        place = np.tile(np.arange(STATES), len(network.phone))
        stay, leave = (network.model.transitions[phone, place, i] for i in (0, 1))
        entry = np.array(network.entry, np.float32)
        target = np.array(network.target)
        by_target = np.argsort(target, kind="stable")
        groups = np.searchsorted(target[by_target], np.arange(nodes))
        sizes = np.diff([*groups, len(target)])
        numbers = np.arange(len(target))
        main = self.main
        positions = np.arange(main)
        score = np.full(network.length, -np.inf, np.float32)
        filling = np.full(nodes, -np.inf)
        incoming = np.empty(network.length, np.float32)
        # Before the first frame one stands at node 0, or further on with words left out.
        at_node = np.full(nodes, -np.inf)
        at_node[:main] = -self.passed
        for t in range(len(self.emissions)):
            incoming[1:] = score[:-1] + leave[:-1]
            incoming[self.first] = at_node[self.source] + entry
            staying = score + stay
            np.greater(incoming, staying, out=self.moved[t])
            score = np.maximum(incoming, staying) + self.emissions[t]
            exits = (score[self.last] + leave[self.last])[by_target]
            best = np.maximum.reduceat(exits, groups)
            # The first arc into each node that attains the best.
            attains = np.where(exits == np.repeat(best, sizes), numbers, len(numbers) - 1)
            self.arc[t] = by_target[np.minimum.reduceat(attains, groups)]
            if self.tolerance is not None:
                entering = at_node - self.tolerance.filler
                self.filled[t] = entering > filling
                filling = np.maximum(entering, filling) + (self.loop[t] - self.tolerance.filler_frame)
                better = filling > best
                best = np.where(better, filling, best)
                self.arc[t][better] = self.filler_arc
            lifted = best[:main] + self.passed
            highest = np.maximum.accumulate(lifted)
            self.origin[t] = np.maximum.accumulate(np.where(lifted >= highest, positions, 0))
            best[:main] = highest - self.passed
            at_node = best
        self.final = at_node

    def trace(self, loop: _PhoneLoop, open_end: bool) -> Alignment:
        """Follow the best path back from the end."""
        network = self.network
        frames = len(self.emissions)
        advantage = np.zeros(frames, np.float32)
        placed: list[Placed] = []
        is_first = np.zeros(network.length, np.bool_)
        is_first[self.first] = True
        node = int(self.final[: self.main].argmax()) if open_end else network.slots
        total = float(self.final[node])
        t = frames - 1
        while t >= 0:
            if node <= network.slots:
                node = int(self.origin[t, node])
            arc = int(self.arc[t, node])
            end = t + 1
            if arc == self.filler_arc:
                while t > 0 and not self.filled[t, node]:
                    t -= 1
                placed += reversed(loop.between(t, end))
                t -= 1
                continue
            state = int(self.last[arc])
            while t >= 0:
                advantage[t] = self.emissions[t, state] - self.loop[t]
                if self.moved[t, state]:
                    if state % STATES == 0:
                        name = network.model.phones[network.phone[state // STATES]]
                        placed.append(Placed(name, t, end, int(self.slot[arc])))
                        end = t
                    if is_first[state]:
                        break
                    state -= 1
                t -= 1
            t -= 1
            node = int(self.source[arc])
        placed.reverse()
        return Alignment(tuple(placed), advantage, total)


@dataclass(frozen=True)
class _PhoneLoop:
    """The likeliest free sequence of phones."""

    phones: tuple[Placed, ...]
    scores: NDArray[np.float32]
    """(T,) log likelihood along it."""

    def between(self, start: int, end: int) -> list[Placed]:
        """Its phones in the frames `start` to `end`, cut to them."""
        inside = [p for p in self.phones if p.end > start and p.start < end]
        return [Placed(p.phone, max(p.start, start), min(p.end, end), FILLER_ARC) for p in inside]


def _phone_loop(model: AcousticModel, likelihoods: Likelihoods) -> _PhoneLoop:
    n = len(model.phones)
    emissions = likelihoods.of(model.base.ravel())
    stay, leave = (model.transitions[:, :, i].ravel() for i in (0, 1))
    follows = _LOOP_WEIGHT * phone_bigram(model.phones)
    first = np.arange(n) * STATES
    last = first + STATES - 1
    frames = len(emissions)
    score = np.full(n * STATES, -np.inf, np.float32)
    score[first] = emissions[0, first]
    moved = np.zeros((frames, n * STATES), np.bool_)
    before = np.zeros((frames, n), np.int16)
    incoming = np.empty_like(score)
    for t in range(1, frames):
        change = (score[last] + leave[last])[:, None] + follows
        before[t] = change.argmax(0)
        incoming[1:] = score[:-1] + leave[:-1]
        incoming[first] = change.max(0)
        staying = score + stay
        np.greater(incoming, staying, out=moved[t])
        score = np.maximum(incoming, staying) + emissions[t]
    # A sound of fewer frames than a phone has states ends inside one.
    state = int(last[score[last].argmax()]) if np.isfinite(score[last]).any() else int(score.argmax())
    scores = np.empty(frames, np.float32)
    placed: list[Placed] = []
    end = frames
    for t in range(frames - 1, -1, -1):
        scores[t] = emissions[t, state]
        if t == 0 or (moved[t, state] and state % STATES == 0):
            placed.append(Placed(model.phones[state // STATES], t, end, FILLER_ARC))
            end = t
            state = int(last[before[t, state // STATES]])
        elif moved[t, state]:
            state -= 1
    placed.reverse()
    return _PhoneLoop(tuple(placed), scores)


@lru_cache(maxsize=1)
def phone_bigram(phones: tuple[str, ...]) -> NDArray[np.float32]:
    """Natural log of the probability that a phone (row) is followed by another (column), from pocketsphinx' phone
    language model; fillers follow anything with an improbability of e^-12."""
    import pocketsphinx

    scale = pocketsphinx.LogMath()
    model = pocketsphinx.NGramModel(
        pocketsphinx.Config(), scale, pocketsphinx.get_model_path("en-us/en-us-phone.lm.bin")
    )
    table = np.full((len(phones), len(phones)), -12.0, np.float32)
    for i, before in enumerate(phones):
        for j, phone in enumerate(phones):
            if not before.startswith("+") and not phone.startswith("+"):
                table[i, j] = np.log(max(scale.exp(model.prob([phone, before])), 1e-6))
    return table
