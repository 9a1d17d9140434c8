# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from model_backend.controls import CONTROLS, INDEX
from model_backend.head_model import load_head_model
from model_backend.performance.contacts import FramePlan, enforce_contacts
from model_backend.performance.lip_gauge import LipGauge
from model_backend.report import frames_of
from model_backend.speech.track import Phone
from model_backend.talking_face.articulation import articulate

from .spoken import track

RATES = (24.0, 25.0, 30000 / 1001, 30.0, 60.0)
TONGUE_TWISTER = "SIL B IH G B AE B UW M P AH P AA P M AY F AY V W UH L V Z B IY F AO R M UW V IH NG B OW T SIL"


@pytest.fixture(scope="module")
def gauge():
    return LipGauge(load_head_model(None))


def performed(gauge, phones, fps, change=None):
    spoken = track(phones, length=0.06)
    times = np.arange(int(spoken.duration * fps) + 2) / fps
    mouth = articulate(spoken, times)
    if change is not None:
        change(mouth)
    return spoken, *enforce_contacts(gauge, mouth, spoken.phones, fps)


@pytest.mark.parametrize("fps", RATES)
def test_every_contact_is_made_at_every_frame_rate(gauge, fps):
    spoken, controls, report = performed(gauge, TONGUE_TWISTER, fps)
    assert report.open_closures == () and report.missed_teeth == ()
    gap, reach = gauge.gap(controls), gauge.teeth(controls)
    for phone in spoken.phones:
        own = frames_of(phone.start, phone.end, fps, len(controls))
        if phone.phone in "PBM":
            assert min(gap[i] for i in own) <= 0.0005, phone
        elif phone.phone in "FV":
            assert min(reach[i] for i in own) <= 0.0010, phone
        elif phone.phone in ("AA", "AE", "AO", "AY", "OW"):
            assert max(gap[i] for i in own) >= 0.001, phone


@pytest.mark.parametrize("fps", (24.0, 60.0))
def test_no_expression_opens_a_closure(gauge, fps):
    def laugh(mouth):
        for name in ("mouthSmile", "mouthUpperUp", "mouthLowerDown", "noseSneer", "mouthStretch"):
            for side in ("Left", "Right"):
                mouth[:, INDEX[name + side]] = 0.9
        mouth[:, INDEX["jawOpen"]] += 0.3

    _, controls, report = performed(gauge, TONGUE_TWISTER, fps, laugh)
    assert report.open_closures == ()
    assert controls[:, INDEX["mouthSmileLeft"]].max() == pytest.approx(0.9)  # elsewhere the smile stays


def test_without_contacts_nothing_changes(gauge):
    spoken = track("SIL S IY T SIL")
    mouth = articulate(spoken, np.arange(40) / 30)
    controls, _ = enforce_contacts(gauge, mouth, spoken.phones, 30.0)
    np.testing.assert_array_equal(controls, mouth)


def test_no_frame_jumps_beside_a_contact(gauge):
    """What the projection changes fades out over the neighbouring frames."""
    _, controls, _ = performed(gauge, "SIL AA:0.2 ER:0.1 M:0.08 ER:0.1 AA:0.2 SIL", 60.0)
    jaw = controls[:, INDEX["jawOpen"]]
    assert np.abs(np.diff(jaw)).max() < 0.08


def test_frames_are_promised_once():
    phones = tuple(Phone(name, i * 0.02, (i + 1) * 0.02) for i, name in enumerate("PBMPFVPBM"))
    plan = FramePlan(phones, 24.0, 100)
    promised = plan.closed + plan.teeth + plan.opened
    assert len(promised) == len(set(promised))


def test_a_head_that_cannot_close_says_so():
    class Stiff:
        def gap(self, controls):
            return np.full(len(controls), 0.004)

        def teeth(self, controls):
            return np.full(len(controls), 0.009)

    spoken = track("SIL P AA F SIL")
    _, report = enforce_contacts(Stiff(), np.zeros((30, len(CONTROLS)), np.float32), spoken.phones, 30.0)
    assert [p.phone for p in report.open_closures] == ["P"]
    assert [p.phone for p in report.missed_teeth] == ["F"]


@pytest.mark.parametrize("frames", (0, 1, 2))
def test_clips_shorter_than_their_phones(gauge, frames):
    spoken = track("P AA M")
    controls, _ = enforce_contacts(gauge, np.zeros((frames, len(CONTROLS)), np.float32), spoken.phones, 30.0)
    assert controls.shape == (frames, len(CONTROLS))
