# SPDX-License-Identifier: GPL-3.0-or-later
import io
import json
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_backend.controls import CONTROLS
from model_backend.errors import JobError
from model_backend.take import FaceMotion, Take, load_take, write_whole


def make_take(frames=5):
    random = np.random.default_rng(1)

    def noise(*shape):
        return random.normal(size=(frames, *shape)).astype(np.float32)

    return Take(
        motion=FaceMotion(30.0, noise(50), noise(15), noise(2), noise(17)),
        controls=noise(68),
        landmarks=noise(68, 3),
        phones=({"phone": "AA", "start": 0.0, "end": 0.1, "confidence": 1.0},),
        instructions=(),
        provenance={"seed": 3, "text": 'quotes " and ünicode'},
    )


def test_round_trip(tmp_path):
    take = make_take()
    path = tmp_path / "a take.npz"
    take.save(path)
    again = load_take(path)
    for name in ("expression", "pose", "eyelids", "tongue"):
        np.testing.assert_array_equal(getattr(again.motion, name), getattr(take.motion, name))
    np.testing.assert_array_equal(again.controls, take.controls)
    np.testing.assert_array_equal(again.landmarks, take.landmarks)
    assert (again.phones, again.instructions, again.provenance) == (take.phones, take.instructions, take.provenance)
    assert again.motion.fps == 30.0
    with np.load(path, allow_pickle=False) as file:  # as other programs read it
        assert file["control_names"].tolist() == list(CONTROLS)
        assert file["fps"].shape == ()


def test_controls_are_matched_by_name(tmp_path):
    take = make_take()
    path = tmp_path / "take.npz"
    take.save(path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    order = np.random.default_rng(0).permutation(68)
    np.savez(path, **{**arrays, "controls": take.controls[:, order], "control_names": np.array(CONTROLS)[order]})
    np.testing.assert_array_equal(load_take(path).controls, take.controls)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("expression", np.zeros((5, 49), np.float32)),
        ("expression", np.zeros((0, 50), np.float32)),
        ("pose", np.full((5, 15), np.nan, np.float32)),
        ("pose", np.zeros((4, 15), np.float32)),
        ("eyelids", np.array([["a", "b"]] * 5)),
        ("fps", np.float32(0)),
        ("fps", np.float32(np.inf)),
        ("fps", np.zeros(3)),
        ("control_names", np.array(["x"])),
        ("phones", np.array("[1, 2]")),
        ("phones", np.array("{")),
        ("provenance", np.array("[]")),
        ("landmarks", np.zeros((5, 68, 2), np.float32)),
        ("expression", None),
    ],
)
def test_a_damaged_take_is_refused_by_name(tmp_path, key, value):
    path = tmp_path / "take.npz"
    make_take().save(path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    if value is None:
        del arrays[key]
    else:
        arrays[key] = value
    np.savez(path, **arrays)
    with pytest.raises(JobError, match="control_names|frame|" + key):
        load_take(path)


def test_a_pickle_inside_is_not_opened(tmp_path):
    path = tmp_path / "take.npz"

    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "sprung"),))

    np.savez(path, fps=np.array([Trap()], dtype=object))
    with pytest.raises(JobError):
        load_take(path)
    assert not (tmp_path / "sprung").exists()


@given(st.binary(max_size=2000))
def test_garbage_is_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("garbage") / "take.npz"
    path.write_bytes(data)
    with pytest.raises(JobError):
        load_take(path)


@given(st.data())
def test_a_take_with_damaged_bytes_is_refused_or_read(tmp_path_factory, data):
    buffer = io.BytesIO()
    np.savez(buffer, fps=np.float32(30), provenance=np.array(json.dumps({"a": 1})))
    raw = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "take.npz"
    path.write_bytes(bytes(raw))
    with pytest.raises(JobError):  # never anything else; this one lacks its curves in any case
        load_take(path)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(JobError, match="no take file"):
        load_take(tmp_path / "none.npz")
    with pytest.raises(JobError, match="Choose a folder"):
        make_take().save(tmp_path / "no folder" / "take.npz")
    with pytest.raises(JobError):
        load_take(tmp_path)


def test_files_are_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "take.npz"
    path.write_bytes(b"precious")

    def fill_the_disk(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(JobError, match="No space left"):
        write_whole(path, fill_the_disk)
    assert path.read_bytes() == b"precious"
    assert [p.name for p in tmp_path.iterdir()] == ["take.npz"]
