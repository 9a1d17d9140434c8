# SPDX-License-Identifier: GPL-3.0-or-later
"""Slots: one canonical form for one meaning, and the way to a vector and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model_backend.instruction.facial_actions import ACTION, ACTIONS, EMOTIONS
from model_backend.instruction.slots import (
    MAX_STATES,
    SLOTS_SIZE,
    STATE_SIZE,
    Action,
    Emotion,
    FaceState,
    Region,
    Side,
    Slots,
    same_meaning,
    slots_of_vector,
    slots_vector,
    state_of_vector,
    state_vector,
)

amounts = st.floats(0.0625, 1.0, width=32)
emotions = st.builds(
    Emotion, st.sampled_from(EMOTIONS), amounts, st.sampled_from(list(Region)), st.just(False)
) | st.builds(lambda name: Emotion(name, 0.0, negated=True), st.sampled_from(EMOTIONS))
actions = st.builds(Action, st.sampled_from(ACTIONS), amounts, st.sampled_from(list(Side)), st.just(False)) | st.builds(
    lambda name, side: Action(name, 0.0, side, negated=True), st.sampled_from(ACTIONS), st.sampled_from(list(Side))
)
states = st.builds(
    FaceState.of, st.lists(emotions, max_size=5), st.lists(actions, max_size=8), st.floats(-1.0, 1.0, width=32)
)


@given(states)
def test_a_state_survives_its_vector(state: FaceState) -> None:
    vector = state_vector(state)
    assert vector.shape == (STATE_SIZE,)
    assert vector.dtype == np.float32
    back = state_of_vector(vector)
    np.testing.assert_allclose(state_vector(back), vector, atol=1e-6)
    assert [(e.name, e.region, e.negated) for e in back.emotions] == [
        (e.name, e.region, e.negated) for e in state.emotions
    ]
    assert [(a.name, a.side, a.negated) for a in back.actions] == [(a.name, a.side, a.negated) for a in state.actions]


@given(st.lists(states, min_size=1, max_size=MAX_STATES))
def test_an_instruction_survives_its_vector(parts: list[FaceState]) -> None:
    slots = Slots(tuple(parts))
    vector = slots_vector(slots)
    assert vector.shape == (SLOTS_SIZE,)
    back = slots_of_vector(vector)
    assert len(back.states) == len(parts)
    np.testing.assert_allclose(slots_vector(back), vector, atol=1e-6)


@given(states)
def test_the_canonical_form_is_stable(state: FaceState) -> None:
    assert FaceState.of(state.emotions, state.actions, state.energy) == state


@given(arrays(np.float32, STATE_SIZE, elements=st.floats(width=32)))
def test_any_numbers_give_a_state(values: np.ndarray) -> None:
    state = state_of_vector(values)
    assert all(0.0 <= e.amount <= 1.0 for e in state.emotions)
    assert all(0.0 <= a.degree <= 1.0 for a in state.actions)


def test_order_does_not_matter() -> None:
    smile, brow = Action("lip_corner_puller", 0.5), Action("brow_lowerer", 0.9)
    assert FaceState.of(actions=[smile, brow]) == FaceState.of(actions=[brow, smile])


def test_two_halves_make_a_whole() -> None:
    halves = [Action("cheek_raiser", 0.5, Side.LEFT), Action("cheek_raiser", 0.5, Side.RIGHT)]
    assert FaceState.of(actions=halves).actions == (Action("cheek_raiser", 0.5),)


def test_the_later_counts_where_one_asks_and_one_forbids() -> None:
    yes, no = Action("brow_lowerer", 0.5), Action("brow_lowerer", 0.0, negated=True)
    assert FaceState.of(actions=[no, yes]).actions == (yes,)
    assert FaceState.of(actions=[yes, no]).actions == (no,)


def test_a_direction_that_is_left_open_becomes_one() -> None:
    (turn,) = FaceState.of(actions=[Action("head_turn", 0.5)]).actions
    assert turn.side is Side.LEFT
    assert ACTION["head_turn"].directed


def test_degrees_are_compared_by_class() -> None:
    def slots(degree: float) -> Slots:
        return Slots((FaceState.of(actions=[Action("jaw_drop", degree)]),))

    assert same_meaning(slots(0.55), slots(0.6))
    assert not same_meaning(slots(0.55), slots(0.3))


def test_unknown_names_and_lengths_are_refused() -> None:
    with pytest.raises(ValueError):
        FaceState.of([Emotion("hungry", 0.5)])
    with pytest.raises(ValueError):
        FaceState.of(actions=[Action("ear_wiggler", 0.5)])
    with pytest.raises(ValueError):
        state_of_vector(np.zeros(3, np.float32))
    with pytest.raises(ValueError):
        slots_of_vector(np.zeros(3, np.float32))
    with pytest.raises(ValueError):
        Slots(())
