# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as English speakers say them, in words of the CMU dictionary."""

from __future__ import annotations

from typing import Final

Words = tuple[str, ...]

_ONES: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES: Final = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_ORDINALS: Final = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
LARGEST: Final = 10**18 - 1
"""Numbers above this are said digit by digit."""


def digits(text: str) -> Words:
    """Each digit of `text` by itself: "05" is zero five. Signs other than digits are skipped."""
    return tuple(_ONES[int(c)] for c in text if c.isascii() and c.isdigit())


def cardinal(n: int) -> Words:
    """0 <= n <= `LARGEST` in words, without "and"; beyond that its digits."""
    if n > LARGEST:
        return digits(str(n))
    if n == 0:
        return ("zero",)
    words: list[str] = []
    for scale in range(len(_SCALES) - 1, -1, -1):
        group = n // 1000**scale % 1000
        if group:
            words += _below_thousand(group)
            if scale:
                words.append(_SCALES[scale])
    return tuple(words)


def _below_thousand(n: int) -> list[str]:
    words = [_ONES[n // 100], "hundred"] if n >= 100 else []
    n %= 100
    if n >= 20:
        words.append(_TENS[n // 10])
        n %= 10
    if n:
        words.append(_ONES[n])
    return words


def with_and(words: Words) -> Words:
    """The British reading: "one hundred and five"; the same words where nothing follows the hundred."""
    out: list[str] = []
    for i, word in enumerate(words):
        out.append(word)
        following = words[i + 1 : i + 2]
        small_rest = word == "thousand" and "hundred" not in words[i:] and following
        if (word == "hundred" and following and following[0] not in _SCALES) or small_rest:
            out.append("and")
    return tuple(out)


def ordinal(n: int) -> Words:
    """ "first", "twenty third"."""
    *head, last = cardinal(n)
    if last in _ORDINALS:
        last = _ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return (*head, last)


def year(n: int) -> Words:
    """A year of 1000..9999 in pairs: 1905 is nineteen oh five, 2024 twenty twenty four, 1900 nineteen hundred."""
    high, low = divmod(n, 100)
    if low == 0:
        return cardinal(n) if high % 10 == 0 else (*cardinal(high), "hundred")
    if low < 10:
        return (*cardinal(high), "oh", _ONES[low])
    return (*cardinal(high), *cardinal(low))


def plural(words: Words) -> Words:
    """ "nineteen eighties", "the sixes"."""
    *head, last = words
    if last.endswith("y"):
        last = last[:-1] + "ies"
    elif last.endswith(("x", "s")):
        last += "es"
    else:
        last += "s"
    return (*head, last)


def decimal(whole: str, fraction: str) -> Words:
    """ "3", "14" is three point one four; an empty whole part is left out."""
    head = cardinal(int(whole)) if whole else ()
    return (*head, "point", *digits(fraction))


def readings_of_integer(text: str) -> tuple[Words, ...]:
    """The ways a plain run of digits is said, the likeliest first."""
    n = int(text) if len(text) <= 19 else LARGEST + 1
    if n > LARGEST:
        return (digits(text),)
    plain = cardinal(n)
    readings: list[Words] = []
    if text.startswith("0") and len(text) > 1:
        readings.append(digits(text))
        readings.append(tuple("oh" if w == "zero" else w for w in digits(text)))
        if text.startswith("00") and len(text) == 3:
            readings.append(("double", "oh", digits(text)[-1]))
        readings.append(plain)
    elif len(text) == 4 and 1100 <= n <= 2099 and n % 1000:
        # "2005" is "two thousand (and) five" more often than "twenty oh five".
        early = 2000 < n < 2010
        readings += [plain, with_and(plain), year(n)] if early else [year(n), plain, with_and(plain)]
        readings.append(digits(text))
    else:
        readings += [plain, with_and(plain)]
        if len(text) == 3 and n % 100:
            readings.append((_ONES[n // 100], *(("oh", _ONES[n % 10]) if n % 100 < 10 else cardinal(n % 100))))
        if len(text) == 4 and n % 1000:
            readings.append(year(n))
        if n >= 100:
            readings.append(digits(text))
        if n in (100, 1000, 1_000_000):
            readings.append(("a", plain[-1]))
    return tuple(dict.fromkeys(readings))
