# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import json

import numpy as np
import pytest

from model_backend.controls import ARKIT
from model_backend.conversion import VISEMES, convert, table
from model_backend.errors import JobError
from model_backend.head_model import load_head_model
from model_backend.pipeline import AnimateRequest, Clip, perform_take
from model_backend.report import describe, measure
from model_backend.speech.track import PHONES

from .spoken import track


@pytest.fixture(scope="module")
def take():
    request = AnimateRequest(Clip("hand-spelled"), fps=25.0)
    return perform_take(track("SIL M AY M AH DH ER P AA P F AY V SIL"), load_head_model(None), request, "")


def test_every_phone_belongs_to_one_viseme():
    phones = [phone for phones in VISEMES.values() for phone in phones]
    assert len(phones) == len(set(phones)) and set(phones) == PHONES


@pytest.mark.parametrize("to", ("flame", "arkit", "visemes"))
@pytest.mark.parametrize("suffix", (".npz", ".csv", ".json"))
def test_tables_hold_the_take(take, tmp_path, to, suffix):
    path = tmp_path / f"out{suffix}"
    convert(take, to, path)
    names, values = table(take, to)
    if suffix == ".npz":
        with np.load(path, allow_pickle=False) as file:
            read, read_names = file["values"], file["names"].tolist()
    elif suffix == ".csv":
        rows = list(csv.reader(path.read_text().splitlines()))
        read_names, read = rows[0][2:], np.array(rows[1:], float)[:, 2:]
        assert float(rows[-1][1]) == pytest.approx((len(rows) - 2) / 25)
    else:
        data = json.loads(path.read_text())
        read_names, read = data["names"], np.array(data["frames"])
        assert data["fps"] == 25
    assert read_names == names
    np.testing.assert_allclose(read, values, atol=1e-6)


def test_arkit_columns_are_apples(take):
    names, values = table(take, "arkit")
    assert tuple(names) == ARKIT and values.shape[1] == 52


def test_visemes_add_up_and_follow_the_phones(take):
    names, values = table(take, "visemes")
    np.testing.assert_allclose(values.sum(axis=1), 1, atol=1e-5)
    closed = next(p for p in take.phones if p["phone"] == "P")
    middle = round(25 * (closed["start"] + closed["end"]) / 2)
    assert names[int(values[middle].argmax())] == "viseme_PP"


@pytest.mark.parametrize("name", ("out", "out.fbx", "out.NPZ.txt"))
def test_unknown_kinds_are_refused(take, tmp_path, name):
    with pytest.raises(JobError, match="npz"):
        convert(take, "arkit", tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_report_counts_what_happened(take):
    figures = measure(take)
    assert figures["closures"] == 4 and figures["closures_made"] == 1.0
    assert figures["open_vowels_open"] == 1.0
    assert 5 < figures["widest_opening_mm"] < 30
    assert "100 % of 4" in describe(figures)


def test_report_sees_a_mouth_that_never_closes(take):
    from dataclasses import replace

    parted = take.landmarks.copy()
    parted[:, [65, 66, 67], 1] -= 0.003
    figures = measure(replace(take, landmarks=parted))
    assert figures["closures_made"] == 0.0 and len(figures["closures_missed_at"]) == 4
    sealed = replace(take, landmarks=np.broadcast_to(take.landmarks[:1], take.landmarks.shape))
    assert measure(sealed)["open_vowels_open"] == 0.0
