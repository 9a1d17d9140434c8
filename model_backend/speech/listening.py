# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said in one piece of a clip: with a transcript to follow, or by recognition."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .acoustic_model import acoustic_model
from .alignment import FILLER_ARC, SILENCE_ARC, Alignment, Placed, Slot, Tolerance, align
from .cepstra import FRAME_RATE, features
from .pronunciation import pronounce
from .recognizer import Heard, recognise
from .text import TranscriptWord
from .track import VOWELS

Heed = Callable[[float], None]
"""Called with the fraction of a piece that is done; may raise to stop."""

_RECOGNISED: Final = Tolerance(filler=10.0, filler_frame=1.0, omission=15.0)
"""A recogniser errs in every sixth word or so: phones of its own go for a word that does not fit."""
_WRITTEN: Final = Tolerance(filler=30.0, filler_frame=2.0, omission=40.0)
"""A transcript is mostly right. (Both tuned on flite's kal and kal16 and on espeak-ng, see tests/tools.)"""
_MOST_LENIENCE: Final = 1.2
"""How much more a frame of filler may cost where the voice fits the model badly altogether."""
_DISBELIEF: Final = -1.7
"""Mean advantage below which a transcript is held against what is recognised."""
_UNTOLD: Final = 0.25
"""Share of the speech outside the transcript's words from which the same is done."""
_POOR: Final = -0.5
"""Mean advantage below which a transcript's word is believed only where there is speech."""
_HARDLY: Final = 0.1
"""Share of a piece with speech below which half of the transcript must fit, or none is believed."""
_WORTH_HEARING: Final = 20
"""Frames of filler with speech in it that are given to the recogniser."""
_QUIET: Final = 0.25
"""Speech activity below which sound may count as silence."""
_DEEP: Final = 40.0
"""How far the first cepstrum of a pause lies below that of loud speech: 8 nepers of power in each filter, 35 dB."""
_LONG: Final = 12
"""Frames of such quiet that are no closure of a stop,"""
_CLOSURE: Final = 5
"""of which the last may be."""
_UNVOICED: Final = 0.3
"""Mean speech activity below which a recognised word or phone is taken for noise."""
_CLICK: Final = 12
"""Frames."""
_BENEFIT_OF_DOUBT: Final = 0.3
"""How much better per frame recognised words must fit than the transcript's to take their place."""
_FILLER_WORTH: Final = -1.0
"""What a frame of filler counts in comparing two accounts of a piece."""


@dataclass(frozen=True, eq=False)
class Passage:
    """A piece of a clip."""

    cepstra: NDArray[np.float32]
    """(T, 13)."""
    activity: NDArray[np.float32]
    """(T,) 0..1, how sure it is that somebody speaks."""
    last: bool
    """Whether the clip ends with it."""

    @property
    def silent(self) -> NDArray[np.bool_]:
        """(T,) frames in which whatever is heard may count as silence: no speech, or a pause far below its level."""
        level = self.cepstra[:, 0]
        heard = level[level >= 0]
        low = level < (np.percentile(heard, 95) - _DEEP if len(heard) else 0)
        pause = np.zeros(len(low), np.bool_)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], low, [False]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end - start >= _LONG:
                pause[start : end if end == len(low) else end - _CLOSURE] = True
        return pause | (self.activity < _QUIET) | (level < 0)


@dataclass(frozen=True)
class Found:
    """What was said in a piece, in frames of its cepstra."""

    phones: tuple[Placed, ...]
    advantage: NDArray[np.float32]
    texts: tuple[str, ...]
    """Spelling of the words that the phones' `slot` counts."""
    written: tuple[bool, ...]
    """Which of them the transcript has; the others were recognised."""

    def confidences(self) -> list[float]:
        """For each phone how likely it is to be this one in this place; 1 for silence.

        Logistic regressions on the phones' and words' mean advantage, on 80 sentences of flite's kal and kal16: of
        words in transcripts 97 % of the phones are right (same phone, middle within 40 ms), of recognised ones 88 %, of
        filler 42 %.
        """
        frames: dict[int, list[NDArray[np.float32]]] = {}
        for p in self.phones:
            frames.setdefault(p.slot, []).append(self.advantage[p.start : p.end])
        word = {slot: float(np.concatenate(parts).mean()) for slot, parts in frames.items()}
        out: list[float] = []
        for p in self.phones:
            if p.slot == SILENCE_ARC:
                out.append(1.0)
                continue
            if p.slot == FILLER_ARC:
                odds = -1.4 + 0.18 * min(p.end - p.start, 10)
            elif self.written[p.slot]:
                odds = 3.5 + 0.36 * float(self.advantage[p.start : p.end].mean()) + 0.58 * word[p.slot]
            else:
                odds = 1.3 + 0.21 * float(self.advantage[p.start : p.end].mean()) + 0.86 * word[p.slot]
            out.append(1.0 / (1.0 + math.exp(-odds)))
        return out


