# SPDX-License-Identifier: GPL-3.0-or-later
"""The writer: from slots to varied, natural sentences, each of which the reader reads back as the same slots.

Four styles: "captions" are MEAD's sentence frames (TalkCLIP, Ma et al. 2023: "A _ man speaks with _ and _."),
"prose" tells of a person, "direct" tells the actor what to do, "notes" is a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

import numpy as np

from . import emotion_words
from .facial_actions import ACTION
from .phrases import (
    ADVERBS,
    ADVERBS_AFTER,
    FEELING_ADJECTIVES,
    FEELING_ADVERBS,
    LIVELY,
    PHRASES,
    PLURALS,
    SUBDUED,
    ActionPhrases,
)
from .reader import read
from .slots import (
    ENERGY_LIMIT,
    LEVEL_AMOUNT,
    Action,
    Emotion,
    FaceState,
    Region,
    Side,
    Slots,
    same_meaning,
)
from .words import verb_forms

T = TypeVar("T")

STYLES: Final = ("captions", "prose", "direct", "notes")

ATTEMPTS: Final = 12
"""Sentences tried until one is read back with the same meaning."""


def write(slots: Slots, random: np.random.Generator, style: str | None = None) -> str:
    """A sentence or two that say `slots`, varied by `random`; `style` is one of `STYLES`, or any of them.

    The sentence is read back, and another is tried where the reader would take it differently; after
    `ATTEMPTS` the last is returned. Empty slots give a sentence that asks for nothing.
    Raises `ValueError` for an unknown style.
    """
    if style is not None and style not in STYLES:
        raise ValueError(f"no style is called {style!r}")
    text = ""
    for _ in range(ATTEMPTS):
        text = write_once(slots, random, style or STYLES[random.integers(len(STYLES))])
        if same_meaning(read(text).slots, slots):
            break
    return text


def write_once(slots: Slots, random: np.random.Generator, style: str) -> str:
    """One attempt, not read back."""
    pen = _Pen(random)
    return pen.instruction(slots, style)


# -- words for a state -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Group:
    """Actions that are said together."""

    actions: tuple[Action, ...]
    phrases: ActionPhrases
    only: bool = False
    """The other side is held still."""

    @property
    def first(self) -> Action:
        return self.actions[0]


@cache
def _adjectives(name: str, level: int) -> tuple[str, ...]:
    return _writable(emotion_words.ADJECTIVES[name].get(level, ""), name, level)


@cache
def _nouns(name: str, level: int) -> tuple[str, ...]:
    return _writable(emotion_words.NOUNS[name].get(level, ""), name, level)


def _writable(text: str, name: str, level: int) -> tuple[str, ...]:
    """Words of a list that fit any person and are read as nothing else; "her" and "his" are for reading only."""
    words = [" ".join(word.split()) for word in text.split(",")]
    meant = Slots((FaceState.of([Emotion(name, LEVEL_AMOUNT[level])]),))
    fit = [word for word in words if word and not _PERSONAL.search(word)]
    return tuple(
        word for word in fit if all(read(f"{before} {word}").slots == meant for before in ("", "look", "feels"))
    )


_PERSONAL = re.compile(r"\b(her|his|him|herself|himself|themselves)\b")


class _Pen:
    def __init__(self, random: np.random.Generator) -> None:
        self.random = random
        female = bool(random.integers(2))
        self.subject, self.pronoun, self.possessive = self.choose(
            (
                (("woman" if female else "man"), ("she" if female else "he"), ("her" if female else "his")),
                (("girl" if female else "boy"), ("she" if female else "he"), ("her" if female else "his")),
                ("person", "they", "their"),
                ("speaker", "they", "their"),
            ),
            (0.6, 0.05, 0.25, 0.1),
        )

    def choose(self, options: Sequence[T], weights: Sequence[float] | None = None) -> T:
        if weights is None:
            return options[int(self.random.integers(len(options)))]
        return options[int(self.random.choice(len(options), p=np.asarray(weights) / sum(weights)))]

    def chance(self, probability: float) -> bool:
        return bool(self.random.random() < probability)

    # feelings

    def adjective(self, emotion: Emotion) -> str:
        """ "slightly sad", "furious"."""
        if emotion.negated:
            return self.choose(("not {}", "not {}", "not {} at all", "anything but {}", "by no means {}")).format(
                self.choose(_adjectives(emotion.name, 2) or _adjectives(emotion.name, 1))
            )
        own = _adjectives(emotion.name, emotion.level)
        plain = _adjectives(emotion.name, 2)
        if own and (not plain or emotion.level == 2 or self.chance(0.6)):
            word = self.choose(own)
            if emotion.level == 2 and " " not in word:
                return _joined(self.choose(FEELING_ADVERBS[2]), word)
            return word
        return _joined(self.choose(FEELING_ADVERBS[emotion.level]), self.choose(plain or own))

    def noun(self, emotion: Emotion) -> str:
        """ "a hint of sorrow", "fury"."""
        if emotion.negated:
            return self.choose(_nouns(emotion.name, 2) or _nouns(emotion.name, 1))
        own = _nouns(emotion.name, emotion.level)
        plain = _nouns(emotion.name, 2)
        if own and (not plain or emotion.level == 2 or self.chance(0.6)):
            word = self.choose(own)
            return _joined(self.choose(FEELING_ADJECTIVES[2]), word) if emotion.level == 2 and " " not in word else word
        return _joined(self.choose(FEELING_ADJECTIVES[emotion.level]), self.choose(plain or own))

    # actions

    def groups(self, state: FaceState) -> list[_Group]:
        """The actions of a state, those together that can be said together, in any order."""
        left = list(state.actions)
        groups: list[_Group] = []

        def take(actions: list[Action], key: tuple[str, ...], only: bool = False) -> None:
            for action in actions:
                left.remove(action)
            groups.append(_Group(tuple(actions), PHRASES[key], only))

        for side in Side:
            inner, outer = _found(left, "inner_brow_raiser", side), _found(left, "outer_brow_raiser", side)
            if inner and outer and inner.strength == outer.strength and self.chance(0.85):
                take([inner, outer], ("inner_brow_raiser", "outer_brow_raiser"))
            pull, cheek = _found(left, "lip_corner_puller", side), _found(left, "cheek_raiser", side)
            if pull and pull.negated and not cheek and self.chance(0.5):
                take([pull], ("lip_corner_puller", "cheek_raiser"))
            elif pull and not pull.negated and self.chance(0.7):
                if cheek and not cheek.negated and cheek.strength == pull.strength - 1:
                    take([pull, cheek], ("lip_corner_puller", "cheek_raiser"))
                elif pull.strength == 1 and not cheek:
                    take([pull], ("lip_corner_puller", "cheek_raiser"))
        for action in list(left):
            take([action], (action.name,))
        groups = self._only(groups)
        self.random.shuffle(groups)  # type: ignore[arg-type]
        return groups

    def _only(self, groups: list[_Group]) -> list[_Group]:
        """ "Only the left": where the same is held still on the other side."""
        result: list[_Group] = []
        for group in groups:
            opposite = next(
                (
                    g
                    for g in groups
                    if g.phrases is group.phrases and g.first.side is group.first.side.other and g is not group
                ),
                None,
            )
            directed = ACTION[group.first.name].directed
            if opposite is not None and group.first.side is not Side.BOTH and not directed:
                if opposite.first.negated and not group.first.negated:
                    result.append(_Group(group.actions, group.phrases, only=True))
                    continue
                if group.first.negated and not opposite.first.negated:
                    continue
            result.append(group)
        return result

    def thing(self, group: _Group) -> str:
        """ "slightly raised left brow", for after "with"."""
        template = self.choose(group.phrases.things)
        adverb = self._adverb(group, ADVERBS)
        if template.startswith("a {d}"):
            adverb = self._article_degree(group)
        text = self._filled(template, group, adverb)
        return f"only the {text}" if group.only and "{on}" not in template else text

    def denied_thing(self, group: _Group) -> str:
        return self._filled(self.choose(group.phrases.held), group, "")

    def verb(self, group: _Group, form: Callable[[str], str]) -> str:
        """A verb phrase with its verb put into a form, "raises the left brow slightly"."""
        template = self.choose(group.phrases.verbs)
        adverb = self._adverb(group, ADVERBS_AFTER)
        text = self._filled(template, group, adverb)
        if group.only and "{on}" not in template:
            text = text.replace(" the ", " only the ", 1)
        verb, _, rest = text.partition(" ")
        return _joined(form(verb), rest)

    def _adverb(self, group: _Group, adverbs: dict[int, tuple[str, ...]]) -> str:
        strength = group.first.strength
        if group.first.name == "wink" or strength == 0 or (strength == group.phrases.plain and self.chance(0.55)):
            return ""
        return self.choose(adverbs[strength])

    def _article_degree(self, group: _Group) -> str:
        if group.first.name == "wink":
            return ""
        words = {1: ("slight", "faint", "little", "subtle"), 2: ("",), 3: ("broad", "big", "huge", "strong")}
        return self.choose(words[max(group.first.strength, 1)])

    def _filled(self, template: str, group: _Group, adverb: str) -> str:
        side = group.first.side
        directed = ACTION[group.first.name].directed
        if side is Side.BOTH:
            template = self._plural(template)
            template = template.replace(" to the {s}", "") if directed else template
        on = "" if side is Side.BOTH else f"on the {side.value}" + (" only" if group.only else "")
        word = "" if side is Side.BOTH else side.value
        return " ".join(template.format(s=word, d=adverb, on=on).split())

    def _plural(self, template: str) -> str:
        if not self.chance(0.6):
            return template
        for singular, plural in sorted(PLURALS.items(), key=lambda item: -len(item[0])):
            if re.search(rf"\b{singular}\b", template):
                return re.sub(rf"\b{singular}\b", plural, template, count=1)
        return template

    # whole instructions

    def instruction(self, slots: Slots, style: str) -> str:
        if slots.empty:
            return self.choose(("A person speaks.", "Speak normally.", f"A {self.subject} is talking."))
        if len(slots.states) == 1:
            return self.finish(self.sentence(slots.states[0], style))
        return self.finish(self.succession(slots, style))

    def finish(self, text: str) -> str:
        text = re.sub(r"\s+([,.;])", r"\1", " ".join(text.split()))
        text = re.sub(r"\ba ([aeiou])", r"an \1", text)
        text = re.sub(r"\bA ([aeiou])", r"An \1", text)
        return text[:1].upper() + text[1:] if self.chance(0.9) else text

    def sentence(self, state: FaceState, style: str) -> str:
        return {
            "captions": self.caption,
            "prose": self.prose,
            "direct": self.direct,
            "notes": self.notes,
        }[style](state)

    def succession(self, slots: Slots, style: str) -> str:
        """Several states: "from calm to furious", "At first …, then …"."""
        states = slots.states
        if len(states) == 2 and all(_only_feelings(s) for s in states) and self.chance(0.6):
            a, b = (self.listed([self.adjective(e) for e in s.emotions]) for s in states)
            frame = self.choose(
                (
                    "from {a} to {b}",
                    f"{self._verb('go')} from {{a}} to {{b}}",
                    "{a} at first, {b} later",
                    "{a}, then {b}",
                    f"{self.pronoun} {self._verb('start')} {{a}} and then {self._verb('become')} {{b}}",
                    "first {a}, then {b}",
                    "initially {a}, but in the end {b}",
                )
            )
            return frame.format(a=a, b=b)
        firsts = ("First", "At first", "Initially", "To begin with")
        thens = ("Then", "After that", "Later")
        lasts = ("Finally", "In the end", "Eventually")
        parts: list[str] = []
        for i, state in enumerate(states):
            word = self.choose(firsts if i == 0 else lasts if i == len(states) - 1 and i > 1 else thens)
            text = self.sentence(state, style).strip()
            text = text.rstrip(".")
            parts.append(f"{word}, {text[:1].lower() + text[1:]}.")
        return " ".join(parts)

    def caption(self, state: FaceState) -> str:
        """MEAD's frames."""
        feelings, denied = _split(state.emotions)
        whole = [e for e in feelings if e.region is Region.ALL]
        with_ = [self._regional(e) for e in feelings if e.region is not Region.ALL]
        groups = self.groups(state)
        with_ += [self.thing(g) for g in groups if not g.first.negated]
        tail = self._manner(state) + self._denials([g for g in groups if g.first.negated], denied)
        speaks = self.choose(("speaks", "talks", "says this"))
        with_text = f" with {self.listed(with_)}" if with_ else ""
        if not whole:
            return f"A {self.subject} {speaks}{with_text}{tail}."
        kind = self.choose(("feels", "attributive", "displays", "in"))
        if kind == "attributive" and len(whole) == 1:
            adjective = self.adjective(whole[0])
            if not re.search(r" (in|at|of|on|to|with|by|over|off|for) ", f" {adjective} "):
                if with_ or self.chance(0.3):
                    return f"A {adjective} {self.subject} {speaks}{with_text}{tail}."
                return f"A {adjective} {self.subject}{tail}."
        if kind in ("displays", "in") and all(_has_nouns(e) for e in whole):
            nouns = self.listed([self.noun(e) for e in whole])
            verb = self.choose(("displays", "shows", "expresses")) if kind == "displays" else "is in"
            head = f"A {self.subject} {verb} {nouns}"
        else:
            head = f"A {self.subject} feels {self.listed([self.adjective(e) for e in whole])}"
        return f"{head} and {speaks}{with_text}{tail}." if with_ or tail else f"{head}."

    def prose(self, state: FaceState) -> str:
        feelings, denied = _split(state.emotions)
        whole = [e for e in feelings if e.region is Region.ALL]
        groups = self.groups(state)
        positive = [g for g in groups if not g.first.negated]
        clauses: list[str] = []
        if whole:
            if self.chance(0.35) and all(_has_nouns(e) for e in whole):
                nouns = self.listed([self.noun(e) for e in whole])
                clauses.append(
                    self.choose(
                        (
                            f"{self.pronoun} {self._verb('speak')} with {nouns}",
                            f"there is {nouns} in {self.possessive} voice",
                            f"{self.pronoun} {self._verb('be')} full of {nouns}",
                        )
                    )
                )
            else:
                adjectives = self.listed([self.adjective(e) for e in whole])
                verb = self.choose(("look", "sound", "seem", "be", "feel"))
                clauses.append(f"{self.pronoun} {self._verb(verb)} {adjectives}")
        for emotion in feelings:
            if emotion.region is not Region.ALL:
                clauses.append(f"{self.pronoun} {self._verb('have')} {self._regional(emotion)}")
        verbs = [g for g in positive if self.chance(0.55)]
        things = [g for g in positive if g not in verbs]
        if verbs:
            said = [self.verb(g, self._verb) for g in verbs]
            clauses.append(f"{self.pronoun} {self.listed(said)}")
        text = self.choose((". ", ", and ", "; ")).join(clauses)
        if things:
            joined = self.listed([self.thing(g) for g in things])
            text = (
                f"{text}, {joined}"
                if text and self.chance(0.4)
                else f"{text} with {joined}"
                if text
                else f"{self.pronoun} {self._verb('speak')} with {joined}"
            )
        if not text:
            text = f"{self.pronoun} {self._verb('speak')}"
        return text + self._manner(state) + self._denials([g for g in groups if g.first.negated], denied) + "."

    def direct(self, state: FaceState) -> str:
        feelings, denied = _split(state.emotions)
        groups = self.groups(state)
        orders: list[str] = []
        whole = [e for e in feelings if e.region is Region.ALL]
        if whole:
            verb = self.choose(("be", "look", "sound"))
            orders.append(f"{verb} {self.listed([self.adjective(e) for e in whole])}")
        orders += [f"show {self._regional(e)}" for e in feelings if e.region is not Region.ALL]
        orders += [self.verb(g, lambda verb: verb) for g in groups if not g.first.negated]
        manner = self._manner(state).strip()
        if manner:
            orders.append(f"speak {manner}")
        orders += [f"do not be {self.choose(_adjectives(e.name, 2) or _adjectives(e.name, 1))}" for e in denied]
        orders += [
            self.choose(("do not {}", "don't {}", "never {}")).format(self.verb(g, lambda v: v))
            for g in groups
            if g.first.negated
        ]
        if not orders:
            return "Speak."
        return self.choose((", ", ". ", "; ")).join(orders) + "."

    def notes(self, state: FaceState) -> str:
        feelings, denied = _split(state.emotions)
        groups = self.groups(state)
        notes = [self.adjective(e) if e.region is Region.ALL else self._regional(e) for e in feelings]
        notes += [self.thing(g) for g in groups if not g.first.negated]
        notes += [f"not {self.choose(_adjectives(e.name, 2) or _adjectives(e.name, 1))}" for e in denied]
        notes += [self.denied_thing(g) for g in groups if g.first.negated]
        manner = self._manner(state).strip()
        if manner:
            notes.append(manner)
        return self.choose((", ", "; ", ". ", " / ")).join(notes)

    # pieces

    def _regional(self, emotion: Emotion) -> str:
        part = self.choose(("eyes",)) if emotion.region is Region.UPPER else "mouth"
        words = [w for w in _adjectives(emotion.name, emotion.level) if " " not in w] if emotion.level != 2 else []
        plain = [w for w in _adjectives(emotion.name, 2) if " " not in w and "-" not in w]
        if words and (self.chance(0.5) or not plain):
            adjective = self.choose(words)
        else:
            adjective = _joined(self.choose(FEELING_ADVERBS[emotion.level]), self.choose(plain or words))
        return f"{adjective} {part}"

    def _denials(self, groups: list[_Group], feelings: list[Emotion]) -> str:
        """ ", without smiling", ", but not happy"."""
        text = ""
        if feelings:
            words = [self.choose(_adjectives(e.name, 2) or _adjectives(e.name, 1)) for e in feelings]
            text += ", but not " + " or ".join(words)
        if groups:
            if self.chance(0.6):
                gerunds = [self.verb(g, lambda verb: verb_forms(verb)[1]) for g in groups]
                text += ", without " + self.listed(gerunds, "or")
            else:
                text += ", " + self.listed([self.denied_thing(g) for g in groups])
        return text

    def _manner(self, state: FaceState) -> str:
        if state.energy >= ENERGY_LIMIT:
            return " " + self.choose(LIVELY)
        if state.energy <= -ENERGY_LIMIT:
            return " " + self.choose(SUBDUED)
        return ""

    def listed(self, words: Sequence[str], last: str = "and") -> str:
        if len(words) <= 1:
            return "".join(words)
        if len(words) == 2:
            return f"{words[0]} {last} {words[1]}"
        comma = "," if self.chance(0.6) else ""
        return ", ".join(words[:-1]) + f"{comma} {last} {words[-1]}"

    def _verb(self, base: str) -> str:
        plural = self.pronoun == "they"
        if base == "be":
            return "are" if plural else "is"
        if base == "have":
            return "have" if plural else "has"
        return base if plural else verb_forms(base)[0]


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)


def _found(actions: list[Action], name: str, side: Side) -> Action | None:
    return next((a for a in actions if a.name == name and a.side is side), None)


def _split(emotions: Sequence[Emotion]) -> tuple[list[Emotion], list[Emotion]]:
    return [e for e in emotions if not e.negated], [e for e in emotions if e.negated]


def _only_feelings(state: FaceState) -> bool:
    return (
        bool(state.emotions)
        and not state.actions
        and abs(state.energy) < ENERGY_LIMIT
        and all(e.region is Region.ALL and not e.negated for e in state.emotions)
    )


def _has_nouns(emotion: Emotion) -> bool:
    return bool(_nouns(emotion.name, emotion.level) or _nouns(emotion.name, 2))
