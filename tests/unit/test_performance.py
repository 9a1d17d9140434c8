# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from model_backend.controls import CONTROLS, INDEX
from model_backend.performance.blinks import blink_curve, blink_times
from model_backend.performance.head_motion import head_rotation
from model_backend.performance.perform import Liveliness, perform

from .spoken import track

LONG = " ".join(["SIL:0.4", "M AY M AH DH ER M EY D AH N AE P AH L P AY"] * 12)


def performance(seed=0, fps=30.0, **liveliness):
    spoken = track(LONG)
    times = np.arange(int(spoken.duration * fps) + 1) / fps
    return (
        spoken,
        times,
        *perform(spoken, np.zeros((len(times), 68), np.float32), times, seed, Liveliness(**liveliness)),
    )


def test_a_seed_is_a_take():
    first, again, other = (performance(seed)[2] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.2


def test_subjects_do_not_disturb_each_other():
    _, _, full, neck = performance(5)
    _, _, blinkless, same_neck = performance(5, blinks=0.0)
    np.testing.assert_array_equal(neck, same_neck)
    brow = INDEX["browInnerUp"]
    np.testing.assert_array_equal(full[:, brow], blinkless[:, brow])
    assert not blinkless[:, INDEX["eyeBlinkLeft"]].any() and full[:, INDEX["eyeBlinkLeft"]].max() == 1.0


def test_blinks_come_at_a_human_rate():
    spoken = track(LONG)
    counts = [len(blink_times(spoken, seed)) / spoken.duration * 60 for seed in range(20)]
    assert 12 < np.mean(counts) < 28
    gaps = np.concatenate([np.diff(blink_times(spoken, seed)) for seed in range(20)])
    assert gaps.min() > 0.3
    assert blink_times(spoken, 0, rate=0.0) == []


@pytest.mark.parametrize("fps", (24.0, 25.0, 30.0, 60.0))
def test_every_blink_shuts_the_lids_at_a_frame(fps):
    times = np.arange(int(8 * fps)) / fps
    for moment in np.random.default_rng(0).uniform(0.5, 7, 20):
        curve = blink_curve([float(moment)], times)
        assert curve.max() == 1.0
        assert 0.1 < (curve > 0.01).sum() / fps < 0.32


def test_the_head_moves_gently_and_starts_and_ends_still():
    for seed in range(8):
        spoken = track(LONG)
        times = np.arange(int(spoken.duration * 60)) / 60
        neck = np.degrees(head_rotation(spoken, times, seed))
        assert np.abs(neck[0]).max() < 0.01 and np.abs(neck[-1]).max() < 0.5
        assert 2 < np.abs(neck).max() < 25
        spectrum = np.abs(np.fft.rfft(neck - neck.mean(0), axis=0)) ** 2
        fast = np.fft.rfftfreq(len(neck), 1 / 60) > 3.0
        assert spectrum[fast].sum() < 0.02 * spectrum.sum()


def test_eyes_hold_their_target_while_the_head_turns():
    _, _, controls, neck = performance(3, gaze=0.0)
    yaw = controls[:, INDEX["eyeLookOutLeft"]] - controls[:, INDEX["eyeLookInLeft"]]
    assert np.corrcoef(yaw, neck[:, 1])[0, 1] < -0.99
    both = controls[:, INDEX["eyeLookInRight"]] - controls[:, INDEX["eyeLookOutRight"]]
    np.testing.assert_allclose(yaw, both, atol=1e-6)


def test_controls_stay_in_range_and_only_the_upper_face_moves():
    _, _, controls, _ = performance(9)
    assert controls.min() >= 0 and controls.max() <= 1
    moved = {CONTROLS[i] for i in np.flatnonzero(controls.any(axis=0))}
    assert all(name.startswith(("eye", "brow")) for name in moved) and moved


def test_without_speech_there_is_no_brow_but_there_are_eyes():
    spoken = track("SIL:10")
    times = np.arange(300) / 30
    controls, neck = perform(spoken, np.zeros((300, 68), np.float32), times, 0)
    assert not controls[:, INDEX["browInnerUp"]].any()
    assert controls[:, INDEX["eyeBlinkLeft"]].max() == 1.0
    assert np.isfinite(neck).all()
