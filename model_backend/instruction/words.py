# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of English text: tokens with their places, spelling variants, inflected forms, slips of the keyboard."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


def words_of(text: str) -> frozenset[str]:
    """The words of a text, for the word lists."""
    return frozenset(text.split())


_TOKEN = re.compile(
    r"(?P<unit>AU\s?_?\d{1,2}[A-E]?[LR]?(?![^\W_]))"
    r"|(?P<number>\d+(?:[.,]\d+)?(?:\s?%)?)"
    r"|(?P<word>[^\W\d_]+(?:['’ʼ`´](?:[^\W\d_]+))?)"
    r"|(?P<mark>[.,;:!?…—–()\[\]{}/+&\-•*\n])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, FACS unit or mark; `text` is in lower case, without accents, in American spelling."""

    text: str
    start: int
    end: int
    kind: str


def tokens(text: str) -> list[Token]:
    """The tokens of a text with their character positions. Total: whatever is no token is passed over."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        surface = match.group()
        if kind == "word":
            surface = plain(surface)
        found.append(Token(surface.lower(), match.start(), match.end(), kind))
    return found


def plain(word: str) -> str:
    """A word in lower case, without accents, with a straight apostrophe and American spelling."""
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
        word = re.sub("[’ʼ`´]", "'", word)
    word = word.lower().replace("`", "'")
    if word.endswith("'s"):
        word = word[:-2]
    return american(word)


_BRITISH: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^scept"), "skept"),
    (re.compile(r"our(s|ed|ing|less|ful|ite|able)?$"), r"or\1"),
    (re.compile(r"(ll)(ed|ing|er|ers)$"), r"l\2"),
    (re.compile(r"((?:[nlhgtdk]|[eo]r))is(e|es|ed|ing|ation|er)$"), r"\1iz\2"),
    (re.compile(r"mould"), "mold"),
    (re.compile(r"^centre"), "center"),
)


@lru_cache(maxsize=16384)
def american(word: str) -> str:
    """One spelling for words that are spelt in two ways: "sceptical", "savour", "agonised", "grey".

    Not a dictionary: "pulled" becomes "puled" too, which does no harm as the lexicon goes the same way.
    """
    if len(word) < 5:
        return word
    for pattern, replacement in _BRITISH:
        changed = pattern.sub(replacement, word)
        if changed != word:
            return changed
    return word


_VOWELS = "aeiou"


def _doubles(word: str) -> bool:
    """Whether the last consonant doubles before -ed and -ing: one vowel before it, one syllable ("grin")."""
    return (
        len(word) >= 3
        and word[-1] not in _VOWELS + "wxy"
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
        and sum(c in _VOWELS + "y" for c in word) == 1
    )


_IRREGULAR: Final[dict[str, str]] = {
    "bite": "bit bitten",
    "bleed": "bled",
    "break": "broke broken",
    "bring": "brought",
    "catch": "caught",
    "cry": "cries cried crying",
    "draw": "drew drawn",
    "fall": "fell fallen",
    "feel": "felt",
    "fight": "fought",
    "freeze": "froze frozen",
    "get": "got gotten getting",
    "go": "goes went gone",
    "grind": "ground",
    "grow": "grew grown",
    "hang": "hung",
    "hear": "heard",
    "hide": "hid hidden",
    "hold": "held",
    "keep": "kept",
    "light": "lit",
    "lose": "lost",
    "make": "made",
    "meet": "met",
    "rise": "rose risen rising",
    "see": "saw seen",
    "shake": "shook shaken",
    "shine": "shone",
    "show": "shown",
    "shut": "shutting",
    "sink": "sank sunk",
    "bend": "bent",
    "lean": "leant leaned leaning",
    "shrink": "shrank shrunk",
    "slide": "slid sliding",
    "sneak": "snuck sneaked",
    "spit": "spat spitting",
    "spread": "spreading",
    "swell": "swollen swelled",
    "wind": "wound",
    "spring": "sprang sprung",
    "stick": "stuck",
    "sweep": "swept",
    "swallow": "swallowed",
    "take": "took taken",
    "tear": "tore torn teared tearing",
    "throw": "threw thrown",
    "wear": "wore worn",
    "weep": "wept",
    "win": "won winning",
    "write": "wrote written",
}


def verb_forms(verb: str) -> list[str]:
    """-s, -ed and -ing forms of a base form, or the irregular ones."""
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        third = verb + "es"
    elif verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        third = verb[:-1] + "ies"
    else:
        third = verb + "s"
    if verb.endswith("ie"):
        past, gerund = verb + "d", verb[:-2] + "ying"
    elif verb.endswith("ee"):
        past, gerund = verb + "d", verb + "ing"
    elif verb.endswith("e"):
        past, gerund = verb + "d", verb[:-1] + "ing"
    elif verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        past, gerund = verb[:-1] + "ied", verb + "ing"
    elif _doubles(verb):
        past, gerund = verb + verb[-1] + "ed", verb + verb[-1] + "ing"
    else:
        past, gerund = verb + "ed", verb + "ing"
    irregular = _IRREGULAR.get(verb, "").split()
    return [third, gerund, *(irregular or [past])]


def noun_forms(noun: str) -> list[str]:
    """The plural."""
    if noun == "tooth":
        return ["teeth"]
    return [verb_forms(noun)[0]]


def adjective_forms(adjective: str) -> list[str]:
    """Adverb, quality, comparative and superlative: "gloomy" gives "gloomily", "gloominess", "gloomier" …"""
    stem = adjective
    if adjective.endswith("y") and not any(c in _VOWELS for c in adjective):
        return [adjective + "ly", adjective + "ness", adjective + "er", adjective + "est"]  # shyly, slyly, wryly
    if adjective.endswith("y") and adjective[-2:-1] not in _VOWELS:
        stem = adjective[:-1] + "i"
        return [stem + "ly", stem + "ness", stem + "er", stem + "est"]
    if adjective.endswith("le") and adjective[-3:-2] not in _VOWELS:
        return [adjective[:-1] + "y", adjective + "ness"]
    if adjective.endswith("ic"):
        return [adjective + "ally"]
    if adjective.endswith("e"):
        return [adjective + "ly", adjective + "ness", adjective + "r", adjective + "st"]
    forms = [adjective + "ly", adjective + "ness"]
    if sum(c in _VOWELS for c in adjective) <= 2 and len(adjective) <= 6:
        last = adjective + adjective[-1] if _doubles(adjective) else adjective
        forms += [last + "er", last + "est"]
    return forms


class SpellingIndex:
    """Finds the word that a mistyped one was meant to be, one slip away (Damerau 1964).

    Forgiven are two letters swapped, a letter doubled or not doubled, and in longer words a missing letter, a
    neighbouring key or one vowel for another; never at the first or last letter, for there it is mostly another
    word: "parted" is not "parter", nor "sneer" "steer".
    """

    _SHORTEST = 5

    def __init__(self, words: Iterable[str]) -> None:
        self._deletions: dict[str, list[str]] = {}
        self._words = {word for word in words if len(word) >= self._SHORTEST and word.isascii() and word.isalpha()}
        self._single = {_single(word): word for word in sorted(self._words, reverse=True) if len(word) >= 7}
        for word in sorted(self._words):
            for form in _without_one(word):
                self._deletions.setdefault(form, []).append(word)

    def meant(self, typed: str) -> str | None:
        """The word meant, or None; `typed` is in plain form."""
        if not self._SHORTEST - 1 <= len(typed) <= 24 or not typed.isascii():
            return None
        best: tuple[int, str] | None = None
        for form in (typed, *_without_one(typed)):
            candidates = list(self._deletions.get(form, ()))
            if form in self._words:
                candidates.append(form)
            for word in candidates:
                cost = _slip(typed, word)
                if cost is not None and (best is None or (cost, word) < best):
                    best = (cost, word)
        if best is None and len(typed) >= 6:
            return self._single.get(_single(typed))
        return best[1] if best else None


def _single(word: str) -> str:
    """The word with every doubled letter single: "dissapointed" is meant for "disappointed"."""
    return re.sub(r"(.)\1", r"\1", word)


def _without_one(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(1, len(word))]


_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _near(a: str, b: str) -> bool:
    """Whether two letters are neighbours in a row of the keyboard, or both vowels."""
    if a in _VOWELS and b in _VOWELS:
        return True
    return any(a in row and b in row and abs(row.index(a) - row.index(b)) == 1 for row in _ROWS)


def _slip(typed: str, word: str) -> int | None:
    """Rank of the one slip between the two, the likeliest 0; None where there is none that is forgiven."""
    if typed[0] != word[0] or typed == word or (typed[-1] != word[-1] and typed[-1] != word[-2]):
        return None
    start = 0
    while start < min(len(typed), len(word)) and typed[start] == word[start]:
        start += 1
    a, b = typed[start:], word[start:]
    if len(typed) == len(word):
        if len(a) >= 2 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]:
            return 0
        if typed[-1] != word[-1]:
            return None
        return 3 if len(word) >= 8 and a[1:] == b[1:] and _near(a[0], b[0]) else None
    if typed[-1] != word[-1]:
        return None
    if len(typed) + 1 == len(word) and a == b[1:]:
        doubled = word[start] == word[start - 1]
        return 1 if doubled else 2 if len(word) >= 7 else None
    if len(typed) == len(word) + 1 and a[1:] == b:
        doubled = typed[start] == typed[start - 1]
        return 1 if doubled else 2 if len(word) >= 7 else None
    return None
