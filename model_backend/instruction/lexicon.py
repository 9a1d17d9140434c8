# SPDX-License-Identifier: GPL-3.0-or-later
"""The lexicon: every phrase the reader knows, with its senses, in one tree of words.

The word lists are in `emotion_words`, `expression_words`, `face_words` and `grammar_words`. Here they are put
into base forms and inflected: "gritting her teeth" is found under "grit teeth".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from . import emotion_words, expression_words, face_words, grammar_words
from .facial_actions import ACTION_INDEX, ACTION_OF_UNIT, EMOTION_INDEX
from .slots import LEVEL_AMOUNT, MID, Emotion, Region, Side
from .words import SpellingIndex, adjective_forms, american, noun_forms, plain, verb_forms, words_of

COMPANION: Final = 0.25
"""How much less than the word's own degree a companion action ("6-") gets."""

HIDDEN, SHOWN = 0.35, 0.7
"""Degree of a feeling that is hidden, and of one that cannot be hidden."""

Senses = dict[str, Any]
"""Kind of sense to what it means; the kinds are listed in `build`."""


@dataclass(frozen=True)
class ActionSpec:
    """An action as the word lists write it."""

    name: str
    degree: float | None = None
    """What the word itself says, None for the plain degree."""
    side: Side = Side.BOTH
    negated: bool = False
    companion: bool = False
    """One class weaker than the rest, and left out where that is hardly anything."""


@dataclass(frozen=True)
class Meaning:
    """What a word or idiom stands for."""

    emotions: tuple[Emotion, ...] = ()
    actions: tuple[ActionSpec, ...] = ()
    energy: float = 0.0
    one_sided: bool = False

    @property
    def label(self) -> str:
        """A short description for the panel."""
        names = [("not " if e.negated else "") + e.name for e in self.emotions]
        names += [("no " if a.negated else "") + a.name.replace("_", " ") for a in self.actions]
        if self.energy:
            names.append("lively" if self.energy > 0 else "subdued")
        return ", ".join(names)


_SPEC = re.compile(
    r"(?P<not>!)?(?:(?P<one>one)|energy(?P<energy>-?[.\d]+)|(?P<name>[a-z_]+?|\d+)(?P<side>[LR])?(?P<minus>-)?"
    r"(?::(?P<degree>[.\d]+))?(?P<level>(?<=[a-z])[123])?(?:/(?P<region>upper|lower))?)"
)


def parse_meaning(text: str) -> Meaning:
    """A meaning from the notation of the word lists. Raises `ValueError` for what is not in it."""
    emotions: list[Emotion] = []
    actions: list[ActionSpec] = []
    energy, one_sided = 0.0, False
    for word in text.split():
        match = _SPEC.fullmatch(word)
        if match is None:
            raise ValueError(f"{word!r} is no meaning")
        if match["one"]:
            one_sided = True
        elif match["energy"]:
            energy = float(match["energy"])
        elif match["name"] in EMOTION_INDEX:
            amount = 0.0 if match["not"] else LEVEL_AMOUNT[int(match["level"] or 2)]
            region = Region(match["region"]) if match["region"] else Region.ALL
            emotions.append(Emotion(match["name"], amount, region, bool(match["not"])))
        else:
            name = ACTION_OF_UNIT[int(match["name"])] if match["name"].isdigit() else match["name"]
            if name not in ACTION_INDEX:
                raise ValueError(f"{word!r} names no action")
            side = {"L": Side.LEFT, "R": Side.RIGHT, None: Side.BOTH}[match["side"]]
            degree = float(match["degree"]) if match["degree"] else None
            actions.append(ActionSpec(name, degree, side, bool(match["not"]), bool(match["minus"])))
    return Meaning(tuple(emotions), tuple(actions), energy, one_sided)


class WordNode:
    """A node of the tree of words: what ends here, and what may follow."""

    __slots__ = ("next", "senses")

    def __init__(self) -> None:
        self.next: dict[str, WordNode] = {}
        self.senses: Senses | None = None


@dataclass
class Lexicon:
    """The tree of phrases, the base forms of inflected words, and the index that forgives slips."""

    root: WordNode = field(default_factory=WordNode)
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    """Words passed over inside a phrase: "her eyes ARE wet", "gritting HIS teeth"."""
    spelling: SpellingIndex = field(default_factory=lambda: SpellingIndex(()))

    def knows(self, word: str) -> bool:
        return word in self.root.next or word in self.bases