def listen(passage: Passage, heed: Heed) -> Found:
    """Recognise words, and phones where no word fits."""
    heard = recognise(passage.cepstra, lambda fraction: heed(0.8 * fraction))
    heed(0.85)
    alignment = align(
        acoustic_model(),
        features(passage.cepstra),
        [_slot_of(h) for h in heard],
        _RECOGNISED,
        silent=passage.silent,
    )
    return _without_noise(passage, alignment, [h.word for h in heard])


class Follower:
    """Follows a transcript through the pieces of a clip, one after the other."""

    def __init__(self, words: Sequence[TranscriptWord]) -> None:
        self._words = words
        self._slots: dict[int, Slot] = {}
        self._position = 0

    def listen(self, passage: Passage, heed: Heed) -> Found:
        """Place the transcript's next words; recognise what is not among them."""
        span = self._span(self._position, passage)
        alignment = self._place(passage, span)
        heed(0.3)
        spoken = passage.activity >= 0.5
        if spoken.any() and self._astray(alignment, spoken):
            heard = recognise(passage.cepstra, lambda fraction: heed(0.3 + 0.5 * fraction))
            moved = self._elsewhere(heard)
            if moved is not None:
                there = self._span(moved, passage)
                instead = self._place(passage, there)
                if len(word_advantages(instead)) > len(word_advantages(alignment)):
                    span, alignment = there, instead
            found, used = self._with_heard(passage, alignment, span.start, heard)
        else:
            found = self._believed(passage, alignment, self._texts(span), (True,) * len(span))
            used = _highest_slot(alignment)
        self._position = span.start + used + 1
        return found

    def _span(self, first: int, passage: Passage) -> range:
        """The words from `first` that the piece may hold, with some to spare."""
        return range(first, min(len(self._words), first + 30 + int(6 * len(passage.cepstra) / FRAME_RATE)))

    def _place(self, passage: Passage, span: range) -> Alignment:
        slots = [self._slot(i) for i in span]
        open_end = not passage.last or span.stop < len(self._words)
        data = features(passage.cepstra)
        quiet = passage.silent

        def attempt(tolerance: Tolerance) -> Alignment:
            return align(acoustic_model(), data, slots, tolerance, silent=quiet, open_end=open_end)

        alignment = attempt(_WRITTEN)
        means = list(word_advantages(alignment).values())
        lenience = float(np.clip(-np.median(means), 0.0, _MOST_LENIENCE)) if means else 0.0
        if lenience > 0.1 and any(p.slot == FILLER_ARC for p in alignment.phones):
            alignment = attempt(Tolerance(_WRITTEN.filler, _WRITTEN.filler_frame + lenience, _WRITTEN.omission))
        return alignment

    def _astray(self, alignment: Alignment, spoken: NDArray[np.bool_]) -> bool:
        """Whether something else may have been said, or much more."""
        means = word_advantages(alignment)
        filler = _frames_of(alignment, lambda p: p.slot == FILLER_ARC)
        heard_else = _longest_run(filler & spoken) >= _WORTH_HEARING
        return heard_else or (bool(means) and float(np.mean(list(means.values()))) < _DISBELIEF)

    def _with_heard(
        self, passage: Passage, alignment: Alignment, first: int, heard: Sequence[Heard]
    ) -> tuple[Found, int]:
        """Recognised words put where the transcript is silent; or all of them where it does not belong here."""
        used = _highest_slot(alignment)
        placed = word_advantages(alignment)
        spoken = passage.activity >= 0.5
        filler = _frames_of(alignment, lambda p: p.slot == FILLER_ARC)
        items: list[tuple[int, Slot, str, bool]] = []
        for slot in placed:
            begin = min(p.start for p in alignment.phones if p.slot == slot)
            items.append((begin, self._slot(first + slot), self._words[first + slot].text, True))
        for h in heard:
            middle = (h.start + h.end) // 2
            if middle < len(filler) and filler[middle]:
                items.append((middle, Slot(_slot_of(h).readings, optional=True), h.word, False))
        items.sort(key=lambda item: item[0])
        data = features(passage.cepstra)
        quiet = passage.silent
        mixed = align(acoustic_model(), data, [i[1] for i in items], _WRITTEN, silent=quiet)
        mean = float(np.mean(list(placed.values()))) if placed else -np.inf
        untold = (filler & spoken).sum() / max(spoken.sum(), 1)
        if mean < _DISBELIEF or untold > _UNTOLD:
            alone = align(acoustic_model(), data, [_slot_of(h) for h in heard], _RECOGNISED, silent=quiet)
            if _worth(alone, spoken) > _worth(mixed, spoken) + _BENEFIT_OF_DOUBT:
                return _without_noise(passage, alone, [h.word for h in heard]), -1 if not passage.last else used
        return self._believed(passage, mixed, tuple(i[2] for i in items), tuple(i[3] for i in items)), used

    @staticmethod
    def _believed(passage: Passage, alignment: Alignment, texts: tuple[str, ...], written: tuple[bool, ...]) -> Found:
        """What was placed, less words that neither sound like themselves nor like speech."""
        means = word_advantages(alignment)
        if (passage.activity >= 0.5).mean() < _HARDLY and len(means) < len(texts) / 2:
            return Found((), alignment.advantage, (), ())
        phones: list[Placed] = []
        for run in _runs(alignment.phones):
            start, end = run[0].start, run[-1].end
            doubtful = run[0].slot == FILLER_ARC or means.get(run[0].slot, 0.0) < _POOR
            noise = doubtful and passage.activity[start:end].mean() < _UNVOICED
            phones += [Placed("SIL", start, end, SILENCE_ARC)] if noise else run
        return Found(_without_clicks(phones), alignment.advantage, texts, written)

    def _elsewhere(self, heard: Sequence[Heard]) -> int | None:
        """Where in the rest of the transcript the heard words stand, if clearly elsewhere than expected.

        Each pair of neighbouring words that both have votes for the place where the transcript would then begin.
        """
        ahead = self._words[self._position : self._position + _SEARCHED]
        pairs: dict[tuple[str, str], list[int]] = {}
        for i, pair in enumerate(pairwise(w.readings[0][0] for w in ahead)):
            pairs.setdefault(pair, []).append(i)
        starts = np.array(
            [max(0, i - k) for k, pair in enumerate(pairwise(h.word for h in heard)) for i in pairs.get(pair, ())],
            int,
        )
        if not len(starts):
            return None
        # Words left out or added on the way shift the beginning by as many.
        votes = (np.abs(starts[:, None] - starts) <= _SHIFT).sum(1)
        best = int(starts[votes.argmax()])
        here = int((starts <= 2 * _SHIFT).sum())
        if votes.max() < min(3, len(heard) - 1) or votes.max() <= 2 * here or best < _NEARBY:
            return None
        return self._position + int(np.median(starts[np.abs(starts - best) <= _SHIFT]))

    def _slot(self, index: int) -> Slot:
        if index not in self._slots:
            word = self._words[index]
            readings = tuple(tuple(pronounce(s) for s in reading) for reading in word.readings)
            self._slots[index] = Slot(tuple(r for r in readings if r and all(r)), word.optional)
        return self._slots[index]

    def _texts(self, span: range) -> tuple[str, ...]:
        return tuple(self._words[i].text for i in span)


