# SPDX-License-Identifier: GPL-3.0-or-later
"""How words sound, in the dictionary and out of it."""

import pytest

from model_backend.speech.letter_to_sound import LetterToSound, letter_to_sound
from model_backend.speech.pronunciation import dictionary, is_known, pronounce, read_dictionary
from model_backend.speech.track import PHONES


def ways(word):
    return {" ".join(p) for p in pronounce(word)}


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("paper", "P EY P ER"),
        ("tomato", "T AH M AA T OW"),
        ("f.", "EH F"),
        ("doctor", "D AA K T ER"),
    ],
)
def test_dictionary_words_with_their_variants(word, phones):
    assert phones in ways(word)


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("blender's", "B L EH N D ER Z"),
        ("zigzagged", "Z IH G Z AE G D"),
        ("umbrella's", "AH M B R EH L AH Z"),
        ("runnin'", "R AH N IH N"),
        ("sooooo", "S OW"),
        ("playblast", "P L EY B L AE S T"),
        ("keyframing", "K IY F R EY M IH NG"),
        ("it'll've", None),
    ],
)
def test_words_made_from_dictionary_words(word, phones):
    assert pronounce(word)
    assert phones is None or phones in ways(word)


def test_a_word_of_no_language_still_sounds_like_its_letters():
    assert not is_known("bimfulop")
    (phones, *_) = pronounce("bimfulop")
    assert [p for p in phones if p in "BMFLP"] == ["B", "M", "F", "L", "P"]


def test_only_known_phones_come_out():
    words = ["paper", "xyzzy", "o'clock", "brr", "shh", "mmm", "zzz", "q.", "thx", "fjord", "ngoma", "aaaaaaaa"]
    assert {p for word in words for phones in pronounce(word) for p in phones} <= PHONES - {"SIL"}


def test_letter_to_sound_on_words_it_has_not_learnt():
    lexicon = dictionary()
    words = [w for w in lexicon if w.isalpha() and w.isascii() and len(w) >= 3]
    held_out = words[::1500]
    model = LetterToSound({w: v for w, v in lexicon.items() if w not in set(held_out)})
    errors = sum(min(_distance(model.pronounce(w)[0], v) for v in lexicon[w]) for w in held_out)
    assert errors / sum(len(lexicon[w][0]) for w in held_out) < 0.12


def test_letter_to_sound_without_letters():
    assert letter_to_sound().pronounce("123 !") == ()


def test_a_dictionary_line_with_a_variant():
    assert read_dictionary(["a AH", "a(2) EY"]) == {"a": (("AH",), ("EY",))}


def _distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (x != y)))
        row = new
    return row[-1]
