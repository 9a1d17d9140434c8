# SPDX-License-Identifier: GPL-3.0-or-later
"""The lips on the keyed mesh, a short version of `make measure`: one sentence in each voice at two frame rates."""

import pytest

from tests.blender.addon_fixture import load
from tests.measure.clips import corpus_clips, spread
from tests.measure.run import ALL, Stage, measure

RATES = (24, 60)


@pytest.fixture(scope="module")
def scores():
    return measure(Stage(load), spread(corpus_clips(), 3), RATES)


@pytest.mark.parametrize("fps", RATES)
def test_lips_do_what_is_heard(scores, fps):
    heard = scores[ALL, "transcript", fps]
    assert heard.bilabials >= 9
    assert heard.labiodentals >= 4
    assert heard.missed == []
    assert heard.held_shut == 0


@pytest.mark.parametrize("fps", RATES)
def test_lips_mostly_close_without_the_words(scores, fps):
    recognised = scores[ALL, "recognised", fps]
    assert recognised.closed >= 0.8 * recognised.bilabials


@pytest.mark.parametrize("fps", RATES)
def test_the_motion_of_another_sentence_scores_much_worse(scores, fps):
    right, wrong = scores[ALL, "transcript", fps], scores[ALL, "shuffled", fps]
    assert wrong.closed <= right.closed - 0.3 * right.bilabials
    assert wrong.at_teeth <= right.at_teeth - 0.3 * right.labiodentals
    assert wrong.opened < right.opened
