# SPDX-License-Identifier: GPL-3.0-or-later
"""The yardstick itself: motion whose faults are known must get exactly those faults counted."""

from pathlib import Path

import numpy as np
import pytest

from model_backend.speech.track import Phone
from tests.measure.clips import MeasuredClip
from tests.measure.lips import closed_runs, opening_lag, score
from tests.measure.mouth import MouthCurves, distance_to_line

SPELLED = (
    ("SIL", 0.20),
    ("M", 0.08),
    ("AA", 0.16),
    ("P", 0.09),
    ("AH", 0.10),
    ("S", 0.10),
    ("AE", 0.14),
    ("F", 0.10),
    ("EH", 0.12),
    ("B", 0.07),
    ("AY", 0.20),
    ("V", 0.09),
    ("SIL", 0.20),
)
RATES = (24, 25, 30, 60)


def clip(reduced=()):
    phones, start = [], 0.0
    for name, length in SPELLED:
        phones.append(Phone(name, start, start + length))
        start += length
    return MeasuredClip("test", "test", Path("none"), "", tuple(phones), frozenset(reduced))


def mouth(fps, behind=0.0, shut=(), leaking=(), off_teeth=()):
    """A mouth that does everything right but for the places of phones named, `behind` seconds behind the sound."""
    phones = clip().phones
    times = np.arange(int(np.ceil(phones[-1].end * fps)) + 1) / fps - behind
    gap, teeth = np.full(len(times), 6.0), np.full(len(times), 4.0)
    for i, phone in enumerate(phones):
        middle, half = 0.5 * (phone.start + phone.end), 0.5 * phone.duration
        near = np.abs(times - middle)
        if phone.phone == "SIL":
            gap[near <= half] = 3.0
        elif phone.phone in "PBM" and i not in leaking:
            # Shut over the phone and, so that a slow frame rate sees it too, at the frame nearest to its middle.
            gap = np.minimum(gap, np.clip((near - half) * 200.0, 0.0, None))
            gap[near.argmin()] = 0.0
        elif phone.phone in "FV" and i not in off_teeth:
            teeth[(near <= half) | (near == near.min())] = 0.5
        elif i in shut:
            gap[near <= half + 1.0 / fps] = 0.0
    return MouthCurves(float(fps), gap, gap, teeth)


@pytest.mark.parametrize("fps", RATES)
def test_a_right_mouth_gets_full_marks(fps):
    result = score(clip(), mouth(fps))
    assert (result.closed, result.bilabials) == (3, 3)
    assert (result.at_teeth, result.labiodentals) == (2, 2)
    assert (result.opened, result.open_vowels) == (5, 5)
    assert (result.held_shut, result.false_closures, result.spikes) == (0, 0, result.spikes)
    assert result.missed == []


@pytest.mark.parametrize("fps", RATES)
def test_each_fault_is_counted_once(fps):
    result = score(clip(), mouth(fps, shut=[6], leaking=[3], off_teeth=[11]))
    assert (result.closed, result.at_teeth, result.opened, result.held_shut) == (2, 1, 4, 1)
    assert len(result.missed) == 3


def test_a_schwa_need_not_open():
    fully = score(clip(), mouth(30, shut=[4]))
    excused = score(clip(reduced=[4]), mouth(30, shut=[4]))
    assert (fully.open_vowels - excused.open_vowels, fully.opened - excused.opened) == (1, 0)


@pytest.mark.parametrize("behind", [-0.04, 0.0, 0.06])
def test_the_lag_is_found_whatever_the_frame_rate(behind):
    for fps in RATES:
        result = score(clip(), mouth(fps, behind))
        assert np.median(result.closure_lags) == pytest.approx(behind, abs=0.6 / fps)
        assert result.opening_lags[0] == pytest.approx(behind, abs=0.025)


def test_a_closure_far_from_every_bilabial_is_false():
    curves = mouth(60)
    gap = curves.gap.copy()
    middle = round(60 * 0.5 * (clip().phones[6].start + clip().phones[6].end))
    gap[middle - 1 : middle + 2] = 0.2
    assert score(clip(), MouthCurves(60.0, gap, gap, curves.teeth)).false_closures == 1


def test_closed_runs_begin_between_frames():
    assert closed_runs(np.array([1.5, 0.0, 1.0]), 10.0) == pytest.approx(np.array([[0.0667, 0.15]]), abs=1e-3)
    assert closed_runs(np.array([0.0, 1.0, 0.0]), 10.0) == pytest.approx(np.array([[0.0, 0.05], [0.15, 0.2]]))
    assert closed_runs(np.array([2.0, 2.0]), 10.0).shape == (0, 2)


def test_a_still_mouth_has_no_lag():
    still = np.full(30, 2.0)
    assert np.isnan(opening_lag(clip().phones, MouthCurves(24.0, still, still, still))).all()


def test_motion_shorter_than_the_sound_is_judged_at_its_last_frame():
    short = mouth(30)
    cut = MouthCurves(30.0, short.gap[:10], short.seam[:10], short.teeth[:10])
    assert score(clip(), cut).bilabials == 3


def test_distance_to_a_line_is_to_its_segments():
    line = np.array([[0.0, 0, 0], [1.0, 0, 0], [1.0, 2.0, 0]])
    assert distance_to_line(np.array([[0.5, 0.0, 0.3]]), line) == pytest.approx(0.3)
    assert distance_to_line(np.array([[1.4, 1.0, 0.0], [9.0, 9.0, 9.0]]), line) == pytest.approx(0.4)
    assert distance_to_line(np.array([[-3.0, -4.0, 0.0]]), line) == pytest.approx(5.0)
