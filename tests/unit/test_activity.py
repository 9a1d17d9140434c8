# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech is found and nothing else is: real and synthetic voices, noises and music."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import binary_closing

from model_backend.audio import load_sound
from model_backend.speech.activity import speech_activity
from model_backend.speech.framing import levels

from . import sounds

CORPUS = Path(__file__).parents[1] / "data" / "corpus"
ALSA = Path("/usr/share/sounds/alsa")
REAL = [
    "Front_Center",
    "Front_Left",
    "Front_Right",
    "Rear_Center",
    "Rear_Left",
    "Rear_Right",
    "Side_Left",
    "Side_Right",
]
SYNTHETIC = ["slt_03", "rms_07", "awb_11"]


@pytest.fixture(params=SYNTHETIC + REAL)
def voice(request) -> np.ndarray:
    if request.param in SYNTHETIC:
        return load_sound(CORPUS / f"{request.param}.flac").samples
    path = ALSA / f"{request.param}.wav"
    if not path.exists():
        pytest.skip(f"{path} of the package alsa-utils is not installed")
    return load_sound(path).samples


def spoken(samples: np.ndarray) -> np.ndarray:
    """Frames of a clean recording that hold speech: within 25 dB of its loudest and the gaps of plosives."""
    level = levels(samples, 640)
    loud = np.pad(level > level.max() - 25, 20)
    return binary_closing(loud, np.ones(15))[20:-20]


def found(curve: np.ndarray, frames: np.ndarray) -> float:
    """Share of the frames that are taken for speech."""
    return float(np.mean(curve[frames] >= 0.5))


def test_a_clean_voice_is_speech_at_every_level(voice):
    frames = spoken(voice)
    for samples in (voice, sounds.at_level(voice, -55), np.clip(sounds.at_level(voice, -6), -1, 1)):
        curve = speech_activity(samples)
        assert curve.shape == (len(samples) // 160 + 1,)
        assert curve.dtype == np.float32
        assert 0 <= curve.min() <= curve.max() <= 1
        assert found(curve, frames) > 0.95


@pytest.mark.parametrize(("low", "high"), [(40, 3800), (300, 3400)])
def test_a_voice_over_the_telephone_is_speech(voice, low, high):
    assert found(speech_activity(sounds.band_limited(voice, low, high)), spoken(voice)) > 0.95


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_a_voice_in_noise_is_speech(voice, slope):
    frames = spoken(voice)
    samples = np.pad(voice, 8000)
    loud = voice[np.repeat(frames, 160)[: len(voice)]]
    level = 10 * np.log10(np.mean(np.square(loud, dtype=np.float64))) - 10
    noisy = samples + sounds.at_level(sounds.noise(len(samples) / sounds.RATE, slope), level)[: len(samples)]
    curve = speech_activity(noisy.astype(np.float32))[50:]
    assert found(curve[: len(frames)], frames) > 0.6
    vowels = levels(voice, 640) > levels(voice, 640).max() - 10
    assert found(curve[: len(vowels)], vowels) > 0.95


def test_silence_is_no_speech():
    assert not speech_activity(np.zeros(32000, np.float32)).any()
    dither = np.random.default_rng(1).integers(-1, 2, 32000) / 32768
    assert not speech_activity(dither.astype(np.float32)).any()


@pytest.mark.parametrize("level", [-60, -30, -8])
@pytest.mark.parametrize("slope", [0.0, 1.0, 2.0])
def test_noise_is_no_speech(slope, level):
    for seed in range(2):
        curve = speech_activity(sounds.at_level(sounds.noise(4, slope, seed), level))
        assert np.mean(curve >= 0.5) < 0.02


@pytest.mark.parametrize("rate", [0.3, 1, 2, 4])
def test_noise_that_swells_is_no_speech(rate):
    swell = 1.02 + np.sin(2 * np.pi * rate * np.arange(6 * sounds.RATE) / sounds.RATE)
    curve = speech_activity(sounds.at_level(sounds.noise(6, 1.0) * swell, -25))
    assert np.mean(curve >= 0.5) < 0.1


def test_recorded_noise_is_no_speech():
    path = ALSA / "Noise.wav"
    if not path.exists():
        pytest.skip(f"{path} of the package alsa-utils is not installed")
    assert np.mean(speech_activity(load_sound(path).samples) >= 0.5) < 0.05


@pytest.mark.parametrize("hertz", [50, 60])
def test_mains_hum_is_no_speech(hertz):
    hum = sounds.tone(5, hertz, 20) + sounds.at_level(sounds.noise(5, 1.0), -45)
    assert np.mean(speech_activity(hum.astype(np.float32)) >= 0.5) < 0.05


def test_beeps_are_no_speech():
    beeps = sounds.tone(5, 1000) * (np.arange(5 * sounds.RATE) % 8000 < 3200)
    assert np.mean(speech_activity(beeps.astype(np.float32)) >= 0.5) < 0.05


@pytest.mark.parametrize("instrument", ["pluck", "bell", "organ", "strings"])
@pytest.mark.parametrize(
    "parts", [{"melody": True}, {"chords": True}, {"melody": True, "chords": True}, {"melody": True, "drums": True}]
)
def test_music_is_hardly_speech(instrument, parts):
    shares = []
    for seed in range(3):
        song = sounds.music(
            seed,
            4,
            melody=instrument if parts.get("melody") else None,
            chords=instrument if parts.get("chords") else None,
            drums=bool(parts.get("drums")),
        )
        shares.append(np.mean(speech_activity(song) >= 0.5))
    assert np.mean(shares) < 0.06


def test_drums_are_no_speech():
    shares = [np.mean(speech_activity(sounds.music(seed, 5, drums=True)) >= 0.5) for seed in range(4)]
    assert np.mean(shares) < 0.06


def test_speech_is_found_where_it_is(voice):
    frames = spoken(voice)
    samples = np.concatenate([np.zeros(48000, np.float32), voice, np.zeros(48000, np.float32)])
    curve = speech_activity(samples)
    first, last = 300 + np.flatnonzero(frames)[[0, -1]]
    assert found(curve[300:], np.flatnonzero(frames)) > 0.95
    assert not curve[: first - 60].any()
    assert not curve[last + 60 :].any()


def test_speech_beside_music_is_told_from_it():
    clip = load_sound(CORPUS / "rms_03.flac").samples
    song = sounds.music(5, 5, melody="organ", chords="strings")
    curve = speech_activity(np.concatenate([song, clip, song]))
    frames = np.flatnonzero(spoken(clip)) + 500
    assert found(curve, frames) > 0.85
    assert np.mean(curve[:420] >= 0.5) < 0.1
    assert np.mean(curve[frames[-1] + 80 :] >= 0.5) < 0.1


def test_long_sound_is_worked_through_in_pieces_without_seams():
    clip = load_sound(CORPUS / "slt_05.flac").samples
    clip = clip[: len(clip) // 160 * 160]
    pause = np.zeros(3 * sounds.RATE, np.float32)
    alone = speech_activity(np.concatenate([pause, clip, pause]))
    late = speech_activity(np.concatenate([np.zeros(16 * sounds.RATE, np.float32), pause, clip, pause]))
    count = len(clip) // 160
    assert 1900 < 2000 < 1900 + count  # across the end of a piece
    np.testing.assert_allclose(late[1900 : 1900 + count], alone[300 : 300 + count], atol=0.05)


@pytest.mark.parametrize("count", [1, 159, 160, 1000, 3200])
def test_the_shortest_sounds(count):
    assert speech_activity(sounds.noise(1.0)[:count]).shape == (count // 160 + 1,)
