# SPDX-License-Identifier: GPL-3.0-or-later
"""The speech track of real sound, with and without a transcript, good and bad."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from model_backend.audio import SAMPLE_RATE, Sound, load_sound
from model_backend.errors import JobError
from model_backend.progress import Cancelled
from model_backend.speech.analyzer import analyze
from model_backend.speech.track import PHONES, SILENCE

SPEECH = Path(__file__).resolve().parents[1] / "data" / "speech"
CLIPS = {Path(c["file"]).stem: c for c in json.loads((SPEECH / "clips.json").read_text())}
LIPS = {"P": "closed", "B": "closed", "M": "closed", "F": "teeth", "V": "teeth"}
SECOND = SAMPLE_RATE


def sound(name):
    return load_sound(SPEECH / CLIPS[name]["file"])


def check(track, length):
    """What every track promises."""
    assert track.duration == length
    edges = [0.0, *(p.end for p in track.phones)]
    assert [p.start for p in track.phones] == edges[:-1]
    assert edges[-1] == length
    assert all(a < b for a, b in itertools.pairwise(edges))
    assert {p.phone for p in track.phones} <= PHONES
    assert all(0 <= p.confidence <= 1 for p in track.phones)
    assert not any(a.phone == b.phone == SILENCE for a, b in itertools.pairwise(track.phones))
    assert all(0 <= w.start < w.end <= length for w in track.words)
    assert all(a.end <= b.start + 1e-9 for a, b in itertools.pairwise(track.words))


def found(track, name, offset=0.0, tolerance=0.04):
    """Share of the true /p b m/ and /f v/ that the track has within `tolerance`."""
    hits = [
        any(
            LIPS.get(p.phone) == LIPS[true] and abs((p.start + p.end) / 2 - offset - (a + b) / 2) <= tolerance
            for p in track.phones
        )
        for true, a, b in CLIPS[name]["phones"]
        if true in LIPS
    ]
    return np.mean(hits)


@pytest.mark.parametrize("name", sorted(CLIPS))
def test_with_the_transcript_every_lip_sound_is_found(name):
    clip = sound(name)
    track = analyze(clip, CLIPS[name]["text"])
    check(track, clip.duration)
    assert found(track, name) == 1.0
    assert " ".join(w.text for w in track.words) == CLIPS[name]["text"].translate(str.maketrans("", "", ",.?"))


def test_without_a_transcript_most_lip_sounds_are_found():
    tracks = {name: analyze(sound(name)) for name in CLIPS}
    for name, track in tracks.items():
        check(track, sound(name).duration)
    assert np.mean([found(track, name) for name, track in tracks.items()]) >= 0.85
    assert {"made", "paris", "times"} <= {w.text for w in tracks["bob"].words}
    # The measure tells something: the phones of another clip do badly.
    assert np.mean([found(tracks[a], b) for a, b in itertools.permutations(CLIPS, 2)]) < 0.4


def test_a_transcript_with_words_that_were_not_spoken():
    track = analyze(sound("bob"), "Bob never made a big yellow map of Paris 5 times")
    assert [w.text for w in track.words] == ["Bob", "made", "a", "big", "map", "of", "Paris", "5", "times"]
    assert found(track, "bob") == 1.0


def test_words_missing_from_the_transcript_are_recognised():
    track = analyze(sound("bob"), "Bob made a Paris 5 times.")
    assert {"Bob", "made", "Paris", "5", "times"} <= {w.text for w in track.words}
    assert "big" in {w.text for w in track.words}
    assert found(track, "bob") >= 0.9


def test_the_transcript_of_another_clip_is_not_forced_on_the_sound():
    track = analyze(sound("bob"), CLIPS["film"]["text"])
    check(track, sound("bob").duration)
    assert found(track, "bob") >= 0.7
    assert {"film", "awful"}.isdisjoint(w.text for w in track.words)


def test_a_transcript_without_words_is_none():
    assert analyze(sound("bob"), " [music] \U0001f600 ").phones == analyze(sound("bob")).phones


def test_a_transcript_in_another_alphabet():
    with pytest.raises(JobError, match="Latin"):
        analyze(sound("bob"), "Привет, мир")


def test_level_does_not_matter():
    clip = sound("bob")
    loud = analyze(clip, CLIPS["bob"]["text"])
    quiet = analyze(Sound(clip.samples * 1e-3), CLIPS["bob"]["text"])
    assert [p.phone for p in quiet.phones] == [p.phone for p in loud.phones]


def test_the_same_sound_gives_the_same_phones_whatever_came_before():
    before = analyze(sound("mother"))
    analyze(sound("film"))
    assert analyze(sound("mother")).phones == before.phones


NOISE = np.random.default_rng(1).standard_normal(3 * SECOND)
TIME = np.arange(3 * SECOND) / SECOND
CHORD = sum(np.sin(2 * np.pi * f * TIME) for f in (220.0, 277.2, 329.6)) * np.exp(-3 * (2 * TIME % 1))
NOT_SPEECH = {
    "digital silence": 0 * NOISE,
    "faint noise": 1e-5 * NOISE,
    "noise": 0.1 * NOISE,
    "loud noise": 10 * NOISE,
    "hum": 0.2 * np.sign(np.sin(2 * np.pi * 50 * TIME)),
    "tone": 0.3 * np.sin(2 * np.pi * 440 * TIME),
    "chords": 0.1 * CHORD,
    "a click": np.eye(1, 3 * SECOND, SECOND)[0],
    "an offset": np.full(3 * SECOND, 0.4),
}


@pytest.mark.parametrize("name", NOT_SPEECH)
def test_what_is_not_speech_moves_no_mouth(name):
    clip = Sound(NOT_SPEECH[name])
    track = analyze(clip)
    assert [p.phone for p in track.phones] == [SILENCE]
    assert not track.words


@pytest.mark.parametrize("name", ["digital silence", "noise", "hum"])
def test_a_transcript_is_not_forced_on_noise(name):
    track = analyze(Sound(NOT_SPEECH[name]), "We are the champions of the world")
    assert not track.words
    assert [p.phone for p in track.phones] == [SILENCE]


@pytest.mark.parametrize("length", [3200, 3333, 4801])
def test_the_shortest_clips(length):
    clip = Sound(sound("bob").samples[4000 : 4000 + length])
    check(analyze(clip), clip.duration)
    check(analyze(clip, "Bob"), clip.duration)


def test_sound_without_treble_or_with_bass_only():
    spectrum = np.fft.rfft(sound("bob").samples)
    hertz = np.fft.rfftfreq(len(sound("bob").samples), 1 / SAMPLE_RATE)
    for highest, least in ((4000, 1.0), (500, 0.0)):
        clip = Sound(np.fft.irfft(np.where(hertz < highest, spectrum, 0), len(sound("bob").samples)))
        track = analyze(clip, CLIPS["bob"]["text"])
        check(track, clip.duration)
        assert found(track, "bob") >= least


def test_a_long_clip_is_followed_piece_by_piece():
    order = ["bob", "mother", "puppy", "film"] * 2
    pause = np.zeros(SECOND // 2, np.float32)
    samples = np.concatenate([part for name in order for part in (sound(name).samples, pause)])
    # The third sentence is not in the transcript, and the transcript has one more after the sixth.
    texts = [CLIPS[name]["text"] for name in order]
    transcript = " ".join([*texts[:2], *texts[3:6], "Nobody ever came back to the old harbour again.", *texts[6:]])
    seen = []
    track = analyze(Sound(samples), transcript, lambda fraction, message: seen.append((fraction, message)))
    check(track, len(samples) / SAMPLE_RATE)
    start = 0.0
    for name in order:
        assert found(track, name, start) >= 0.7
        start += sound(name).duration + 0.5
    assert "harbour" not in {w.text for w in track.words}
    assert sum(w.text == "Bob" for w in track.words) == 2
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert all(message for _, message in seen)


def test_the_clip_is_found_in_the_script_of_a_whole_play():
    lines = [f"Line {i}: nobody had seen the {colour} harbour since winter." for i, colour in
             enumerate(["red", "green", "yellow", "golden", "silver"] * 40)]  # fmt: skip
    track = analyze(sound("film"), " ".join([*lines[:120], CLIPS["film"]["text"], *lines[120:]]))
    assert [w.text for w in track.words] == [
        "The",
        "film",
        "was",
        "awful",
        "but",
        "the",
        "music",
        "made",
        "up",
        "for",
        "it",
    ]
    assert found(track, "film") == 1.0


@pytest.mark.parametrize("transcript", [None, CLIPS["film"]["text"]])
def test_cancelling(transcript):
    calls = 0

    def progress(fraction, message):
        nonlocal calls
        calls += 1
        if fraction > 0.2:
            raise Cancelled

    with pytest.raises(Cancelled):
        analyze(sound("film"), transcript, progress)
    stopped = calls
    track = analyze(sound("film"), CLIPS["film"]["text"])
    assert stopped < 50
    assert found(track, "film") == 1.0
