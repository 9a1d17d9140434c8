# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader: what words mean, which of them were understood, and that any text is read."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model_backend.instruction import emotion_words, expression_words, face_words
from model_backend.instruction.lexicon import lexicon, parse_meaning
from model_backend.instruction.reader import read
from model_backend.instruction.slots import FaceState, Side
from model_backend.instruction.words import words_of


def state(text: str) -> FaceState:
    reading = read(text)
    assert len(reading.slots.states) == 1, text
    return reading.slots.states[0]


def feelings(text: str) -> dict[str, int]:
    """Levels of the emotions; 0 is excluded."""
    return {e.name: e.level for e in state(text).emotions}


def actions(text: str) -> dict[str, tuple[int, str]]:
    """Degree class (0 held still) and side of the actions; those on one side as name.side."""
    found = state(text).actions
    return {a.name if a.side is Side.BOTH else f"{a.name}.{a.side}": (a.strength, str(a.side)) for a in found}


def strengths(text: str) -> dict[str, int]:
    return {name: strength for name, (strength, _) in actions(text).items()}


WORDS = st.sampled_from(
    sorted(
        words_of(
            """the left right brow brows lip lips raised lowered and or but not without slightly very angry happy from
            to then only smile frown eyes wide closed her
            his , . ; - corner of mouth on other jaw turns becomes looks"""
        )
    )
)


@given(st.text(max_size=200))
@example("\u0130\u0131\ufb01 e\u0301\u2019s \ud7ff \U0001f642 'n't ` ' 1,5% level 3 au99 AU4E AU")
@example("from to from to to from")
@example("not not not the left the right only only other")
@settings(deadline=None)
def test_any_text_is_read(text: str) -> None:
    reading = read(text)
    assert 1 <= len(reading.slots.states) <= 3
    for span in (*reading.understood, *reading.unknown):
        assert 0 <= span.start < span.end <= len(text)


@given(st.lists(WORDS, max_size=25))
@settings(deadline=None, max_examples=300)
def test_any_salad_of_known_words_is_read(words: list[str]) -> None:
    for part in read(" ".join(words)).slots.states:
        assert FaceState.of(part.emotions, part.actions, part.energy) == part


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("annoyed", {"angry": 1}),
        ("angry", {"angry": 2}),
        ("furious", {"angry": 3}),
        ("extremely contemptuous", {"contempt": 3}),
        ("mildly sickened", {"disgusted": 1}),
        ("not happy", {"happy": 0}),
        ("He isn't happy.", {"happy": 0}),
        ("neither happy nor sad", {"happy": 0, "sad": 0}),
        ("not angry, just disappointed", {"angry": 0, "sad": 2}),
        ("anything but cheerful", {"happy": 0}),
        ("not only happy but ecstatic", {"happy": 3}),
        ("on the verge of tears", {"sad": 2}),
        ("at a party", {"happy": 2}),
        ("angry at the party", {"angry": 2}),
        ("a mix of joy and sadness", {"happy": 2, "sad": 2}),
        ("sceptical", {"skeptical": 2}),
        ("Anguished, agonised", {"sad": 3}),
        ("fuious", {"angry": 3}),
        ("disapointed", {"sad": 2}),
    ],
)
def test_feelings(text: str, expected: dict[str, int]) -> None:
    assert feelings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slightly raised inner and outer brows and firmly pressed lips",
         {"inner_brow_raiser": 1, "outer_brow_raiser": 1, "lip_pressor": 3}),
        ("raised brows and cheeks", {"inner_brow_raiser": 2, "outer_brow_raiser": 2, "cheek_raiser": 2}),
        ("brows and cheeks raised", {"inner_brow_raiser": 2, "outer_brow_raiser": 2, "cheek_raiser": 2}),
        ("raises and knits her brows", {"inner_brow_raiser": 2, "outer_brow_raiser": 2, "brow_lowerer": 2}),
        ("lips pressed and slightly stretched", {"lip_pressor": 2, "lip_stretcher": 1}),
        ("left and right brow lowered", {"brow_lowerer": 2}),
        ("only the left brow raised",
         {"inner_brow_raiser.left": 2, "outer_brow_raiser.left": 2,
          "inner_brow_raiser.right": 0, "outer_brow_raiser.right": 0}),
        ("raise the left brow and lower the right one",
         {"inner_brow_raiser.left": 2, "outer_brow_raiser.left": 2, "brow_lowerer.right": 2}),
        ("the cheek is raised on the right", {"cheek_raiser.right": 2}),
        ("one eye closed", {"eyes_closed.left": 3}),
        ("an eyebrow goes up", {"inner_brow_raiser.left": 2, "outer_brow_raiser.left": 2}),
        ("a furrowed brow", {"brow_lowerer": 2}),
        ("don't raise the brows", {"inner_brow_raiser": 0, "outer_brow_raiser": 0}),
        ("lips not pressed", {"lip_pressor": 0}),
        ("without puckering or pressing the lips", {"lip_pucker": 0, "lip_pressor": 0}),
        ("keep the cheeks still", {"cheek_raiser": 0, "cheek_puff": 0, "dimpler": 0}),
        ("brows raised in the middle", {"inner_brow_raiser": 2}),
        ("the head turned to the right", {"head_turn.right": 2}),
        ("looks up and to the left", {"eyes_up": 2, "eyes_turn.left": 2}),
        ("lower lip lowered", {"lower_lip_depressor": 2}),
        ("a broad grin", {"lip_corner_puller": 3, "cheek_raiser": 2}),
        ("smirks on the right", {"lip_corner_puller.right": 2, "dimpler.right": 1}),
        ("winks with her right eye", {"wink.right": 3}),
        ("AU1+2, AU4E and AU12L", {"inner_brow_raiser": 2, "outer_brow_raiser": 2, "brow_lowerer": 3,
                                   "lip_corner_puller.left": 2}),
        ("jaw dropped by 30%", {"jaw_drop": 1}),
        ("lips pressed as hard as you can", {"lip_pressor": 3}),
        ("She speaks in a low voice.", {}),
        ("The woman on the left is talking.", {}),
    ],
)  # fmt: skip
def test_actions(text: str, expected: dict[str, int]) -> None:
    assert strengths(text) == expected


