# SPDX-License-Identifier: GPL-3.0-or-later
"""Letter-to-sound conversion for words outside the dictionary, learnt from the dictionary.

A joint n-gram model (Bisani & Ney 2008) over pairs of one letter and the zero to two phones it stands
for. Letters and phones are paired by dynamic programming over a list of plausible pairs ("allowables",
Black, Lenzo & Pagel 1998); the n-grams are interpolated after Witten & Bell 1991. Learning is
vectorised over all words and takes well under a second, so nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .track import PHONES

Phones = tuple[str, ...]

_PHONES: Final = ("", *sorted(PHONES - {"SIL"}))
_PHONE: Final = {p: i for i, p in enumerate(_PHONES)}
_LETTERS: Final = " abcdefghijklmnopqrstuvwxyz'"
_LETTER: Final = {c: i for i, c in enumerate(_LETTERS)}
ORDER: Final = 6
"""Length of the longest n-gram."""
_LONGEST: Final = 12
"""Longer words are left out of the learning: rare, and each letter costs a step for all."""
_MOST_WORDS: Final = 40_000
_WORTH_OFFERING: Final = 2.0
"""Natural logarithm of how much less likely than the best a pronunciation may be."""

_ALLOWABLES: Final = {
    "a": "AE AA AH AO EY EH IH ER AW AY", "b": "B", "c": "K S CH SH", "d": "D T JH", "e": "EH IY AH IH ER EY Y UW",
    "f": "F V", "g": "G JH ZH F", "h": "HH", "i": "IH AY IY AH Y ER", "j": "JH HH Y ZH", "k": "K", "l": "L", "m": "M",
    "n": "N NG", "o": "OW AA AO AH UW UH AW ER W OY", "p": "P F", "q": "K", "r": "R ER", "s": "S Z SH ZH",
    "t": "T CH SH TH DH D", "u": "AH UW UH Y W ER IH Y+UW Y+UH Y+ER Y+AH", "v": "V F", "w": "W V",
    "x": "K+S G+Z Z K SH", "y": "IY IH AY Y AH", "z": "Z S T+S ZH", "'": "",
}  # fmt: skip
"""What each letter may stand for. Anything else is possible at a price, so that every word can be paired."""
_ALLOWED_COST: Final = 0.0
_SILENT_COST: Final = 1.0
_PAIR_COST: Final = 2.5
_OTHER_COST: Final = 4.0


def _costs() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Price of a letter standing for none or one phone (letters, phones), and for two (letters, phones, phones)."""
    n = len(_PHONES)
    one = np.full((len(_LETTERS), n), _OTHER_COST, np.float32)
    two = np.full((len(_LETTERS), n, n), _PAIR_COST + _OTHER_COST, np.float32)
    for letter, allowed in _ALLOWABLES.items():
        i = _LETTER[letter]
        one[i, 0] = _SILENT_COST
        for entry in allowed.split():
            first, _, second = entry.partition("+")
            if second:
                two[i, _PHONE[first], _PHONE[second]] = _ALLOWED_COST
            else:
                one[i, _PHONE[first]] = _ALLOWED_COST
                # "the m of rhythm": a vowel that no letter writes goes with the consonant after it.
                two[i, _PHONE["AH"], _PHONE[first]] = _PAIR_COST
    return one, two