_FUNCTION_WORDS = words_of("""
    a an the of to in on at by for from with into not no and or but as if like than then so up down out off over
    back his her their my your its our own it he she they you i them him all some any that this which who when
    while very more most left right both one other first last next again only just half inner outer upper
""")


class _Builder:
    def __init__(self) -> None:
        self.lexicon = Lexicon()
        self.articles = grammar_words.ARTICLES
        self.bases: dict[str, set[str]] = {}
        self.inflected: set[str] = set()

    def add(self, phrase: str, kind: str, sense: Any, inflect: str = "") -> None:
        """Add a phrase; `inflect` is "verb" (verb and noun forms of each word), "adjective" or nothing."""
        words = phrase_words(phrase, self.articles)
        node = self.lexicon.root
        for word in words:
            node = node.next.setdefault(word, WordNode())
        if node.senses is None:
            node.senses = {}
        if kind == "move":
            node.senses.setdefault("move", []).append(sense)
        else:
            node.senses.setdefault(kind, sense)
        raw = [plain_base(word) for word in re.split(r"[\s\-]+", phrase.strip().replace("cannot", "can not"))]
        if inflect == "verb":
            for word in raw:
                if word not in _FUNCTION_WORDS and len(word) > 1 and word not in self.inflected:
                    self.inflected.add(word)
                    self._inflected(word, [*verb_forms(word), *noun_forms(word)])
        elif inflect == "comparison":
            self._inflected(raw[0], [form for form in adjective_forms(raw[0]) if form.endswith(("er", "est"))])
        elif inflect == "adjective" and len(words) == 1 and len(raw) == 1:
            self._inflected(raw[0], adjective_forms(raw[0]))

    def _inflected(self, base: str, forms: Iterable[str]) -> None:
        for form in forms:
            if form != base:
                self.bases.setdefault(american(form), set()).add(american(base))


def plain_base(word: str) -> str:
    return word.lower().replace("'s", "") if "'" in word else word.lower()


def phrase_words(phrase: str, articles: frozenset[str]) -> list[str]:
    """The words of a phrase as they stand in the tree: without hyphens, and without articles inside."""
    words = [plain(word) for word in re.split(r"[\s\-]+", phrase.strip().replace("cannot", "can not"))]
    return [word for i, word in enumerate(words) if i == 0 or word not in articles]


def _listed(text: str) -> Iterator[str]:
    for phrase in text.split(","):
        phrase = " ".join(phrase.split())
        if phrase:
            yield phrase


def _amount(phrase: str, default: float) -> tuple[str, float, bool]:
    """A phrase and the number behind its colon, and whether there was one."""
    name, colon, number = phrase.partition(":")
    return name, float(number) if colon else default, bool(colon)


@cache
def lexicon() -> Lexicon:
    """
    The lexicon, built once. Kinds of senses: part, part_side, qualifier, where, move (a list), meaning, cue
    (an emotion that is only suggested), degree, side, only, negation, join ("and", "or", "with", "but"),
    next, next_verb, next_anywhere, first, from, to, after, grows, fades, always, passed.
    """
    builder = _Builder()
    add = builder.add
    _add_grammar(add)
    _add_face(add)
    _add_emotions(add)
    result = builder.lexicon
    for form, base in _AUXILIARIES.items():
        builder.bases.setdefault(form, set()).add(base)
    result.bases = {form: tuple(sorted(bases)) for form, bases in builder.bases.items()}
    result.fillers = frozenset(american(word) for word in grammar_words.FILLERS)
    result.articles = builder.articles
    result.skipped = builder.articles | {"is", "are", "was", "were", "both"}
    telling = {
        word
        for word, node in result.root.next.items()
        if node.senses is not None and node.senses.keys() & {"meaning", "move", "part", "degree"}
    }
    telling |= {form for form, bases in result.bases.items() if telling & set(bases)}
    result.spelling = SpellingIndex(telling - result.fillers)
    return result


_AUXILIARIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("is", "are", "was", "were", "been", "being", "am"), "be"),
    **dict.fromkeys(("does", "did", "doing", "done"), "do"),
    **dict.fromkeys(("has", "had", "having"), "have"),
    "could": "can",
    "would": "will",
}


