# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls to coefficients and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model_backend.controls import CONTROLS, INDEX
from model_backend.head_model import load_head_model
from model_backend.head_model.control_map import COEFFICIENTS, ControlMap, ExactControlMap, coefficient_rows
from model_backend.take import FaceMotion

OPPOSITES = [("jawLeft", "jawRight")] + [
    (f"eyeLook{a}{side}", f"eyeLook{b}{side}") for a, b in (("Up", "Down"), ("In", "Out")) for side in ("Left", "Right")
]


@pytest.fixture(scope="module")
def control_map():
    return load_head_model(None).control_map


def without_opposites(controls):
    controls = controls.copy()
    for a, b in OPPOSITES:
        both = np.minimum(controls[:, INDEX[a]], controls[:, INDEX[b]])
        controls[:, INDEX[a]] -= both
        controls[:, INDEX[b]] -= both
    return controls


@settings(max_examples=50, deadline=None)
@given(arrays(np.float32, (5, 68), elements=st.floats(0, 1, width=32)))
def test_round_trip_is_exact(controls):
    control_map = load_head_model(None).control_map
    controls = without_opposites(controls)
    motion = control_map.motion(controls, 25)
    assert motion.fps == 25 and motion.tongue.shape == (5, 17)
    back = control_map.controls(motion)
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, controls, atol=1e-6, rtol=0)


def test_coefficients_come_back_too(control_map):
    rng = np.random.default_rng(0)
    motion = control_map.motion(rng.normal(0, 1, (40, 68)), 30)
    again = control_map.motion(control_map.controls(motion), 30)
    np.testing.assert_allclose(coefficient_rows(again), coefficient_rows(motion), atol=1e-5)


def test_the_map_goes_on_below_0_and_above_1(control_map):
    controls = np.zeros((3, 68), np.float32)
    controls[0, INDEX["mouthPucker"]] = 1.5
    controls[1, INDEX["browInnerUp"]] = -0.5
    controls[2, INDEX["jawLeft"]] = -0.5
    back = control_map.controls(control_map.motion(controls, 30))
    np.testing.assert_allclose(back[:2], controls[:2], atol=1e-6)
    expected = np.zeros(68)
    expected[INDEX["jawRight"]] = 0.5
    np.testing.assert_allclose(back[2], expected, atol=1e-6)


def test_jaw_opens_by_pitch_and_eyes_turn(control_map):
    motion = control_map.motion(np.eye(68), 30)
    assert motion.joint("jaw")[INDEX["jawOpen"]] == pytest.approx([np.radians(23), 0, 0])
    assert motion.joint("jaw")[INDEX["jawLeft"], 1] > 0
    assert motion.joint("left_eye")[INDEX["eyeLookDownLeft"], 0] > 0
    assert not motion.joint("right_eye")[INDEX["eyeLookDownLeft"]].any()
    assert not motion.joint("neck").any() and not motion.joint("global").any()


def test_head_pose_passes_beside_the_map(control_map):
    neck = np.arange(6.0).reshape(2, 3)
    motion = control_map.motion(np.zeros((2, 68)), 30, neck=neck, global_=-neck)
    np.testing.assert_array_equal(motion.joint("neck"), neck)
    np.testing.assert_array_equal(motion.joint("global"), -neck)
    assert not control_map.controls(motion).any()


def test_a_take_without_tongue_has_tongue_controls_at_rest(control_map):
    motion = FaceMotion(
        30,
        np.ones((2, 50), np.float32),
        np.zeros((2, 15), np.float32),
        np.zeros((2, 2), np.float32),
        np.zeros((2, 0), np.float32),
    )
    controls = control_map.controls(motion)
    assert not controls[:, [i for i, n in enumerate(CONTROLS) if n.startswith("tongue")]].any()
    assert controls[0, INDEX["mouthPucker"]] == 1


@pytest.mark.parametrize("spoil", ["shared", "several", "none", "neck"])
def test_maps_that_cannot_be_inverted_are_refused(control_map, spoil):
    matrix = control_map.matrix.copy()
    if spoil == "shared":
        matrix[INDEX["mouthPucker"]] = matrix[INDEX["mouthFunnel"]]
    elif spoil == "several":
        matrix[INDEX["mouthPucker"], 49] = 1
    elif spoil == "none":
        matrix[INDEX["mouthPucker"]] = 0
    else:
        matrix[INDEX["mouthPucker"]] = 0
        matrix[INDEX["mouthPucker"], 53] = 1
    with pytest.raises(ValueError):
        ExactControlMap(matrix)
    with pytest.raises(ValueError):
        ControlMap(matrix[:, : COEFFICIENTS - 1])
