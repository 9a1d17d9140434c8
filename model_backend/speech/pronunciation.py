# SPDX-License-Identifier: GPL-3.0-or-later
"""How words sound: the dictionary that comes with the recogniser, and what is made from it for other words.

A word outside the dictionary is tried as an inflected or possessive form of one inside, as a compound of
two, and last by a letter-to-sound model that is learnt from the dictionary itself when first needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

Phones = tuple[str, ...]
Variants = tuple[Phones, ...]

_VOICELESS: Final = frozenset(["P", "T", "K", "F", "TH", "HH"])
_SIBILANT: Final = frozenset(["S", "Z", "SH", "ZH", "CH", "JH"])


def dictionary_path() -> Path:
    """The CMU dictionary in pocketsphinx's wheel."""
    import pocketsphinx

    return Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"))


def read_dictionary(lines: Iterable[str]) -> dict[str, Variants]:
    """Words with their variants from lines such as "tomato(2) T AH M AA T OW"."""
    words: dict[str, list[Phones]] = {}
    for line in lines:
        word, *phones = line.split()
        if word.endswith(")"):
            word = word[: word.index("(", 1)]
        words.setdefault(word, []).append(tuple(phones))
    return {word: tuple(variants) for word, variants in words.items()}


@lru_cache(maxsize=1)
def dictionary() -> dict[str, Variants]:
    """The whole dictionary, read once per process (about 0.2 s)."""
    with dictionary_path().open(encoding="utf-8") as file:
        return read_dictionary(file)


_CORRECTIONS: Final[dict[str, str]] = {
    "dr": "D AA K T ER|D R AY V", "miz": "M IH Z", "missus": "M IH S IH Z", "mister": "M IH S T ER",
    "yeah": "Y AE|Y EH AH",
    "sh": "SH", "shh": "SH", "shhh": "SH", "hm": "HH M|M", "hmm": "HH M|M", "mm": "M", "mmm": "M", "psst": "P S T",
    "pst": "P S T", "pfft": "P F T", "brr": "B ER", "brrr": "B ER", "grr": "G ER", "grrr": "G ER", "tsk": "T S K",
    "zzz": "Z", "mhm": "M HH M", "ugh": "AH G|AH", "ow": "AW", "ooh": "UW", "oooh": "UW", "aww": "AO", "duh": "D AH",
    "huh": "HH AH", "uhhuh": "AH HH AH", "nope": "N OW P", "yep": "Y EH P", "dunno": "D AH N OW", "lemme": "L EH M IY",
    "gimme": "G IH M IY", "gotcha": "G AA CH AH", "kinda": "K AY N D AH", "sorta": "S AO R T AH", "wanna": "W AA N AH",
    "whoa": "W OW", "wow": "W AW",
}  # fmt: skip
"""Interjections and abbreviations that the dictionary lacks or has only for another meaning."""


@lru_cache(maxsize=20000)
def pronounce(word: str) -> Variants:
    """The ways to say `word` (lower case, letters and apostrophes), the likeliest first; never empty for one with a
    letter in it. Phones are ARPAbet without stress digits."""
    known = _known(word)
    if known:
        return known
    return _derived(word) or _guessed(word)


def is_known(word: str) -> bool:
    """Whether the dictionary has the word itself."""
    return bool(_known(word))


def _known(word: str) -> Variants:
    if word in _CORRECTIONS:
        return tuple(tuple(variant.split()) for variant in _CORRECTIONS[word].split("|"))
    return dictionary().get(word, ())