def _add_grammar(add: Any) -> None:
    words = grammar_words
    for phrase in _listed(words.PASSED_PHRASES):
        add(phrase, "passed", True)
    for amount, text in words.DEGREES.items():
        for phrase in _listed(text):
            add(phrase, "degree", amount)
    for phrase in _listed(words.HIDING):
        add(phrase, "degree", HIDDEN, "verb")
    for phrase in _listed(words.SHOWING):
        add(phrase, "degree", SHOWN, "verb")
    for phrase in _listed(words.NEGATIONS):
        add(phrase, "negation", True)
    for side, text in words.SIDES.items():
        for phrase in _listed(text):
            add(phrase, "side", side)
    for phrase in _listed(words.ONLY):
        add(phrase, "only", True)
    for kind, text in (("and", words.AND), ("or", words.OR), ("with", words.WITH), ("but", words.BUT)):
        for phrase in _listed(text):
            add(phrase, "join", kind)
    for kind, text, inflect in (
        ("next", words.NEXT, "verb"),
        ("next_verb", words.NEXT_VERBS, "verb"),
        ("next_anywhere", words.NEXT_ANYWHERE, ""),
        ("first", words.FIRST, "verb"),
        ("from", words.FROM, "verb"),
        ("to", words.TO, ""),
        ("after", words.AFTER, ""),
        ("grows", words.GROWS, "verb"),
        ("fades", words.FADES, "verb"),
        ("always", words.ALWAYS, ""),
    ):
        for phrase in _listed(text):
            add(phrase, kind, True, inflect)


def _add_face(add: Any) -> None:
    for part, text in face_words.PARTS.items():
        for phrase in _listed(text):
            add(phrase, "part", part, "verb")
            head, of, whole = phrase.partition(" of ")
            for side in ("left", "right", "both") if of else ():
                add(f"{head} of {side} {whole}", "part", part, "verb")
                add(f"{head} of {side} {whole}", "part_side", side)
    for qualifier, text in face_words.QUALIFIERS.items():
        for phrase in _listed(text):
            add(phrase, "qualifier", qualifier)
    for qualifier, text in face_words.WHERE.items():
        for phrase in _listed(text):
            add(phrase, "where", qualifier, "verb")
    add("lower", "qualifier", "lower")
    for move, text in face_words.MOVES.items():
        for phrase in _listed(text):
            name, amount, _ = _amount(phrase, MID)
            add(name, "move", (move, amount), "verb")
    for move, text in face_words.DIRECTIONS.items():
        for phrase in _listed(text):
            add(phrase, "move", (move, MID))
            add(phrase, "direction", True)
    for word, (move, otherwise) in face_words.AMBIGUOUS.items():
        name, amount, _ = _amount(move, MID)
        add(word, "move", (name, amount), "verb")
        add(word, "move", (name, amount), "comparison")
        name, _, rest = otherwise.partition(":")
        if name == "cue":
            add(word, "cue", rest, "verb")
            continue
        name, amount, _ = _amount(otherwise, MID)
        if name == "degree":
            add(word, "degree", amount)
        elif name == "one":
            add(word, "side", "one")
        elif name in EMOTION_INDEX:
            add(word, "meaning", Meaning((Emotion(name, amount),)), "adjective")
        elif name and name != "smile":
            add(word, "meaning", parse_meaning(name))
    for manner_text in (expression_words.WORDS, expression_words.IDIOMS, expression_words.MANNER):
        for line in expression_words.entries(manner_text):
            phrases, _, meaning_text = line.partition("=")
            meaning = parse_meaning(meaning_text)
            for phrase in phrases.split("|"):
                phrase = phrase.strip()
                add(phrase, "meaning", meaning, "verb")
                if phrase.startswith("as if "):
                    add(phrase.removeprefix("as if "), "meaning", meaning, "verb")


def _add_emotions(add: Any) -> None:
    for table, inflect in (
        (emotion_words.ADJECTIVES, "adjective"),
        (emotion_words.NOUNS, ""),
        (emotion_words.VERBS, "verb"),
    ):
        for name, levels in table.items():
            for level, text in levels.items():
                meaning = Meaning((Emotion(name, LEVEL_AMOUNT[level]),))
                for phrase in _listed(text):
                    add(phrase, "meaning", meaning, inflect)
    for name, text in emotion_words.CUES.items():
        for phrase in _listed(text):
            add(phrase, "cue", name, "verb")