_SEARCHED: Final = 4000
"""Words of the transcript in which heard words are looked for."""
_SHIFT: Final = 4
"""Words."""
_NEARBY: Final = 20
"""Words ahead that the alignment reaches by itself."""


def _slot_of(heard: Heard) -> Slot:
    return Slot(((pronounce(heard.word),),))


def word_advantages(alignment: Alignment) -> dict[int, float]:
    """Mean advantage over the frames of each slot that was placed."""
    frames: dict[int, list[NDArray[np.float32]]] = {}
    for p in alignment.phones:
        if p.slot >= 0:
            frames.setdefault(p.slot, []).append(alignment.advantage[p.start : p.end])
    return {slot: float(np.concatenate(parts).mean()) for slot, parts in frames.items()}


def _highest_slot(alignment: Alignment) -> int:
    return max((p.slot for p in alignment.phones), default=-1)


def _frames_of(alignment: Alignment, chosen: Callable[[Placed], bool]) -> NDArray[np.bool_]:
    mask = np.zeros(len(alignment.advantage), np.bool_)
    for p in alignment.phones:
        if chosen(p):
            mask[p.start : p.end] = True
    return mask


def _longest_run(mask: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _worth(alignment: Alignment, spoken: NDArray[np.bool_]) -> float:
    """How well an account explains the frames in which somebody speaks."""
    filler = _frames_of(alignment, lambda p: p.slot == FILLER_ARC)
    values = np.where(filler, _FILLER_WORTH, alignment.advantage)
    return float(values[spoken].mean()) if spoken.any() else float(values.mean())


def _without_noise(passage: Passage, alignment: Alignment, texts: Sequence[str]) -> Found:
    """Recognised words and phones, less those where nobody speaks."""
    phones: list[Placed] = []
    for run in _runs(alignment.phones):
        start, end = run[0].start, run[-1].end
        noise = run[0].slot != SILENCE_ARC and passage.activity[start:end].mean() < _UNVOICED
        phones += [Placed("SIL", start, end, SILENCE_ARC)] if noise else run
    return Found(_without_clicks(phones), alignment.advantage, tuple(texts), (False,) * len(texts))


def _runs(phones: Iterable[Placed]) -> list[list[Placed]]:
    """Phones of a word, of a stretch of filler, of silence together."""
    return [list(group) for _, group in groupby(phones, key=lambda p: p.slot)]


def _without_clicks(phones: Iterable[Placed]) -> tuple[Placed, ...]:
    """Filler beside silence, if short or without a vowel, is a click, a breath or a smack of the lips."""
    runs = _runs(phones)
    out: list[Placed] = []
    for i, run in enumerate(runs):
        alone = any(0 <= k < len(runs) and runs[k][0].slot == SILENCE_ARC for k in (i - 1, i + 1)) or len(runs) == 1
        start, end = run[0].start, run[-1].end
        brief = end - start < _CLICK or not any(p.phone in VOWELS for p in run)
        click = run[0].slot == FILLER_ARC and alone and brief
        out += [Placed("SIL", start, end, SILENCE_ARC)] if click else run
    return tuple(out)
