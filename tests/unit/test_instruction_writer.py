# SPDX-License-Identifier: GPL-3.0-or-later
"""The writer: varied sentences that are read back as what they were written from."""

import numpy as np
import pytest

from model_backend.instruction.reader import read
from model_backend.instruction.sampling import random_slots
from model_backend.instruction.slots import LEVEL_AMOUNT, Action, Emotion, FaceState, Side, Slots, same_meaning
from model_backend.instruction.writer import STYLES, write, write_once


def test_what_is_written_is_read_back() -> None:
    random = np.random.default_rng(11)
    kept = at_once = 0
    for i in range(2000):
        slots = random_slots(random)
        right = same_meaning(read(write_once(slots, random, STYLES[i % len(STYLES)])).slots, slots)
        at_once += right
        kept += right or same_meaning(read(write(slots, random)).slots, slots)
    assert kept >= 0.99 * 2000
    assert at_once >= 0.95 * 2000  # the second look is a safeguard, not the method


def test_one_meaning_is_said_in_many_ways() -> None:
    slots = Slots(
        (FaceState.of([Emotion("angry", LEVEL_AMOUNT[2])], [Action("brow_lowerer", 0.9), Action("lip_pressor", 0.55)]),)
    )
    random = np.random.default_rng(0)
    assert len({write(slots, random) for _ in range(200)}) > 150


def test_the_random_generator_decides() -> None:
    def texts(seed: int) -> list[str]:
        random = np.random.default_rng(seed)
        return [write(random_slots(random), random) for _ in range(20)]

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)


@pytest.mark.parametrize("style", STYLES)
def test_sides_and_exclusion(style: str) -> None:
    slots = Slots(
        (
            FaceState.of(
                [Emotion("sad", 0.0, negated=True)],
                [
                    Action("cheek_raiser", 0.9, Side.LEFT),
                    Action("cheek_raiser", 0.0, Side.RIGHT, negated=True),
                    Action("jaw_drop", 0.0, negated=True),
                ],
            ),
        )
    )
    random = np.random.default_rng(5)
    for _ in range(20):
        text = write(slots, random, style)
        assert same_meaning(read(text).slots, slots), text


def test_captions_follow_the_frames() -> None:
    random = np.random.default_rng(3)
    slots = Slots((FaceState.of([Emotion("happy", LEVEL_AMOUNT[3])], [Action("cheek_raiser", 0.9)]),))
    for _ in range(30):
        text = write(slots, random, "captions").lower()
        assert text.startswith(("a ", "an ")), text
        assert " with " in text, text


def test_nothing_to_say() -> None:
    assert read(write(Slots(), np.random.default_rng(0))).slots.empty


def test_unknown_style() -> None:
    with pytest.raises(ValueError):
        write(Slots(), np.random.default_rng(0), "limericks")
