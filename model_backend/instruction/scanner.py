# SPDX-License-Identifier: GPL-3.0-or-later
"""From text to items: the longest phrases of the lexicon, with their places and every sense they may have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .facial_actions import ACTION_OF_UNIT
from .grammar_words import CONTRACTIONS, DEGREE_NOUNS, PREFIX_ONLY
from .lexicon import ActionSpec, Lexicon, Meaning, Senses, WordNode, lexicon
from .slots import LEVEL_AMOUNT, Side
from .words import Token, american, tokens, words_of


@dataclass(slots=True, eq=False)
class Item:
    """One phrase of the text that is known, or one mark."""

    kind: str
    """What it is taken for; "" until that is decided among `senses`."""
    senses: Senses
    start: int
    end: int
    first: int
    """Index of its first token."""
    last: int
    text: str
    """As it stands in the text, in lower case."""
    words: tuple[str, ...] = ()
    """Its tokens in plain form."""
    value: Any = None
    used: bool = False
    article: str = ""
    """"a" where a part is singular and has an indefinite article: "an eyebrow"."""
    active: bool = False
    """A movement followed by an article or possessive: "raises her chin"."""
    degree: float | None = None
    negated: bool = False
    parts: list[tuple[str, Side]] = field(default_factory=list)
    modifiers: list[Item] = field(default_factory=list)
    """Sides and qualifiers that a part has taken from before it."""
    has_direction: bool = False
    """A movement that has taken in the direction after it."""
    listed: bool = False
    """A part followed by "and" or a comma, so that what is said of the next may be said of it too."""
    inside: bool = False
    """A part after "in": "fear in her eyes"."""
    looks_forward: bool = False
    before_nouns: bool = False


@dataclass(frozen=True)
class Scan:
    """The items of a text and the places of the words that are not known."""

    items: list[Item]
    unknown: list[tuple[int, int]]
    tokens: list[Token]


_SKIPPED_MARKS = frozenset("-")
_BREAKS = frozenset(".;!?…—–\n•*")
_COMMAS = frozenset(",:()[]{}")
_FACS_DEGREES = {"a": 0.15, "b": 0.3, "c": 0.55, "d": 0.75, "e": 0.95}
_UNIT = re.compile(r"au\s?_?(\d{1,2})([a-e]?)([lr]?)", re.IGNORECASE)


def scan(text: str) -> Scan:
    """The items of a text in order."""
    book = lexicon()
    found = _split_contractions(tokens(text))
    found = [t for i, t in enumerate(found) if not _hyphen(found, i)]
    items: list[Item] = []
    unknown: list[tuple[int, int]] = []
    i = 0
    while i < len(found):
        token = found[i]
        if token.kind == "mark":
            i = _add_mark(items, found, i)
            continue
        if token.kind == "unit":
            _add_unit(items, token, i)
            i += 1
            continue
        if token.kind == "number":
            i = _add_number(items, found, i)
            continue
        senses, end = _longest(book, found, i)
        limit = _utmost(found, i)
        if limit > end:
            senses, end = {"degree": 1.0}, limit
        if senses is None:
            meant = None if _filler(book, token.text) or book.knows(token.text) else _meant(token.text)
            if meant is not None:
                found[i] = Token(meant, token.start, token.end, "word")
                senses, end = _longest(book, found, i)
        if senses is None:
            if not _filler(book, token.text):
                unknown.append((token.start, token.end))
            i += 1
            continue
        items.append(_item(text, senses, found, i, end))
        i = end
    return Scan(items, unknown, found)


def _filler(book: Lexicon, word: str) -> bool:
    return word in book.fillers or len(word) == 1


@cache
def _common() -> frozenset[str]:
    from .grammar_words import COMMON

    return frozenset(american(word) for word in COMMON)


def _meant(word: str) -> str | None:
    return None if word in _common() else lexicon().spelling.meant(word)


def _item(text: str, senses: Senses, found: list[Token], first: int, end: int) -> Item:
    start, stop = found[first].start, found[end - 1].end
    plain_words = tuple(token.text for token in found[first:end])
    item = Item("", senses, start, stop, first, end - 1, text[start:stop].lower(), plain_words)
    if "part" in senses:
        item.article = _article(found, first, item.text)
        item.listed = end < len(found) and found[end].text in _LISTING
        before = [t.text for t in found[max(first - 2, 0) : first]]
        item.inside = before[-1:] == ["in"] or (before[:1] == ["in"] and before[-1] in lexicon().articles)
    if "move" in senses:
        book = lexicon()
        item.active = end < len(found) and found[end].text in book.articles
    if item.words[-1] in _PREPOSITIONS and len(item.words) == 1 and not _adverbial(found, end):
        item.senses = {kind: sense for kind, sense in senses.items() if kind not in ("move", "direction")}
    if "degree" in senses:
        words = item.words
        item.before_nouns = (words[0] in DEGREE_NOUNS and len(words) == 1) or words[-1] == "of"
        item.looks_forward = words[0] in PREFIX_ONLY and len(words) == 1
    return item


_LISTING = frozenset({"and", "or", ",", "&", "plus", "/"})
_MEASURES = frozenset({"bit", "little", "lot", "touch", "tad", "tiny", "shade", "wee"})
_PREPOSITIONS = words_of("in off out around")


def _adverbial(found: list[Token], end: int) -> bool:
    """Whether "in" ends a phrase ("sucks the lips in") and does not begin one ("in anger")."""
    if end >= len(found) or found[end].kind != "word":
        return True
    if found[end].text == "a" and end + 1 < len(found) and found[end + 1].text in _MEASURES:
        return True
    return found[end].text in ("and", "or", "but", "while", "with", "as", "slightly", "then") or found[
        end
    ].text.endswith("ly")


def _article(found: list[Token], first: int, text: str) -> str:
    if text.endswith("s"):
        return ""
    for i in range(first - 1, max(0, first - 4) - 1, -1):
        token = found[i]
        if token.text in ("a", "an"):
            return "" if found[i + 1].text in _MEASURES else "a"
        if (
            token.text in ("the", "his", "her", "their", "my", "your", "its", "with", "and", ",")
            or token.kind == "mark"
        ):
            return ""
    return ""


def _hyphen(found: list[Token], i: int) -> bool:
    """Whether a token is a hyphen inside a word, which is passed over; a dash between words is a mark."""
    if found[i].text not in _SKIPPED_MARKS:
        return False
    glued_left = i > 0 and found[i - 1].end == found[i].start
    glued_right = i + 1 < len(found) and found[i].end == found[i + 1].start
    return glued_left and glued_right


def _split_contractions(found: list[Token]) -> list[Token]:
    """ "doesn't" as "do" and "not", "she'll" as "she"; positions stay those of the text."""
    result: list[Token] = []
    for token in found:
        if token.kind != "word":
            result.append(token)
            continue
        if token.text in CONTRACTIONS:
            a, b = CONTRACTIONS[token.text]
            cut = token.start + max(1, (token.end - token.start) - 2)
            result += [Token(a, token.start, cut, "word"), Token(b, cut, token.end, "word")]
        elif token.text.endswith("n't") and len(token.text) > 3:
            cut = token.end - 3
            result += [Token(token.text[:-3], token.start, cut, "word"), Token("not", cut, token.end, "word")]
        elif "'" in token.text:
            result.append(Token(token.text.split("'")[0] or "'", token.start, token.end, "word"))
        else:
            result.append(token)
    return result


def _add_mark(items: list[Item], found: list[Token], i: int) -> int:
    token = found[i]
    if token.text == ":" and items and "part" in items[-1].senses:
        return i + 1  # "brows: raised"
    if token.text in _BREAKS or token.text == "-":
        kind = "break"
    elif token.text in _COMMAS:
        kind = "comma"
    elif token.text in "/+&":
        kind = "and"
    else:
        return i + 1
    items.append(Item(kind, {}, token.start, token.end, i, i, token.text))
    return i + 1


def _add_unit(items: list[Item], token: Token, i: int) -> None:
    match = _UNIT.fullmatch(token.text)
    if match is None or int(match[1]) not in ACTION_OF_UNIT:
        return
    number = int(match[1])
    side = {"l": Side.LEFT, "r": Side.RIGHT}.get(match[3], Side.BOTH)
    if number in (51, 55, 61):
        side = Side.LEFT
    elif number in (52, 56, 62):
        side = Side.RIGHT
    spec = ActionSpec(ACTION_OF_UNIT[number], _FACS_DEGREES.get(match[2]), side)
    items.append(Item("", {"meaning": Meaning(actions=(spec,))}, token.start, token.end, i, i, token.text))


def _add_number(items: list[Item], found: list[Token], i: int) -> int:
    """ "30%", "30 percent" and "level 2" are degrees; other numbers say nothing."""
    token = found[i]
    digits = token.text.rstrip("%").strip().replace(",", ".")
    value = float(digits)
    percent = token.text.endswith("%")
    if preceding_unit(items) and digits.isdigit() and int(digits) in ACTION_OF_UNIT:
        _add_unit(items, Token(f"au{digits}", token.start, token.end, "unit"), i)
        return i + 1
    following = found[i + 1].text if i + 1 < len(found) else ""
    preceding = found[i - 1].text if i else ""
    if percent or following in ("percent", "pct"):
        degree = min(value / 100.0, 1.0)
    elif preceding in _SCALES and value in (1, 2, 3):
        degree = {1: 0.3, 2: 0.55, 3: 0.9}[int(value)]
        if items and items[-1].words == (preceding,):
            items.pop()
    elif 0.0 < value < 1.0:
        degree = value  # "smile: 0.3"
    else:
        return i + 1
    item = Item("", {"degree": degree, "level": LEVEL_AMOUNT}, token.start, token.end, i, i, token.text)
    items.append(item)
    return i + (1 if percent or following not in ("percent", "pct") else 2)


_POSSIBLE = words_of("can could go goes possible ever able humanly will may allows will get gets does")


def _is_expression(word: str) -> bool:
    book = lexicon()
    nodes = (book.root.next.get(base) for base in (word, *book.bases.get(word, ())))
    return any(node is not None and node.senses is not None and "meaning" in node.senses for node in nodes)


def _utmost(found: list[Token], i: int) -> int:
    """The index after "as hard as you can", "as far up as they go"; `i` where there is no such thing."""
    words = [token.text for token in found[i : i + 8]]
    if words[0] != "as" or "as" not in words[2:5]:
        return i
    second = words.index("as", 2)
    if any(_is_expression(word) for word in words[1:second]):
        return i  # "as happy as can be": the degree of a feeling, not a degree by itself
    for k in range(second + 1, min(second + 3, len(words))):
        if words[k] in _POSSIBLE:
            return i + k + 1 + (words[k] == "humanly")
    return i


def preceding_unit(items: list[Item]) -> bool:
    """Whether the last two items are a FACS unit and "+" or a comma: "AU1+2", "AU 6, 12"."""
    return len(items) >= 2 and items[-1].kind in ("and", "comma") and items[-2].text.startswith("au")


_SCALES = words_of("level intensity strength degree amount")


def _longest(book: Lexicon, found: list[Token], i: int) -> tuple[Senses | None, int]:
    """Senses of the longest phrase from token `i` and the index after it."""
    best_end = i
    ranked: list[tuple[int, Senses]] = []
    stack: list[tuple[WordNode, int, int, bool]] = [(book.root, i, 0, False)]
    while stack:
        node, at, inflected, on_word = stack.pop()
        if node.senses is not None and on_word and at >= best_end:
            if at > best_end:
                ranked = []
            best_end = at
            ranked.append((inflected, node.senses))
        if at >= len(found) or found[at].kind != "word":
            continue
        word = found[at].text
        if at > i and word in book.skipped and node.next:
            stack.append((node, at + 1, inflected, False))  # articles and the like do not count
        for base in reversed(book.bases.get(word, ())):
            child = node.next.get(base)
            if child is not None:
                stack.append((child, at + 1, inflected + 1, True))
        child = node.next.get(word)
        if child is not None:
            stack.append((child, at + 1, inflected, True))
    if not ranked:
        return None, i
    ranked.sort(key=lambda entry: entry[0])  # the word as it stands before the word it may come from
    least = ranked[0][0]
    best: Senses = dict(ranked[0][1])
    adverb = found[best_end - 1].text.endswith("ly")
    for inflected, other in ranked[1:]:
        for kind, sense in other.items():
            if kind == "move" and not adverb:
                best["move"] = [*best.get("move", ()), *sense]
            elif inflected == least:
                best.setdefault(kind, sense)
    return best, best_end
