# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones of pieces put on one time line that they cover without gaps."""

from __future__ import annotations

from typing import Final

from .listening import Found
from .pieces import LEAD
from .track import PHONES, SILENCE, Phone, Word

_FRAME: Final = 0.01
LAG: Final = 0.004
"""Seconds by which the model's frame boundaries come before the true ones.

Measured on 80 sentences of two flite voices whose phone times are known: the median of found less true starts is
-4 and -3 ms. (A frame's window is centred 12.8 ms after its beginning, its boundary with the one before at 7.8 ms.)
"""
_SHORTEST_SILENCE: Final = 0.045
"""Seconds; a shorter one is the closure of a stop, or belongs to the phone before."""
_CLOSURE: Final = 0.08
"""Seconds of a stop after silence: its closure cannot be heard, and the model finds the audible end of it only."""
_HIDDEN: Final = 0.03
"""Seconds of closure that are added at most; on the same voices such stops are found 35 ms late at the median."""
_STOPS: Final = frozenset(["P", "B", "T", "D", "K", "G", "CH", "JH"])


class Timeline:
    """Collects what was found in the pieces of a clip, in order."""

    def __init__(self, duration: float) -> None:
        self._duration = duration
        self._words: list[Word] = []
        self._phones: list[Phone] = []

    def add(self, found: Found, start: float, end: float) -> None:
        """Take the phones and words of the piece that lies between `start` and `end` seconds."""

        def at(frame: int) -> float:
            return min(max((frame - LEAD) * _FRAME + LAG, 0.0), end - start) + start

        spans: dict[int, list[float]] = {}
        for p, confidence in zip(found.phones, found.confidences(), strict=True):
            a, b = at(p.start), at(p.end)
            if b <= a:
                continue
            name = p.phone if p.phone in PHONES else SILENCE
            self._phones.append(Phone(name, a, b, 1.0 if name == SILENCE else confidence))
            if p.slot >= 0:
                spans.setdefault(p.slot, [a, b])[1] = b
        self._words += [Word(found.texts[slot], a, b) for slot, (a, b) in spans.items()]

    def finished(self) -> tuple[tuple[Word, ...], tuple[Phone, ...]]:
        """Words, and phones from 0 to the clip's end; adjacent silences are one."""
        covered: list[Phone] = []
        time = 0.0
        for phone in [*self._phones, Phone(SILENCE, self._duration, self._duration)]:
            if phone.start > time:
                _append(covered, Phone(SILENCE, time, phone.start))
            if phone.end > phone.start:
                _append(covered, phone)
            time = max(time, phone.end)
        phones = _closures(_without_short_silences(covered))
        return tuple(self._words), tuple(phones or [Phone(SILENCE, 0.0, self._duration)])


def _append(phones: list[Phone], phone: Phone) -> None:
    if phones and phones[-1].phone == phone.phone == SILENCE:
        phone = Phone(SILENCE, phones.pop().start, phone.end)
    phones.append(phone)


def _without_short_silences(phones: list[Phone]) -> list[Phone]:
    out: list[Phone] = []
    for i, phone in enumerate(phones):
        inner = 0 < i < len(phones) - 1
        if inner and phone.phone == SILENCE and phone.duration < _SHORTEST_SILENCE:
            following = phones[i + 1]
            if following.phone in _STOPS:
                phones[i + 1] = Phone(following.phone, phone.start, following.end, following.confidence)
            else:
                before = out.pop()
                out.append(Phone(before.phone, before.start, phone.end, before.confidence))
            continue
        out.append(phones[i])
    return out


def _closures(phones: list[Phone]) -> list[Phone]:
    """The silent closure of a stop after silence given to the stop."""
    out = list(phones)
    for i in range(1, len(out)):
        silence, stop = out[i - 1], out[i]
        if silence.phone == SILENCE and stop.phone in _STOPS:
            cut = stop.start - max(0.0, min(_CLOSURE - stop.duration, _HIDDEN, silence.duration / 2))
            out[i - 1] = Phone(SILENCE, silence.start, cut, silence.confidence)
            out[i] = Phone(stop.phone, cut, stop.end, stop.confidence)
    return out