def _derived(word: str) -> Variants:
    """From a dictionary word: possessive, plural, past, -ing, -er, -ly, dropped g, drawn-out letters, compounds."""
    if word.endswith("in'") and (base := pronounce(word[:-1] + "g")):
        return tuple((*p[:-1], "N") if p[-1:] == ("NG",) else p for p in base)
    if "'" in word:
        stem, _, ending = word.rpartition("'")
        if ending == "s" and stem:
            return _each(_known(stem) or _derived(stem) or _guessed(stem), _sibilant_ending)
        if ending == "" and stem:
            return pronounce(stem)
        if ending in _CONTRACTIONS and stem:
            return _each(_known(stem) or _derived(stem) or _guessed(stem), lambda p: p + _CONTRACTIONS[ending])
        return pronounce(word.replace("'", "")) if word.replace("'", "") else ()
    drawn = re.sub(r"(.)\1{2,}", r"\1\1", word)
    if drawn != word or re.search(r"(.)\1$", word):
        shorter = (re.sub(r"(.)\1{2,}", r"\1", word), drawn, re.sub(r"(.)\1+$", r"\1", drawn))
        found = dict.fromkeys(p for s in shorter if s != word for p in _known(s))
        if found:
            return tuple(found)
    for ending, stems, add in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            base = word[: -len(ending)]
            for stem in (base + s if s != "2" else _undoubled(base) for s in stems):
                if stem and (known := _known(stem)):
                    return _each(known, add)
    return _compound(word)


_CONTRACTIONS: Final[dict[str, Phones]] = {
    "ll": ("AH", "L"), "d": ("D",), "ve": ("AH", "V"), "re": ("ER",), "m": ("M",), "t": ("T",), "em": ("AH", "M"),
}  # fmt: skip


def _each(variants: Variants, change: Callable[[Phones], Phones]) -> Variants:
    return tuple(change(p) for p in variants)


def _sibilant_ending(p: Phones) -> Phones:
    if p[-1] in _SIBILANT:
        return (*p, "IH", "Z")
    return (*p, "S") if p[-1] in _VOICELESS else (*p, "Z")


def _past_ending(p: Phones) -> Phones:
    if p[-1] in ("T", "D"):
        return (*p, "IH", "D")
    return (*p, "T") if p[-1] in _VOICELESS or p[-1] in ("S", "SH", "CH") else (*p, "D")


def _undoubled(base: str) -> str:
    return base[:-1] if len(base) > 2 and base[-1] == base[-2] else ""


_ENDINGS: Final = (
    ("ies", ("y",), _sibilant_ending),
    ("es", ("", "e"), _sibilant_ending),
    ("s", ("",), _sibilant_ending),
    ("ied", ("y",), _past_ending),
    ("ed", ("", "e", "2"), _past_ending),
    ("ing", ("", "e", "2"), lambda p: (*p, "IH", "NG")),
    ("in", ("", "e", "2"), lambda p: (*p, "IH", "N")),
    ("er", ("", "e", "2"), lambda p: (*p, "ER")),
    ("ers", ("", "e", "2"), lambda p: (*p, "ER", "Z")),
    ("est", ("", "e", "2"), lambda p: (*p, "IH", "S", "T")),
    ("ly", ("",), lambda p: (*p, "L", "IY") if p[-1] != "L" else (*p, "IY")),
    ("ness", ("",), lambda p: (*p, "N", "AH", "S")),
    ("less", ("",), lambda p: (*p, "L", "AH", "S")),
    ("ful", ("",), lambda p: (*p, "F", "AH", "L")),
    ("able", ("", "e", "2"), lambda p: (*p, "AH", "B", "AH", "L")),
    ("ish", ("", "e", "2"), lambda p: (*p, "IH", "SH")),
    ("y", ("", "e", "2"), lambda p: (*p, "IY")),
)


def _compound(word: str) -> Variants:
    """Two dictionary words of three letters or more each, split where the shorter one is longest."""
    best: tuple[int, str, str] | None = None
    for i in range(3, len(word) - 2):
        left, right = word[:i], word[i:]
        if _known(left) and _known(right) and (best is None or min(i, len(word) - i) > best[0]):
            best = (min(i, len(word) - i), left, right)
    if best is None or (best[0] < 4 and len(word) < 9):
        return ()
    return tuple(a + b for a in _known(best[1])[:2] for b in _known(best[2])[:2])


def _guessed(word: str) -> Variants:
    from .letter_to_sound import letter_to_sound

    return letter_to_sound().pronounce(word)