def test_contrast_keeps_both() -> None:
    text = "furious but smiling through gritted teeth"
    assert feelings(text) == {"angry": 3}
    assert {"lip_corner_puller", "jaw_clencher"} <= strengths(text).keys()


def test_a_feeling_may_show_in_the_eyes_only() -> None:
    (emotion,) = state("Her mouth is still but her eyes are sad.").emotions
    assert (emotion.name, emotion.region) == ("sad", "upper")


@pytest.mark.parametrize(
    "text",
    [
        "from calm to furious",
        "She starts calm and ends up furious.",
        "calm at first, furious later",
        "At first calm, but then furious.",
        "calm, then furious",
        "The calm gives way to fury.",
    ],
)
def test_changes(text: str) -> None:
    calm, furious = read(text).slots.states
    assert [e.name for e in calm.emotions] == ["neutral"]
    assert [(e.name, e.level) for e in furious.emotions] == [("angry", 3)]


def test_something_fades() -> None:
    smile, none = read("Her smile slowly fades.").slots.states
    assert smile.degree("lip_corner_puller") > 0.4
    assert [(a.name, a.negated) for a in none.actions][-1] == ("lip_corner_puller", True)


@pytest.mark.parametrize(
    "text", ["smiling from ear to ear", "he turns his head to the left", "jaw shifted to the right"]
)
def test_no_change_where_none_is_said(text: str) -> None:
    assert len(read(text).slots.states) == 1


def test_words_are_marked() -> None:
    text = "A zorbly angry man with strongly lowered brows."
    reading = read(text)
    assert [text[s.start : s.end] for s in reading.unknown] == ["zorbly"]
    marked = {text[s.start : s.end]: s.what for s in reading.understood}
    assert {"angry", "strongly", "lowered", "brows"} <= marked.keys()
    assert marked["angry"] == "angry"


def test_empty_text_asks_for_nothing() -> None:
    for text in ("", "   ", "…", "The man speaks."):
        assert read(text).slots.empty


def test_every_entry_of_the_word_lists_means_something() -> None:
    for text in (expression_words.WORDS, expression_words.IDIOMS, expression_words.MANNER):
        for line in expression_words.entries(text):
            meaning = parse_meaning(line.partition("=")[2])
            assert meaning.actions or meaning.emotions or meaning.energy, line
    for text in (*face_words.COMBINATIONS.values(), *face_words.PART_ACTIONS.values()):
        parse_meaning(text)
    assert len(lexicon().root.next) > 2000


def test_words_of_captions_have_their_level() -> None:
    """Level words of MEAD's captions."""
    for name, level, words in (
        ("angry", 1, "annoyed irritated displeased grouchy grumpy"),
        ("angry", 2, "angry resentful frustrated bitter hostile"),
        ("angry", 3, "exasperated outraged furious wrathful"),
        ("fear", 1, "insecure anxious nervous"),
        ("fear", 2, "frightened uneasy worried apprehensive"),
        ("fear", 3, "horrified terror panic"),
        ("happy", 1, "satisfied content"),
        ("happy", 2, "cheerful glad enthusiastic jovial"),
        ("happy", 3, "ecstatic jubilant elated euphoric thrilled"),
        ("sad", 2, "gloomy unhappy disappointed glum"),
        ("sad", 3, "anguished sorrowful miserable desperate grief despair"),
        ("surprised", 2, "alarm alarmed"),
        ("surprised", 3, "shocked amazed astonished"),
        ("neutral", 1, "impassive calm expressionless"),
        ("disgusted", 2, "revulsion"),
    ):
        for word in words.split():
            assert feelings(f"feels {word}") == {name: level}, word
    assert set(emotion_words.ADJECTIVES) == set(emotion_words.NOUNS)
