# SPDX-License-Identifier: GPL-3.0-or-later
"""A transcript as the words that a speaker would say for it.

Writing leaves open how it is read: "1984" may be a year or a count, "St." a saint or a street, "SQL"
a word or three letters. Each word of the transcript therefore carries its possible *readings*, the
likeliest first, and the alignment with the sound decides between them. Words of a reading are lower
case, spelt as in the CMU dictionary; a letter said by its name is the letter with a full stop ("f.").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..errors import JobError
from . import numerals
from .numerals import Words

LONGEST_TRANSCRIPT: Final = 1_000_000
"""Characters; eight hours of fast speech are about half of it."""


@dataclass(frozen=True)
class TranscriptWord:
    """One word as the transcript spells it, with the ways to say it."""

    text: str
    readings: tuple[Words, ...]
    optional: bool = False
    """Quite possibly not spoken: a name before a colon, or words in parentheses or asterisks."""


def read_transcript(transcript: str) -> tuple[TranscriptWord, ...]:
    """Words of `transcript` in order; empty where it holds nothing that is spoken.

    Punctuation, emoji, mark-up and directions in square brackets are left out. Raises `JobError` for a
    transcript wholly in another alphabet than Latin, and for one too long to be the text of a clip.
    """
    if len(transcript) > LONGEST_TRANSCRIPT:
        raise JobError("The transcript is longer than any clip can be; give only the words spoken in this clip.")
    tokens = list(_tokens(_normalised(transcript)))
    words: list[TranscriptWord] = []
    for i, (token, optional) in enumerate(tokens):
        before = tokens[i - 1][0] if i else ""
        after = tokens[i + 1][0] if i + 1 < len(tokens) else ""
        readings = _readings(token, before, after)
        if readings:
            words.append(TranscriptWord(_trimmed(token) or token, readings, optional))
    if not words and any(c.isalpha() and not _is_latin(c) for c in transcript):
        raise JobError(
            "The transcript is not in the Latin alphabet; write it as it sounds in Latin letters, or leave it empty."
        )
    return tuple(words)


# --- characters ------------------------------------------------------------------------------------

_APOSTROPHES: Final = "\u2018\u2019\u201b\u02bc\u02bb\u0060\u00b4\u2032\uff07"
_LETTERS: Final = {
    "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l",
    "Ł": "L", "þ": "th", "Þ": "Th", "ð": "th", "Ð": "Th", "ı": "i", "ẞ": "SS", "ŋ": "ng", "Ŋ": "Ng",
}  # fmt: skip
_CHARACTERS: Final = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys("“”„‟«»″", '"')
    | dict.fromkeys("‐‑\xad−", "-")
    | dict.fromkeys("‒–—―", " — ")
)


def _normalised(text: str) -> str:
    """NFKC with one kind of apostrophe, quote and dash."""
    # Acute accent and grave accent are apostrophes before NFKC makes spaces with accents of them.
    text = re.sub(r"(?<=\d)[\u2012\u2013](?=\d)", "-", text)  # a range of numbers: 10–15
    return unicodedata.normalize("NFKC", text.translate(_CHARACTERS)).translate(_CHARACTERS)


def folded(text: str) -> str:
    """`text` with its accents taken off: café is cafe, Łódź is Lodz."""
    text = "".join(_LETTERS.get(c, c) for c in text)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _is_latin(c: str) -> bool:
    return "LATIN" in unicodedata.name(c, "")


# --- tokens ----------------------------------------------------------------------------------------

_DIRECTIONS: Final = re.compile(r"\[[^\]\[]{0,300}\]|\{[^{}]{0,300}\}|<[^<>]{0,300}>")
_ASIDE: Final = re.compile(r"\(([^()]{0,300})\)|\*{1,3}([^*\n]{1,300})\*{1,3}")
_SPEAKER: Final = re.compile(r"^[ \t]*((?:[A-Z][A-Z.'-]*[ \t]?){1,3}|[A-Z][a-z]+):(?=[ \t])", re.MULTILINE)
_SPACES: Final = re.compile(r"\s+|[\u2014\"|~\u2026]|\.{2,}|(?<=[^\W\d_]),(?=[^\W\d_])|[!?;]+(?=\w)")


def _tokens(text: str) -> Iterable[tuple[str, bool]]:
    """Runs of signs between spaces, and whether each may well be unspoken."""
    text = _DIRECTIONS.sub(" ", text)
    spans = [m.span() for m in _SPEAKER.finditer(text)] + [m.span() for m in _ASIDE.finditer(text)]
    spans.sort()
    position = 0
    pieces: list[tuple[str, bool]] = []
    for start, end in spans:
        if start < position:
            continue
        pieces += [(text[position:start], False), (text[start:end], True)]
        position = end
    pieces.append((text[position:], False))
    for piece, optional in pieces:
        for token in _SPACES.split(piece):
            if token:
                yield token, optional


_EDGE: Final = re.compile(r"^[^\w$£€¥&@#+%°-]+|[^\w%°$£€¥+.']+$", re.UNICODE)


def _trimmed(token: str) -> str:
    """The token without the punctuation around it; the spelling that is shown."""
    apostrophe = token.startswith("'") and folded(token).lower().strip(".,!?;:") in _LEADING_APOSTROPHE
    shown = token.strip("'\"()*_.,!?;:/\\-\u2014<>[]{}~^=|")
    if apostrophe:
        shown = "'" + shown.lstrip("'")
    if re.match(r"-\d", token.lstrip("'\"(*_")) and shown[:1].isdigit():
        shown = "-" + shown
    if _INITIALS.fullmatch(token.strip("'\"()*_,!?;:-")) or token.lower().rstrip(",;:") in _ABBREVIATIONS:
        shown = token.strip("'\"()*_,!?;:-")
    return shown


# --- readings --------------------------------------------------------------------------------------

_LEADING_APOSTROPHE: Final = frozenset(
    [
        "'bout",
        "'cause",
        "'course",
        "'cuse",
        "'em",
        "'frisco",
        "'gain",
        "'kay",
        "'m",
        "'n",
        "'round",
        "'s",
        "'til",
        "'tis",
        "'twas",
    ]
)
_INITIALS: Final = re.compile(r"(?:[A-Za-z]\.){2,}(?:[A-Za-z]|'?s)?|(?:[A-Z]\.)")
_MONEY: Final = {
    "$": ("dollar", "cent"), "£": ("pound", "penny"), "€": ("euro", "cent"), "¥": ("yen", "sen"),
}  # fmt: skip
_SCALE_WORDS: Final = frozenset(["hundred", "thousand", "million", "billion", "trillion", "k", "m", "bn"])
_SIGNS: Final = {
    "&": "and", "@": "at", "%": "percent", "+": "plus", "=": "equals", "°": "degrees", "#": "number",
    "$": "dollars", "£": "pounds", "€": "euros", "¥": "yen",
}  # fmt: skip
_UNITS: Final = {
    "km": "kilometers", "cm": "centimeters", "mm": "millimeters", "kg": "kilograms", "mg": "milligrams",
    "mph": "miles per hour", "ft": "feet", "lb": "pounds", "lbs": "pounds", "oz": "ounces", "hz": "hertz",
    "khz": "kilohertz", "mhz": "megahertz", "ghz": "gigahertz", "kb": "kilobytes", "mb": "megabytes",
    "gb": "gigabytes", "tb": "terabytes", "ms": "milliseconds", "sec": "seconds", "min": "minutes",
    "hrs": "hours", "hr": "hour", "yrs": "years", "in": "inches", "ml": "milliliters", "am": "a. m.", "pm": "p. m.",
    "k": "thousand", "bn": "billion", "°c": "degrees celsius", "°f": "degrees fahrenheit",
}  # fmt: skip
_ABBREVIATIONS: Final[dict[str, tuple[str, ...]]] = {
    "mr": ("mister",), "mrs": ("missus",), "ms": ("miz",), "messrs": ("messers",), "dr": ("doctor", "drive"),
    "prof.": ("professor",), "jr": ("junior",), "sr": ("senior",), "vs": ("versus",), "v.": ("v.", "versus"),
    "etc": ("et cetera",), "e.g.": ("for example", "e. g."), "i.e.": ("that is", "i. e."),
    "approx.": ("approximately",),
    "dept.": ("department",), "gov.": ("governor",), "sen.": ("senator",), "rep.": ("representative",),
    "gen.": ("general",), "lt.": ("lieutenant",), "col.": ("colonel",), "capt.": ("captain",), "sgt.": ("sergeant",),
    "inc.": ("incorporated", "ink"), "ltd.": ("limited",), "corp.": ("corporation",), "co.": ("company", "co"),
    "ave.": ("avenue",), "blvd.": ("boulevard",), "rd.": ("road",), "mt.": ("mount",), "ft.": ("fort", "feet"),
    "jan.": ("january",), "feb.": ("february",), "mar.": ("march",), "apr.": ("april",), "aug.": ("august",),
    "sept.": ("september",), "sep.": ("september",), "oct.": ("october",), "nov.": ("november",), "dec.": ("december",),
    "mon.": ("monday",), "tues.": ("tuesday",), "wed.": ("wednesday",), "thurs.": ("thursday",), "fri.": ("friday",),
    "vol.": ("volume",), "fig.": ("figure",), "est.": ("established", "estimated"), "min.": ("minutes", "minimum"),
    "hon.": ("honorable",), "rev.": ("reverend",), "w/": ("with",), "w/o": ("without",),
}  # fmt: skip
"""Keys with a full stop need it, so that "co" or "sen" in a sentence stay what they are."""
_ROMAN: Final = {
    "II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "XI": 11, "XII": 12, "XIII": 13, "XIV": 14,
    "XV": 15, "XVI": 16,
}  # fmt: skip
_SPELT: Final = frozenset(
    [
        "US",
        "UK",
        "EU",
        "UN",
        "IT",
        "TV",
        "PC",
        "AI",
        "CEO",
        "CIA",
        "FBI",
        "DNA",
        "USA",
        "LA",
        "NY",
        "DC",
        "AM",
        "PM",
        "ID",
        "OK",
        "PR",
        "HR",
        "VR",
        "AR",
        "UI",
    ]
)
"""Capitals that are said letter by letter although they could be read as words."""
_SOUNDS: Final = frozenset(
    [
        "hm",
        "hmm",
        "mm",
        "mmm",
        "sh",
        "shh",
        "shhh",
        "psst",
        "pfft",
        "brr",
        "brrr",
        "grr",
        "grrr",
        "tsk",
        "zzz",
        "pst",
        "nth",
        "cwm",
    ]
)
"""Words without a vowel letter that are not spelt out."""
_VOWEL: Final = re.compile(r"[aeiouy]")

_TIME: Final = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?(am|pm|a\.m\.?|p\.m\.?)?", re.IGNORECASE)
_NUMBER: Final = re.compile(
    r"([$£€¥])?([+-])?([$£€¥])?(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d+))?(st|nd|rd|th|s|'s)?(%|°[cf]?|[a-z]{1,3})?",
    re.IGNORECASE,
)
_FRACTION: Final = re.compile(r"(\d{1,4})[/\u2044](\d{1,4})")
_DATE: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{2}|\d{4})")


def _readings(token: str, before: str, after: str) -> tuple[Words, ...]:
    """Ways to say one token; empty where nothing of it is said."""
    core = folded(_core(token))
    lower = core.lower()
    if not core:
        return ()
    if lower in _ABBREVIATIONS or lower.rstrip(".") in _ABBREVIATIONS:
        spoken = _ABBREVIATIONS.get(lower) or _ABBREVIATIONS[lower.rstrip(".")]
        return tuple(tuple(s.split()) for s in spoken)
    if lower in ("st.", "st") and (core[0] == "S"):
        saint = after[:1].isupper()
        return (("saint",), ("street",)) if saint else (("street",), ("saint",))
    if lower == "no." and after[:1].isdigit():
        return (("number",), ("no",))
    if _INITIALS.fullmatch(core):
        return _initials(core)
    stripped = core.rstrip(".'")
    if re.search(r"\d", stripped):
        return _with_digits(stripped, after)
    if before[:1] in _MONEY and lower.rstrip(".") in _SCALE_WORDS and re.search(r"\d$", before):
        return ((lower.rstrip("."), numerals.plural((_MONEY[before[0]][0],))[0]),)
    return _with_letters(core)


def _core(token: str) -> str:
    core = re.sub(r"^[^\w'$£€¥&@#+=%°.-]+|[^\w'.$£€¥&@#+=%°/]+$", "", token)
    core = core.strip("_*")
    return re.sub(r"^[-.]+(?=[^\d])", "", core)


def _initials(core: str) -> tuple[Words, ...]:
    ending = "'s" if core.lower().endswith(("'s", ".s")) else ""
    letters = re.sub(r"'?s$", "", core) if ending else core
    names = [f"{c.lower()}." for c in letters if c.isalpha()]
    if ending:
        names[-1] += "'s"
    return (tuple(names),)


def _with_letters(core: str) -> tuple[Words, ...]:
    """Words, compounds, acronyms, signs, addresses."""
    if core in _ROMAN:
        n = _ROMAN[core]
        return (numerals.cardinal(n), ("the", *numerals.ordinal(n)), _spelt(core))
    if "." in core.rstrip(".") and re.search(r"\w\.\w", core):
        parts = [p for p in re.split(r"([.@/:])", core.rstrip(".")) if p]
        dotted = tuple(w for p in parts for w in ({".": ("dot",), "/": (), ":": ()}.get(p) or _plain(p)))
        plain = tuple(w for p in parts for w in _plain(p))
        return tuple(dict.fromkeys(r for r in (dotted, plain) if r))
    parts = [p for p in re.split(r"[-/_\u2044:;,.!?()\[\]{}<>*^~\\|]+|(?=[&@#+=%°$£€¥])|(?<=[&@#+=%°$£€¥])", core) if p]
    if len(parts) == 1 and parts[0] not in _SIGNS:
        return _one_word(parts[0])
    first = tuple(w for p in parts for w in _plain(p))
    readings = [first]
    whole = [_one_word(p) for p in parts]
    second = tuple(w for readings_ in whole if readings_ for w in readings_[-1])
    if second != first and second and not any(p in _SIGNS for p in parts):
        readings.append(second)
    return tuple(r for r in readings if r)


def _plain(part: str) -> Words:
    """The likeliest reading of a part of a token."""
    if part in _SIGNS:
        return (_SIGNS[part],)
    readings = _one_word(part)
    return readings[0] if readings else ()


def _one_word(part: str) -> tuple[Words, ...]:
    """A run of letters and apostrophes."""
    shape = "".join(c for c in part if (c.isascii() and c.isalpha()) or c == "'")
    if shape.lower().rstrip("'") not in _LEADING_APOSTROPHE:
        shape = shape.lstrip("'")
    body = shape.rstrip("'")
    cut_ing = shape.endswith("in'") and len(shape) > 4
    letters = body.replace("'", "")
    if not letters:
        return ()
    lower = shape.lower() if cut_ing else body.lower()
    if len(letters) == 1 and not body.startswith("'"):
        return ((lower,),) if lower in ("a", "i") else ((f"{lower}.",),)
    stem, _, ending = body.partition("'")
    if len(stem) == 1 and stem.lower() not in "io" and ending.lower() == "s" and stem.isupper():
        return ((f"{lower[0]}.'s",),)
    capitals = stem.isupper() or (stem[:-1].isupper() and stem.endswith("s") and len(stem) > 2)
    if not _VOWEL.search(lower) and 2 <= len(letters) <= 5 and not body.startswith("'") and stem.lower() not in _SOUNDS:
        return (tuple(f"{c.lower()}." for c in letters),)
    if capitals and 2 <= len(letters) <= 6 and ending.lower() in ("", "s"):
        spelt = _spelt(body)
        if stem in _SPELT or not _VOWEL.search(lower):
            return (spelt, (lower,)) if _VOWEL.search(lower) else (spelt,)
        return ((lower,), spelt)
    return ((lower,),)


def _spelt(body: str) -> Words:
    """Each letter by its name; a plural or possessive s goes to the last one."""
    ending = ""
    match = re.fullmatch(r"([A-Z]{2,})('?s)", body)
    if match:
        body, ending = match[1], "'s"
    names = [f"{c.lower()}." for c in body if c.isascii() and c.isalpha()]
    return (*names[:-1], names[-1] + ending) if names else ()


def _with_digits(core: str, after: str) -> tuple[Words, ...]:
    """Everything with a digit in it."""
    core = core.rstrip(":;,/\\-.")
    if match := _TIME.fullmatch(core):
        return _time(match)
    if match := _DATE.fullmatch(core):
        parts = [numerals.readings_of_integer(g)[0] for g in match.groups()]
        return (tuple(w for p in parts for w in p),)
    if match := _FRACTION.fullmatch(core):
        return _fraction(int(match[1]), int(match[2]))
    if match := _NUMBER.fullmatch(core):
        readings = _number(match, after)
        if readings:
            return readings
    if match := re.fullmatch(r"(\d{1,4})-(\d{1,4})", core):
        low, high = (numerals.readings_of_integer(g)[0] for g in match.groups())
        return ((*low, "to", *high), (*low, *high), numerals.digits(core))
    # A mixture: "MP3", "B2B", "COVID-19", "555-1234", "24/7".
    runs = re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)?|[&@#+=%°$£€¥]", core)
    first: list[str] = []
    second: list[str] = []
    for run in runs:
        if run[0].isdigit():
            match = _NUMBER.fullmatch(run)
            readings = _number(match, "") if match else ()
            readings = readings or (numerals.digits(run),)
            first += readings[0]
            second += numerals.digits(run) if run.isdigit() else readings[-1]
        else:
            first += _plain(run)
            second += _plain(run)
    return tuple(dict.fromkeys(r for r in (tuple(first), tuple(second)) if r))


def _time(match: re.Match[str]) -> tuple[Words, ...]:
    hour, minute, second, half = match.groups()
    words = list(numerals.cardinal(int(hour)))
    readings: list[list[str]] = []
    if int(minute) == 0 and second is None:
        readings += [[*words, "o'clock"], words, [*words, "hundred"]] if half is None else [words]
    elif int(minute) < 10:
        readings += [[*words, "oh", *numerals.cardinal(int(minute))], [*words, "zero", *numerals.cardinal(int(minute))]]
    else:
        readings.append([*words, *numerals.cardinal(int(minute))])
    tail = [*numerals.cardinal(int(second))] if second else []
    tail += [f"{half[0].lower()}.", "m."] if half else []
    return tuple(tuple(r + tail) for r in readings)


def _fraction(a: int, b: int) -> tuple[Words, ...]:
    top = numerals.cardinal(a)
    over = (*top, "over", *numerals.cardinal(b))
    plain = (*top, *numerals.cardinal(b))
    if b in (2, 4) and a < 20:
        name = {2: ("half", "halves"), 4: ("quarter", "quarters")}[b][a != 1]
        extra = [("a", name)] if a == 1 else []
        return ((*top, name), *extra, over, plain)
    if 2 < b <= 20 and 0 < a < b:
        below = numerals.ordinal(b)
        named = (*top, *(below if a == 1 else numerals.plural(below)))
        return (named, (*top, "out", "of", *numerals.cardinal(b)), over, plain)
    return (plain, over, (*top, "slash", *numerals.cardinal(b)))


def _number(match: re.Match[str], after: str) -> tuple[Words, ...]:
    """Readings of one number with what clings to it; empty where it is none."""
    money, sign, money_after_sign, whole, fraction, ending, unit = match.groups()
    money = money or money_after_sign
    if whole is None and fraction is None:
        return ()
    digits = (whole or "").replace(",", "")
    if fraction is not None:
        plain: tuple[Words, ...] = (numerals.decimal(digits, fraction),)
    elif "," in (whole or "") or money:
        plain = tuple(
            dict.fromkeys((numerals.cardinal(int(digits)), numerals.with_and(numerals.cardinal(int(digits)))))
        )
    else:
        plain = numerals.readings_of_integer(digits)
    if ending:
        if fraction is not None or unit:
            return ()
        if ending.lower() in ("s", "'s"):
            plain = tuple(numerals.plural(r) for r in plain)
        else:
            plain = (numerals.ordinal(int(digits)),)
    if money:
        plain = _money(money, digits, fraction, plain, after)
    if unit:
        words = tuple(_UNITS[unit.lower()].split()) if unit.lower() in _UNITS else _plain(unit)
        plain = tuple((*r, *words) for r in plain)
        if unit.isalpha() and unit.lower() in _UNITS and len(unit) <= 2:
            plain = (*plain, *((*r[: -len(words)], *_spelt(unit)) for r in plain[:1]))
    if sign == "-":
        plain = (*((("minus", *r)) for r in plain), *plain[:1])
    elif sign == "+":
        plain = tuple(("plus", *r) for r in plain)
    return tuple(dict.fromkeys(plain))


def _money(sign: str, digits: str, fraction: str | None, plain: tuple[Words, ...], after: str) -> tuple[Words, ...]:
    unit, small = _MONEY[sign]
    if after.lower().rstrip(".,!?;:") in _SCALE_WORDS:
        return plain  # "$3 million": the unit follows the million
    units = unit if digits == "1" or unit == "yen" else numerals.plural((unit,))[0]
    if fraction is not None and len(fraction) == 2:
        whole = numerals.cardinal(int(digits or "0"))
        cents = numerals.cardinal(int(fraction))
        smalls = small if int(fraction) == 1 else {"penny": "pence", "sen": "sen"}.get(small, small + "s")
        if not int(fraction):
            return ((*whole, units),)
        if not int(digits or "0"):
            return ((*cents, smalls),)
        return (
            (*whole, units, "and", *cents, smalls),
            (*whole, units, *cents, smalls),
            (*whole, units, *cents),
            (*whole, *cents),
        )
    return tuple((*r, units) for r in plain)
