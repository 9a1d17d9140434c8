# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from model_backend.controls import INDEX
from model_backend.speech.track import CONSONANTS, PHONES, SILENCE, VOWELS
from model_backend.talking_face.articulation import SIBILANT_JAW, articulate, effort_gain
from model_backend.talking_face.phone_targets import FIRST_FORMANT, TARGETS, vowel_jaw

from .spoken import track


def curves(phones, fps=100.0, **options):
    spoken = track(phones)
    times = np.arange(int(spoken.duration * fps) + 1) / fps
    return spoken, times, articulate(spoken, times, **options)


def during(times, phone):
    return (times >= phone.start) & (times <= phone.end)


def test_every_phone_has_a_target():
    assert set(TARGETS) == PHONES - {SILENCE}
    assert {name for name, targets in TARGETS.items() if targets[0].vowel} == VOWELS
    assert not any(TARGETS[name][0].vowel for name in CONSONANTS)


def test_vowels_open_in_the_order_of_their_first_formants():
    order = sorted(FIRST_FORMANT, key=FIRST_FORMANT.__getitem__)
    jaws = [vowel_jaw(vowel) for vowel in order]
    assert jaws == sorted(jaws)
    spoken, times, face = curves("SIL AA:0.25 SIL IY:0.25 SIL")
    jaw = face[:, INDEX["jawOpen"]]
    assert jaw[during(times, spoken.phones[1])].max() > 2 * jaw[during(times, spoken.phones[3])].max()


@pytest.mark.parametrize("bilabial", ["P", "B", "M"])
def test_bilabials_close_and_press(bilabial):
    spoken, times, face = curves(f"SIL AA:0.15 {bilabial} AA SIL")
    held = during(times, spoken.phones[2])
    closed = face[held, INDEX["mouthClose"]] / face[held, INDEX["jawOpen"]]
    assert closed.max() > 0.99
    assert face[held, INDEX["mouthPressLeft"]].max() > 0.3
    assert face[during(times, spoken.phones[1]), INDEX["mouthClose"]].min() == 0


def test_rounding_comes_before_the_sound():
    spoken, times, face = curves("SIL T:0.2 UW:0.2 T SIL")
    pucker = face[:, INDEX["mouthPucker"]]
    starts = times[np.flatnonzero(pucker > 0.5 * pucker.max())[0]]
    assert 0.02 < spoken.phones[2].start - starts < 0.2


@pytest.mark.parametrize("tongue_only", ["L", "N", "T", "D", "K", "G", "NG"])
def test_tongue_only_consonants_keep_their_neighbours_lips(tongue_only):
    spoken, times, face = curves(f"SIL UW:0.15 {tongue_only}:0.06 UW:0.15 SIL")
    pucker = face[:, INDEX["mouthPucker"]]
    inside = pucker[during(times, spoken.phones[2])]
    assert inside.min() > 0.7 * pucker.max()
    tongue = ["tongueTipUp", "tongueUp"]
    assert max(face[during(times, spoken.phones[2]), INDEX[name]].max() for name in tongue) > 0.35


@pytest.mark.parametrize("sibilant", ["S", "Z", "SH", "ZH", "CH", "JH"])
def test_sibilants_narrow_the_jaw(sibilant):
    spoken, times, face = curves(f"SIL AA:0.2 {sibilant} AA:0.2 SIL")
    assert face[during(times, spoken.phones[2]), INDEX["jawOpen"]].min() <= SIBILANT_JAW + 1e-3


def test_diphthongs_move():
    spoken, times, face = curves("SIL AY:0.3 SIL")
    jaw = face[during(times, spoken.phones[1]), INDEX["jawOpen"]]
    assert jaw[: len(jaw) // 2].max() > 1.4 * jaw[-1]


def test_long_silence_ends_at_rest_and_short_ones_stay_open():
    spoken, times, face = curves("SIL AA SIL:2.0 AA SIL:0.2 AA SIL")
    jaw = face[:, INDEX["jawOpen"]]
    middle = np.abs(times - (spoken.phones[2].start + 1.0)).argmin()
    assert jaw[middle] < 0.01
    assert jaw[during(times, spoken.phones[4])].min() > 0.02


def test_silence_alone_does_not_move():
    _, _, face = curves("SIL:3.0")
    assert not face.any()


def test_intensity_scales_the_opening():
    peaks = [curves("SIL AA:0.2 SIL", intensity=x)[2][:, INDEX["jawOpen"]].max() for x in (0.4, 1.0, 1.6)]
    assert peaks[0] < 0.7 * peaks[1] < 0.7 * 0.9 * peaks[2]


def test_a_shouted_phrase_opens_wider_than_a_whispered_one():
    from dataclasses import replace

    spoken = track("SIL AA:0.2 SIL")
    times = np.arange(100) / 100
    peaks = []
    for effort in (0.0, 0.5, 1.0):
        heard = replace(spoken, prosody=replace(spoken.prosody, effort=(effort,)))
        peaks.append(articulate(heard, times)[:, INDEX["jawOpen"]].max())
    assert peaks[0] < 0.8 * peaks[1] and peaks[2] > 1.2 * peaks[1]


def test_effort_is_monotonic_and_bounded():
    gains = [effort_gain(x) for x in np.linspace(-5, 5, 101)]
    assert gains == sorted(gains)
    assert 0.3 < gains[0] < 0.6 and 1.5 < gains[-1] < 2.2
    assert effort_gain(0.0) == 1.0


def test_values_stay_in_range_and_do_not_depend_on_the_frame_rate():
    text = "SIL M AY M AH DH ER W AA CH T F AY V B IY Z SIL"
    _, slow_times, slow = curves(text, fps=25.0)
    _, _, fast = curves(text, fps=100.0)
    assert np.isfinite(fast).all() and fast.min() >= 0 and fast.max() <= 1
    np.testing.assert_allclose(slow, fast[::4][: len(slow_times)], atol=1e-5)
