# SPDX-License-Identifier: GPL-3.0-or-later
"""Pitch, loudness, rate, phrases, accents and effort of voices whose prosody is known, and of spoken sentences."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_backend.audio import load_sound
from model_backend.speech.pitch import track_pitch
from model_backend.speech.prosody import PAUSE, measure_prosody, phone_effort
from model_backend.speech.track import PHONES, SILENCE, Phone
from model_backend.speech.vocal_effort import vocal_effort

from . import sounds

CORPUS = Path(__file__).parents[1] / "data" / "corpus"


def corpus_clip(name: str) -> tuple[np.ndarray, list[Phone]]:
    clips = {clip["name"]: clip for clip in json.loads((CORPUS / "corpus.json").read_text())}
    phones = [Phone(phone["phone"], phone["start"], phone["end"]) for phone in clips[name]["phones"]]
    return load_sound(CORPUS / clips[name]["file"]).samples, phones


def track_of(times: list[tuple[str, float, float]]) -> list[Phone]:
    """The vowels as phones with silence between them."""
    phones, now = [], 0.0
    for vowel, start, end in times:
        phones += [Phone(SILENCE, now, start), Phone(vowel, start, end)]
        now = end
    return phones


# --- pitch -------------------------------------------------------------------------------------------


def glide(low: float, high: float, seconds: float = 2.0) -> np.ndarray:
    """Pitch that wanders between two values like an intonation."""
    t = np.linspace(0, 1, round(seconds * sounds.RATE))
    return low * (high / low) ** (0.5 - 0.5 * np.cos(2 * np.pi * 1.5 * t))


@pytest.mark.parametrize("vowel", ["AA", "IY", "EH", "UW"])
@pytest.mark.parametrize(("low", "high"), [(75, 110), (95, 190), (180, 320), (250, 500)])
def test_pitch_follows_a_voice(vowel, low, high):
    f0 = glide(low, high)
    found, _ = track_pitch(sounds.at_level(sounds.voiced(f0, vowel), -25))
    true = f0[::160]
    inside = slice(5, len(true) - 5)
    assert np.mean(found[inside] > 0) > 0.98
    error = np.abs(found[inside] / true[inside] - 1)[found[inside] > 0]
    assert np.median(error) < 0.01
    assert np.mean(error > 0.2) == 0


def test_pitch_in_noise_and_over_the_telephone():
    f0 = glide(95, 190)
    voice = sounds.at_level(sounds.voiced(f0, "EH"), -25)
    noisy = voice + sounds.at_level(sounds.noise(2.0, 1.0), -35)
    for samples in (noisy, sounds.band_limited(voice, 300, 3400)):
        found, _ = track_pitch(samples.astype(np.float32))
        true = f0[::160][: len(found)]
        voiced = found[: len(true)] > 0
        assert voiced.mean() > 0.9
        error = np.abs(found[: len(true)] / true - 1)[voiced]
        assert np.median(error) < 0.02
        assert np.mean(error > 0.2) < 0.01


@pytest.mark.parametrize("level", [-70, -3])
def test_pitch_does_not_depend_on_level(level):
    voice = sounds.voiced(glide(100, 200))
    usual, _ = track_pitch(sounds.at_level(voice, -25))
    np.testing.assert_allclose(track_pitch(sounds.at_level(voice, level))[0], usual, rtol=1e-3)


def test_silence_has_no_pitch_and_noise_hardly():
    f0, periodicity = track_pitch(np.zeros(16000, np.float32))
    assert not f0.any()
    assert not periodicity.any()
    f0, _ = track_pitch(sounds.noise(3.0))
    assert np.mean(f0 > 0) < 0.02


def test_frames_lie_at_their_times():
    """A leap of the pitch at 1 s is found at 1 s."""
    f0 = np.where(np.arange(2 * sounds.RATE) < sounds.RATE, 120.0, 180.0)
    found, _ = track_pitch(sounds.at_level(sounds.voiced(f0), -25))
    assert len(found) == 201
    leap = int(np.argmax(found[10:-10] > 150)) + 10
    assert abs(leap - 100) <= 2


@pytest.mark.parametrize("count", [1, 100, 3200])
def test_pitch_of_the_shortest_sounds(count):
    f0, periodicity = track_pitch(sounds.tone(1.0, 150, 10)[:count])
    assert f0.shape == periodicity.shape == (count // 160 + 1,)


# --- curves, rate, phrases ---------------------------------------------------------------------------


def test_energy_is_in_decibels_of_full_scale():
    sine = 0.5 * np.sin(2 * np.pi * 200 * np.arange(16000) / 16000).astype(np.float32)
    energy = measure_prosody(sine, []).energy
    assert energy.dtype == np.float32
    assert energy.shape == (101,)
    np.testing.assert_allclose(energy[10:-10], 20 * np.log10(0.5 / np.sqrt(2)), atol=0.2)
    assert (measure_prosody(np.zeros(16000, np.float32), []).energy == -100).all()


def test_pitch_is_told_only_where_phones_are():
    samples = sounds.at_level(sounds.voiced(glide(100, 200, 3.0)), -25)
    phones = [Phone(SILENCE, 0, 1), Phone("AA", 1, 2), Phone(SILENCE, 2, 3)]
    f0 = measure_prosody(samples, phones).f0
    assert not f0[:98].any()
    assert (f0[105:195] > 0).all()
    assert not f0[203:].any()


def test_without_speech_there_is_no_prosody():
    for phones in ([], [Phone(SILENCE, 0.0, 3.0)]):
        prosody = measure_prosody(sounds.music(1, 3, melody="strings"), phones)
        assert prosody.speaking_rate == 0
        assert prosody.phrases == ()
        assert prosody.accents == ()
        assert not prosody.f0.any()
        assert not phone_effort(phones, prosody).any()
        assert len(vocal_effort(sounds.noise(3.0), prosody)) == 0


def test_phrases_end_at_pauses():
    phones = [
        Phone(SILENCE, 0.0, 0.5),
        Phone("AA", 0.5, 0.8),
        Phone(SILENCE, 0.8, 0.8 + PAUSE - 0.01),
        Phone("M", 1.04, 1.2),
        Phone(SILENCE, 1.2, 1.2 + PAUSE + 0.01),
        Phone("IY", 1.46, 1.8),
    ]
    prosody = measure_prosody(sounds.noise(2.0), phones)
    assert prosody.phrases == ((0.5, 1.2), (1.46, 1.8))
    assert prosody.speaking_rate == pytest.approx(2 / 0.8)


def test_rate_of_a_sentence_leaves_pauses_out():
    samples, phones = corpus_clip("rms_03")
    rate = measure_prosody(samples, phones).speaking_rate
    assert 3 < rate < 7
    pause = np.zeros(3 * sounds.RATE, np.float32)
    last = phones[-1].end
    later = [*phones, Phone(SILENCE, last, last + 3)]
    assert measure_prosody(np.concatenate([samples, pause]), later).speaking_rate == rate


# --- accents -----------------------------------------------------------------------------------------

PLAIN = ("EH", 0.15, 110.0, -25.0)


@pytest.mark.parametrize("place", [0, 2, 5])
@pytest.mark.parametrize(
    ("accented", "least"),
    [
        (("EH", 0.15, 160.0, -25.0), 0.3),  # by pitch alone
        (("EH", 0.15, 160.0, -18.0), 0.4),
        (("EH", 0.26, 150.0, -18.0), 0.5),
        (("EH", 0.28, 110.0, -15.0), 0.25),  # without pitch
    ],
)
def test_the_vowel_that_stands_out_is_the_accent(place, accented, least):
    vowels = [PLAIN] * 6
    vowels[place] = accented
    samples, times = sounds.syllables(vowels)
    accents = measure_prosody(samples, track_of(times)).accents
    _, start, end = times[place]
    assert len(accents) == 1
    assert start <= accents[0].time <= end
    assert accents[0].strength >= least


def test_stronger_accents_are_stronger():
    strengths = []
    for pitch, level in ((130, -24), (145, -21), (165, -18)):
        vowels = [PLAIN] * 6
        vowels[3] = ("EH", 0.15, float(pitch), float(level))
        samples, times = sounds.syllables(vowels)
        strengths.append(max(accent.strength for accent in measure_prosody(samples, track_of(times)).accents))
    assert strengths == sorted(strengths)
    assert strengths[0] < strengths[-1]


def test_a_monotone_voice_has_no_accents():
    samples, times = sounds.syllables([PLAIN] * 8)
    assert measure_prosody(samples, track_of(times)).accents == ()


def test_gain_changes_no_accent():
    samples, phones = corpus_clip("slt_05")
    loud = measure_prosody(samples, phones).accents
    quiet = measure_prosody(0.1 * samples, phones).accents
    assert len(loud) >= 2
    assert [accent.time for accent in quiet] == pytest.approx([accent.time for accent in loud])
    assert [accent.strength for accent in quiet] == pytest.approx([accent.strength for accent in loud], abs=0.02)


def test_accents_are_not_the_energy():
    """A twin of the clip without its changes of level keeps the accents that pitch makes."""
    vowels = [PLAIN, ("EH", 0.15, 165.0, -22.0), PLAIN, PLAIN, ("EH", 0.15, 160.0, -30.0), PLAIN, PLAIN]
    samples, times = sounds.syllables(vowels)
    flat, _ = sounds.syllables([(vowel, seconds, f0, -25.0) for vowel, seconds, f0, _ in vowels])
    for sound in (samples, flat):
        accents = measure_prosody(sound, track_of(times)).accents
        assert [round(accent.time, 1) for accent in accents] == pytest.approx(
            [np.mean(times[1][1:]), np.mean(times[4][1:])], abs=0.12
        )


@pytest.mark.parametrize("name", ["slt_01", "slt_08", "rms_02", "rms_12", "awb_04", "awb_14"])
def test_accents_of_sentences_lie_in_vowels_and_apart(name):
    samples, phones = corpus_clip(name)
    prosody = measure_prosody(samples, phones)
    times = [accent.time for accent in prosody.accents]
    assert 1 <= len(times) <= 3 * len(samples) / sounds.RATE
    assert (np.diff(times) >= 0.2 - 1e-9).all()
    for accent in prosody.accents:
        assert 0 < accent.strength <= 1
        assert any(p.start <= accent.time <= p.end for p in phones if p.phone in ("ER",) or p.phone[0] in "AEIOU")


# --- effort ------------------------------------------------------------------------------------------


def test_louder_vowels_take_more_effort():
    levels = [-25.0, -25.0, -15.0, -25.0, -35.0, -25.0]
    samples, times = sounds.syllables([("EH", 0.15, 110.0, level) for level in levels])
    phones = track_of(times)
    effort = phone_effort(phones, measure_prosody(samples, phones))
    assert effort.dtype == np.float32
    assert (effort[::2] == 0).all()  # silences
    assert effort[5] > 1
    assert effort[9] < -1
    np.testing.assert_allclose(effort[[1, 3, 7, 11]], 0, atol=0.2)


def test_effort_does_not_depend_on_gain():
    samples, phones = corpus_clip("awb_09")
    loud = phone_effort(phones, measure_prosody(samples, phones))
    quiet = phone_effort(phones, measure_prosody(0.1 * samples, phones))
    np.testing.assert_allclose(loud, quiet, atol=0.01)


def test_close_vowels_are_not_taken_for_weak_ones():
    samples, times = sounds.syllables([("AA", 0.15, 110.0, -25.0), ("IY", 0.15, 110.0, -29.0)] * 3)
    phones = track_of(times)
    np.testing.assert_allclose(phone_effort(phones, measure_prosody(samples, phones)), 0, atol=0.15)


def test_one_vowel_is_its_own_measure():
    samples, times = sounds.syllables([PLAIN])
    phones = track_of(times)
    assert phone_effort(phones, measure_prosody(samples, phones)).tolist() == [0, 0]


def test_consonants_go_with_their_vowels():
    levels = [-18.0, -18.0, -32.0, -32.0]
    samples, times = sounds.syllables([("EH", 0.15, 110.0, level) for level in levels], pause=0.1)
    phones = []
    for vowel, start, end in times:
        phones += [Phone("M", start - 0.1, start), Phone(vowel, start, end)]
    effort = phone_effort(phones, measure_prosody(samples, phones))
    assert effort[0] > 0.5
    assert effort[2] > 0.5
    assert effort[6] < -0.5


@pytest.mark.parametrize("name", ["slt_02", "rms_05", "awb_06"])
def test_effort_of_a_sentence_is_centred_and_bounded(name):
    samples, phones = corpus_clip(name)
    effort = phone_effort(phones, measure_prosody(samples, phones))
    vowels = np.array([phone.phone in ("ER",) or phone.phone[0] in "AEIOU" for phone in phones])
    assert abs(effort[vowels].mean()) < 0.01
    assert 0.3 < effort[vowels].std() < 1.1
    assert np.abs(effort).max() < 5


def efforts(*phrases: tuple[float, float, float]) -> np.ndarray:
    """Vocal effort of phrases of four vowels, each by (F0, level, tilt in dB an octave)."""
    sound, phones, now = [], [], 0.0
    for f0, level, tilt in phrases:
        samples, times = sounds.syllables([(v, 0.2, f0, level) for v in ("AA", "EH", "IY", "AA")], 0.05, tilt)
        sound += [samples, np.zeros(8000, np.float32)]
        phones += [Phone(phone.phone, phone.start + now, phone.end + now) for phone in track_of(times)]
        now += len(samples) / sounds.RATE + 0.5
    joined = np.concatenate(sound)
    return vocal_effort(joined, measure_prosody(joined, phones))


def test_a_clip_that_is_shouted_throughout_is_told_from_a_calm_one():
    calm, shout = efforts((110, -22, -12)), efforts((210, -16, -5))
    assert 0.3 < calm[0] < 0.65
    assert shout[0] > calm[0] + 0.15


def test_recording_gain_hardly_counts():
    assert abs(efforts((110, -20, -12))[0] - efforts((110, -32, -12))[0]) < 0.06


def test_the_louder_phrase_of_a_clip_takes_more_effort():
    effort = efforts((110, -28, -14), (110, -24, -12), (150, -16, -9))
    assert effort[0] < effort[1] < effort[2]
    assert effort[2] - effort[0] > 0.15


def test_a_whisper_takes_the_least_effort():
    rng = np.random.default_rng(3)
    breath = sounds.at_level(sounds.vocal_tract(rng.standard_normal(16000), "EH"), -35)
    phones = [Phone("EH", 0.0, 1.0)]
    assert vocal_effort(breath, measure_prosody(breath, phones))[0] < 0.1


# --- anything the recogniser may say -----------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(PHONES)), st.floats(0.0, 0.6)), max_size=30),
    st.floats(0.0, 1.5),
    st.sampled_from(["noise", "voice", "silence"]),
)
def test_any_phones_on_any_sound(entries, start, kind):
    sound = {"noise": sounds.noise(2.0), "voice": VOICE, "silence": np.zeros(32000, np.float32)}[kind]
    phones, now = [], start
    for name, duration in entries:
        phones.append(Phone(name, now, now + duration))
        now += duration
    prosody = measure_prosody(sound, phones)
    assert np.isfinite(prosody.f0).all()
    assert np.isfinite(prosody.energy).all()
    assert np.isfinite(prosody.speaking_rate)
    assert all(0 < accent.strength <= 1 for accent in prosody.accents)
    effort = phone_effort(phones, prosody)
    assert effort.shape == (len(phones),)
    assert np.isfinite(effort).all()
    assert all(effort[i] == 0 for i, phone in enumerate(phones) if phone.phone == SILENCE)
    whole = vocal_effort(sound, prosody)
    assert whole.shape == (len(prosody.phrases),)
    assert ((whole >= 0) & (whole <= 1)).all()


VOICE = sounds.at_level(sounds.voiced(glide(100, 200)), -25)
