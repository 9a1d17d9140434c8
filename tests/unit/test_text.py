# SPDX-License-Identifier: GPL-3.0-or-later
"""Transcripts as people say them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_backend.errors import JobError
from model_backend.speech.pronunciation import pronounce
from model_backend.speech.text import read_transcript


def first(transcript):
    """The likeliest reading of a whole transcript."""
    return " ".join(spoken for word in read_transcript(transcript) for spoken in word.readings[0])


def readings(token):
    (word,) = read_transcript(token)
    return {" ".join(reading) for reading in word.readings}


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Hello, world!", "hello world"),
        ("Mr. and Mrs. Smith saw Dr. Who", "mister and missus smith saw doctor who"),
        ("St. James St.", "saint james street"),
        ("a well-known part-time job", "a well known part time job"),
        ("R&B at AT&T", "r. and b. at at and t."),
        ("salt & pepper", "salt and pepper"),
        ("The FBI met NASA in the U.S.A.", "the f. b. i. met nasa in the u. s. a."),
        ("isn\u2019t it \u201cgreat\u201d?", "isn't it great"),
        ("'quoted' dogs' rock 'n' roll", "quoted dogs rock 'n roll"),
        ("wait\u2014what\u2026 no", "wait what no"),
        ("caf\u00e9 na\u00efve \u0141\u00f3d\u017a", "cafe naive lodz"),
        ("\ufb01ne \uff28\uff49", "fine hi"),
        ("so \U0001f600 good", "so good"),
        ("[laughs] yes {beat} <b>no</b>", "yes no"),
        ("1st 22nd 100th", "first twenty second one hundredth"),
        ("0 13 42 100 1,234,567", "zero thirteen forty two one hundred "
         "one million two hundred thirty four thousand five hundred sixty seven"),
        ("1984 2024 1900 2005", "nineteen eighty four twenty twenty four nineteen hundred two thousand five"),
        ("the 1980s", "the nineteen eighties"),
        ("3.14 .5", "three point one four point five"),
        ("50% -3", "fifty percent minus three"),
        ("$5 $3.50 $1 \u00a32 $3 million", "five dollars three dollars and fifty cents one dollar two pounds three "
         "million dollars"),
        ("3:30 3:05 10:00 6:45pm", "three thirty three oh five ten o'clock six forty five p. m."),
        ("10\u201315 1/2 3/4", "ten to fifteen one half three quarters"),
        ("10km 20\u00b0C MP3 3D", "ten kilometers twenty degrees celsius m. p. three three d."),
        ("No. 5", "number five"),
        ("me@example.com", "me at example dot com"),
    ],
)  # fmt: skip
def test_likeliest_reading(written, spoken):
    assert first(written) == spoken


@pytest.mark.parametrize(
    ("token", "possible"),
    [
        ("1984", {"nineteen eighty four", "one thousand nine hundred and eighty four", "one nine eight four"}),
        ("St.", {"saint", "street"}),
        ("NASA", {"nasa", "n. a. s. a."}),
        ("II", {"two", "the second"}),
        ("105", {"one hundred five", "one hundred and five", "one oh five", "one zero five"}),
        ("007", {"double oh seven", "oh oh seven", "zero zero seven"}),
    ],
)
def test_other_readings_are_kept(token, possible):
    assert possible <= readings(token)


def test_words_keep_the_spelling_of_the_transcript():
    words = read_transcript("\u201cDr. O\u2019Neill\u201d paid $3.50, didn't he?")
    assert [w.text for w in words] == ["Dr", "O'Neill", "paid", "$3.50", "didn't", "he"]


def test_asides_and_names_of_speakers_may_be_unspoken():
    words = read_transcript("BOB: Hello (quietly) there *sighs*")
    assert [(w.text, w.optional) for w in words] == [
        ("BOB", True),
        ("Hello", False),
        ("quietly", True),
        ("there", False),
        ("sighs", True),
    ]


@pytest.mark.parametrize(
    "transcript", ["Привет, как дела?", "你好世界", "مرحبا بالعالم", "שלום", "Γειά σου", "こんにちは"]
)
def test_another_alphabet_is_refused_with_advice(transcript):
    with pytest.raises(JobError, match="Latin"):
        read_transcript(transcript)


@pytest.mark.parametrize("transcript", ["", "  \n", "...", "\U0001f600\U0001f44d", "[music]", "-- !!"])
def test_nothing_spoken(transcript):
    assert read_transcript(transcript) == ()


def test_a_foreign_word_among_others_is_left_out():
    assert first("Say мир and peace") == "say and peace"


def test_a_transcript_longer_than_any_clip_is_refused():
    with pytest.raises(JobError, match="longer"):
        read_transcript("word " * 300_000)


WRITTEN = st.one_of(
    st.text(max_size=80),
    st.text("abcXYZ'\u2019.-,&$%:/0123456789()*[]# \n\u00e9\u00bd", max_size=40),
    st.from_regex(r"[$£]?[0-9]{0,22}[.,:/-]?[0-9]{0,3}(st|s|%|km|pm)?", fullmatch=True),
)


@settings(deadline=None)
@given(WRITTEN)
def test_any_text_is_read_or_refused(transcript):
    try:
        words = read_transcript(transcript)
    except JobError:
        return
    for word in words:
        assert word.text
        assert word.readings
        for reading in word.readings:
            assert reading
            for spoken in reading:
                assert spoken == spoken.lower()
                assert spoken.isascii()
                assert any(c.isalpha() for c in spoken)
                assert " " not in spoken


@settings(deadline=None)
@given(WRITTEN)
def test_what_was_read_reads_as_itself(transcript):
    try:
        spoken = first(transcript)
    except JobError:
        return
    assert first(spoken) == spoken


@settings(deadline=None, max_examples=50)
@given(st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=20).filter(lambda s: s.strip("'")))
def test_every_word_can_be_pronounced(word):
    assert all(pronounce(word))
    assert pronounce(word)