def pair(words: Sequence[tuple[str, Phones]]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give each letter of each word its phones.

    Returns graphone codes (words, letters), see `_code`, 0 after a word's end, and which words could be
    paired at all. Words are lower case letters and apostrophes.
    """
    one, two = _costs()
    # The longest first: at each step the words that still have letters are a prefix.
    order = sorted(range(len(words)), key=lambda i: -len(words[i][0]))
    n = len(words)
    length = len(words[order[0]][0])
    width = 2 * length + 1
    letters = np.zeros((n, length), np.int64)
    phones = np.zeros((n, width + 1), np.int64)
    count = np.zeros(n, np.int64)
    for row, i in enumerate(order):
        word, sound = words[i]
        letters[row, : len(word)] = [_LETTER[c] for c in word]
        count[row] = len(sound)
        sound = sound[:width]
        phones[row, : len(sound)] = [_PHONE[p] for p in sound]
    width = min(width, int(count.max())) + 1
    lengths = (letters > 0).sum(1)
    cost = np.full((n, width), np.inf, np.float32)
    cost[:, 0] = 0
    choice = np.zeros((length, n, width), np.int8)
    flat = two.reshape(len(_LETTERS), -1)
    doubles = phones[:, : width - 2] * len(_PHONES) + phones[:, 1 : width - 1]
    for step in range(length):
        m = int((lengths > step).sum())
        letter = letters[:m, step, None]
        silent = cost[:m] + one[letter, 0]
        single = cost[:m, :-1] + one[letter, phones[:m, : width - 1]]
        double = cost[:m, :-2] + flat[letter, doubles[:m]]
        best = silent
        picked = choice[step, :m]
        better = single < best[:, 1:]
        picked[:, 1:][better] = 1
        np.minimum(best[:, 1:], single, out=best[:, 1:])
        better = double < best[:, 2:]
        picked[:, 2:][better] = 2
        np.minimum(best[:, 2:], double, out=best[:, 2:])
        cost[:m] = best
    rows = np.arange(n)
    position = np.minimum(count, width - 1)
    paired = np.isfinite(cost[rows, position]) & (count < width)
    codes = np.zeros((n, length), np.int64)
    for step in range(length - 1, -1, -1):
        m = int((lengths > step).sum())
        taken = choice[step, rows[:m], position[:m]].astype(np.int64)
        position[:m] = np.maximum(position[:m] - taken, 0)
        first = np.where(taken >= 1, phones[rows[:m], position[:m]], 0)
        second = np.where(taken == 2, phones[rows[:m], position[:m] + 1], 0)
        codes[:m, step] = _code(letters[:m, step], first, second)
    back = np.empty(n, np.int64)
    back[order] = rows
    return codes[back], paired[back]


def _code(letter: NDArray[np.int64], first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for a letter with its phones; 0 is the edge of a word."""
    n = len(_PHONES)
    return (letter * n + first) * n + second


class LetterToSound:
    """A joint n-gram model of spelling and sound."""

    def __init__(self, lexicon: Mapping[str, Sequence[Phones]], most: int = _MOST_WORDS) -> None:
        """Learn from words (lower case) with their pronunciations; only the first of each is used.

        Of a larger lexicon `most` words are taken, evenly spread.
        """
        words = [
            (word, variants[0])
            for word, variants in lexicon.items()
            if 2 <= len(word) <= _LONGEST and word.isascii() and word.isalpha()
        ]
        words = words[:: -(-len(words) // most)]
        codes, paired = pair(words)
        graphones, inverse = np.unique(codes[paired], return_inverse=True)
        ids = inverse.reshape(codes[paired].shape).astype(np.int64)
        if graphones[0] != 0:  # all words equally long: there was no padding
            graphones, ids = np.concatenate([[0], graphones]), ids + 1
        self._base = len(graphones)
        n = len(_PHONES)
        self._phones: list[Phones] = [tuple(_PHONES[x] for x in (g // n % n, g % n) if x) for g in graphones.tolist()]
        self._of_letter: dict[str, NDArray[np.int64]] = {
            c: np.flatnonzero(graphones // (n * n) == i) for c, i in _LETTER.items() if c != " "
        }
        self._tables = [self._count(ids, order) for order in range(1, ORDER + 1)]

    def _count(self, ids: NDArray[np.int64], order: int) -> tuple[NDArray[np.int64], ...]:
        """n-grams of `order` as sorted keys with their counts; contexts as sorted keys with totals and kinds.

        A key is the n-gram in base `_base`, the oldest graphone first; the edge of a word is graphone 0.
        """
        padded = np.pad(ids, ((0, 0), (order - 1, 1)))
        valid = np.arange(ids.shape[1] + 1) <= (ids > 0).sum(1)[:, None]
        keys = np.zeros(valid.shape, np.int64)
        for offset in range(order):
            keys = keys * self._base + padded[:, offset : offset + valid.shape[1]]
        grams, counts = np.unique(keys[valid], return_counts=True)
        contexts, first, kinds = np.unique(grams // self._base, return_index=True, return_counts=True)
        return grams, counts, contexts, np.add.reduceat(counts, first), kinds

    def _log_probability(self, history: NDArray[np.int64], graphone: NDArray[np.int64]) -> NDArray[np.float64]:
        """log p(graphone | history): history (n, ORDER - 1), graphone (n,)."""
        p = np.full(len(graphone), 1.0 / self._base)
        context = np.zeros(len(graphone), np.int64)
        for order, (grams, counts, contexts, totals, kinds) in enumerate(self._tables, 1):
            if order > 1:
                context = context + history[:, ORDER - order] * self._base ** (order - 2)
            i = np.minimum(np.searchsorted(contexts, context), len(contexts) - 1)
            seen = contexts[i] == context
            key = context * self._base + graphone
            j = np.minimum(np.searchsorted(grams, key), len(grams) - 1)
            count = np.where(grams[j] == key, counts[j], 0)
            p = np.where(seen, (count + kinds[i] * p) / (totals[i] + kinds[i]), p)
        return np.log(p)

    def pronounce(self, word: str, variants: int = 2, beam: int = 24) -> tuple[Phones, ...]:
        """The likeliest pronunciations of `word`, best first, at most `variants`; letters outside a-z are skipped.

        Empty for a word without letters.
        """
        letters = [c for c in word.lower() if c in self._of_letter and len(self._of_letter[c])]
        if not letters:
            return ()
        history = np.zeros((1, ORDER - 1), np.int64)
        score = np.zeros(1)
        sound: list[Phones] = [()]
        for letter in letters:
            options = self._of_letter[letter]
            parent = np.repeat(np.arange(len(score)), len(options))
            graphone = np.tile(options, len(score))
            total = score[parent] + self._log_probability(history[parent], graphone)
            kept = np.argsort(-total)[:beam]
            history = np.concatenate([history[parent[kept], 1:], graphone[kept, None]], 1)
            sound = [sound[parent[k]] + self._phones[graphone[k]] for k in kept]
            score = total[kept]
        score = score + self._log_probability(history, np.zeros(len(score), np.int64))
        ways: dict[Phones, float] = {}
        for p, s in zip(sound, score.tolist(), strict=True):
            if p:
                ways[p] = float(np.logaddexp(ways[p], s)) if p in ways else s
        best = sorted(ways, key=lambda p: -ways[p])[:variants]
        # A second way is worth offering only where it is nearly as likely.
        return tuple(p for p in best if ways[p] > ways[best[0]] - _WORTH_OFFERING)


@lru_cache(maxsize=1)
def letter_to_sound() -> LetterToSound:
    """The model of the recogniser's dictionary, learnt when first asked for."""
    from .pronunciation import dictionary

    return LetterToSound(dictionary())
