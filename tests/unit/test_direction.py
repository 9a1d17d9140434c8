# SPDX-License-Identifier: GPL-3.0-or-later
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_backend.controls import INDEX
from model_backend.errors import JobError
from model_backend.head_model import load_head_model
from model_backend.performance.direction import direct, directions, unknown_words
from model_backend.pipeline import AnimateRequest, Clip, perform_take
from model_backend.report import measure

from .spoken import track

LINE = "SIL:0.6 M AY M AH DH ER M EY D AH N AE P AH L P AY SIL:0.6 F AO R B OW TH AH V AH S SIL:0.6"


def take(text=None, **options):
    items = () if text is None else ({"start": 0.0, "end": None, "text": text, "intensity": 1.0},)
    request = AnimateRequest(Clip("hand-spelled"), instructions=items, fps=25.0, **options)
    return perform_take(track(LINE), load_head_model(None), request, "")


def level(made, name):
    return float(np.median(made.controls[20:-20, INDEX[name]]))


@pytest.mark.parametrize("text", ["furious", "laughing with a wide open mouth", "sneering, lips parted", "terrified"])
@pytest.mark.parametrize("intensity", [0.0, 0.5, 1.0, 2.0])
def test_lips_close_whatever_is_asked(text, intensity):
    figures = measure(take(text, intensity=intensity))
    assert figures["closures_made"] == 1.0 and figures["closures"] == 6


def test_what_is_named_moves_on_its_side_and_the_rest_stays():
    plain, directed = take(), take("only the left brow strongly lowered")
    assert level(directed, "browDownLeft") > level(plain, "browDownLeft") + 0.5
    for name in ("browDownRight", "mouthSmileLeft", "noseSneerLeft", "cheekSquintLeft"):
        assert abs(level(directed, name) - level(plain, name)) < 0.06


def test_intensity_0_speaks_without_expression():
    made = take("ecstatic", intensity=0.0)
    assert level(made, "mouthSmileLeft") < 0.06 and level(made, "cheekSquintLeft") == 0.0
    assert measure(made)["widest_opening_mm"] > 4


def test_phrases_follow_each_other():
    items = ({"start": 0, "end": 1.2, "text": "angry"}, {"start": 1.2, "end": 3.0, "text": "very happy"})
    times = np.arange(75) / 25
    controls, _ = direct(
        np.zeros((75, 68), np.float32), np.zeros((75, 3), np.float32), directions(items, 3.0), times, 0
    )
    assert controls[18, INDEX["browDownLeft"]] > 0.3 > controls[60, INDEX["browDownLeft"]]
    assert controls[18, INDEX["mouthSmileLeft"]] < 0.1 < 0.4 < controls[60, INDEX["mouthSmileLeft"]]
    assert np.abs(np.diff(controls, axis=0)).max() < 0.25


def test_excluded_things_stop_but_speech_goes_on():
    made = take("don't raise the brows, no smile")
    assert made.controls[:, INDEX["browInnerUp"]].max() < 1e-4
    assert measure(made)["open_vowels_open"] == 1.0


def test_unknown_words_are_listed_once():
    found = unknown_words(directions([{"text": "smiling glorpily, glorpily"}], 1.0))
    assert found == ["glorpily"]


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"text": 3},
        {"text": "x", "start": "0"},
        {"text": "x", "start": 1.0, "end": 0.5},
        {"text": "x", "start": -1.0},
        {"text": "x", "intensity": math.nan},
        {"text": "x", "intensity": 3.0},
        {"text": "x", "end": math.inf},
    ],
)
def test_damaged_instructions_are_refused_by_number(item):
    with pytest.raises(JobError, match="Instruction 2"):
        directions([{"text": "fine"}, item], 2.0)


@given(st.text(max_size=200))
def test_any_words_give_a_face_in_range(text):
    times = np.arange(20) / 25
    controls, neck = direct(
        np.zeros((20, 68), np.float32),
        np.zeros((20, 3), np.float32),
        directions([{"text": text}], 0.8),
        times,
        1,
    )
    assert np.isfinite(controls).all() and controls.min() >= 0 and controls.max() <= 1 and np.isfinite(neck).all()
