# SPDX-License-Identifier: GPL-3.0-or-later
"""FLAME files: read as they are, nothing in them run, landmarks and controls found on any mesh."""

import io
import os
import pickle
import pickletools
import zipfile
from contextlib import suppress

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from model_backend.controls import CONTROLS, INDEX
from model_backend.errors import JobError
from model_backend.head_model import load_head_model
from model_backend.head_model.default.build import EXPRESSIONS
from model_backend.head_model.flame_pickle import PickleFormatError, UnsafeFileError, read_flame_pickle
from model_backend.head_model.lips import inner_landmark_gaps, lip_gap, lower_lip_to_upper_teeth
from model_backend.head_model.load import DEFAULT_HEAD

from .flame_files import Python2Pickler, chumpy, flame_2020, make_flame_like

MOTIONS = (*EXPRESSIONS, "eyeBlinkLeft", "eyeBlinkRight")
OPPOSITES = [("jawLeft", "jawRight")] + [
    (f"eyeLook{a}{side}", f"eyeLook{b}{side}") for a, b in (("Up", "Down"), ("In", "Out")) for side in ("Left", "Right")
]


@pytest.fixture(scope="module")
def made():
    return make_flame_like()


@pytest.fixture(scope="module")
def file(made, tmp_path_factory):
    path = tmp_path_factory.mktemp("flame") / "generic_model.pkl"
    path.write_bytes(flame_2020(made.arrays))
    return path


@pytest.fixture(scope="module")
def head(file):
    return load_head_model(file)


def perform(head, frames):
    controls = np.zeros((len(frames), len(CONTROLS)))
    for row, frame in zip(controls, frames, strict=True):
        for name, value in frame.items():
            row[INDEX[name]] = value
    return head.control_map.motion(controls, 30)


def random_controls(frames, seed=0):
    rng = np.random.default_rng(seed)
    controls = rng.random((frames, 68)) * (rng.random((frames, 68)) < 0.3)
    for a, b in OPPOSITES:
        controls[:, INDEX[b]] *= controls[:, INDEX[a]] == 0
    return controls


# the file


def test_flame_2020_is_read_as_it_is(head, made):
    assert head.name == "generic_model" and len(head.digest) == 64
    assert head.template.shape == (5023, 3)
    np.testing.assert_allclose(head.template, made.arrays["v_template"], atol=1e-7)
    assert np.array_equal(head.triangles, made.arrays["f"])
    np.testing.assert_allclose(head.identity, made.arrays["shapedirs"][:, :, :300], atol=1e-7)
    np.testing.assert_allclose(head.expression, made.arrays["shapedirs"][:, :, 300:350], atol=1e-7)
    np.testing.assert_allclose(head.posedirs, made.arrays["posedirs"], atol=1e-6)
    np.testing.assert_allclose(head.joint_regressor, made.arrays["J_regressor"], atol=1e-6)
    assert head.parents == (-1, 0, 1, 1, 1)
    assert load_head_model(DEFAULT_HEAD).template.shape == (12614, 3)


def test_a_file_is_read_once_until_it_changes(file, head):
    assert load_head_model(file) is head
    stat = file.stat()
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))
    assert load_head_model(file) is not head


def test_npz_gives_the_same_head(made, head, tmp_path):
    path = tmp_path / "flame2023.npz"
    np.savez(path, **made.arrays, bs_type=np.array("lrotmin"), posed=np.array([None], object))
    other = load_head_model(path)
    assert np.array_equal(other.landmark_ids, head.landmark_ids)
    np.testing.assert_allclose(other.expression, head.expression, atol=1e-7)


SMALL = {
    "v_template": np.arange(12.0).reshape(4, 3),
    "f": np.array([[0, 1, 2]], np.uint32),
    "shapedirs": np.asfortranarray(np.arange(48.0).reshape(4, 3, 4)),
    "J_regressor": np.eye(5, 4)[:, ::-1],
    "kintree_table": np.array([[2**32 - 1, 0, 1, 1, 1], [0, 1, 2, 3, 4]], np.int64),
    "weights": np.ones((4, 5), ">f4") / 5,
}


def as_sparse(kind, model):
    return {**model, "J_regressor": kind(model["J_regressor"])}


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("kind", [np.asarray, scipy.sparse.csc_matrix, scipy.sparse.csr_matrix, scipy.sparse.csc_array])
def test_pickles_of_every_protocol(protocol, kind):
    arrays = read_flame_pickle(pickle.dumps(as_sparse(kind, SMALL), protocol))
    for key, array in SMALL.items():
        assert np.array_equal(arrays[key], array), key


def test_chumpys_arrays_and_selections():
    with chumpy() as (ch, select):
        whole = ch(np.arange(20.0))
        model = {
            "v_template": ch(SMALL["v_template"]),
            "weights": select(whole, np.array([3, 1, 2, 0]), (2, 2)),
            "x": 1,
        }
        file = io.BytesIO()
        Python2Pickler(file).dump(model)
        arrays = read_flame_pickle(file.getvalue())
    assert np.array_equal(arrays["v_template"], SMALL["v_template"])
    assert np.array_equal(arrays["weights"], [[3, 1], [2, 0]])
    assert "x" not in arrays


# nothing in a file is run


class Attack:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def attacks(marker):
    command = f"touch {marker}"
    yield Attack(os.system, command)
    yield Attack(eval, f"__import__('os').system({command!r})")
    yield Attack(exec, f"import os; os.system({command!r})")
    yield Attack(getattr, "os", "system")
    yield Attack(np.load, str(marker))
    yield Attack(open, str(marker), "w")
    yield Attack(__import__, "os")


@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("place", ["whole", "value", "state"])
def test_a_file_that_would_run_something_is_refused_and_not_run(tmp_path, number, place):
    marker = tmp_path / "ran"
    attack = list(attacks(marker))[number]
    with chumpy() as (ch, _):
        wrapped = ch(np.zeros(3))
        wrapped.__dict__["_itr"] = attack
        content = pickle.dumps({"whole": attack, "value": {**SMALL, "f": attack}, "state": {"f": wrapped}}[place], 2)
    path = tmp_path / "flame.pkl"
    path.write_bytes(content)
    with pytest.raises(
        JobError, match=r"flame\.pkl is unsafe and was not opened, because it asks for [\w.]+ to be run"
    ):
        load_head_model(path)
    assert not marker.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"cos\nsystem\n(S'true'\ntR.",
        b"(S'true'\nios\nsystem\n.",
        b"(cos\nsystem\nS'true'\no.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
        b"\x80\x04\x8c\x08builtins\x8c\x09set.__new\x93.",
        b"\x80\x02\x82\x01.",  # an extension code of copyreg
        b"cnumpy.testing._private.utils\nrunstring\n.",
        b"cnumpy\nndarray.__reduce__\n.",
        b"c__builtin__\ngetattr\n.",
        b"cscipy.sparse\nsave_npz\n.",
        b"cchumpy.ch\nos\n.",
    ],
)
def test_raw_opcodes_that_would_run_something(content):
    pickletools.dis(content, io.StringIO())  # a pickle indeed
    with pytest.raises(UnsafeFileError):
        read_flame_pickle(content)


@pytest.mark.parametrize(
    "content",
    [
        # state set on the functions and classes that stand in for numpy's, to change them for later
        b"c_codecs\nencode\n(dS'_function'\nI1\nsb.",
        b"cnumpy\nndarray\n(N(dS'array'\nI1\nstb.",
        b"cnumpy\ndtype\n(dS'resolve'\nI1\nsb.",
        b"P1\n.",  # a persistent id
        b"(lp0\n.",
        b"N.",
        b"",
        b"\x80\x02}U\x01fK\x01s.",  # a number for an array
    ],
)
def test_other_tricks_end_in_an_error_or_in_nothing(content):
    with suppress(PickleFormatError):
        assert set(read_flame_pickle(content)) <= {"f"}
    assert np.array_equal(read_flame_pickle(pickle.dumps(SMALL, 2))["f"], SMALL["f"]), "later files are read as before"


def numpy_array(shape, dtype, data):
    """A pickle of {'f': array} that claims what it likes."""
    state = pickle.dumps((1, shape, None, False, data), 2)[2:-1]
    return (
        b"\x80\x02}U\x01fcnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85U\x01btR"
        + state.replace(b"N", b"cnumpy\ndtype\n(U\x02" + dtype + b"K\x00K\x01tR", 1)
        + b"bs."
    )


def test_arrays_that_claim_more_than_they_hold():
    assert read_flame_pickle(numpy_array((2,), b"f8", b"\0" * 16))["f"].tolist() == [0, 0]
    for shape, dtype, data in [
        ((2**40,), b"f8", b"\0" * 16),
        ((2**40, 0), b"f8", b""),
        ((-2,), b"f8", b"\0" * 16),
        ((2.0,), b"f8", b"\0" * 16),
        ((1,) * 100, b"f8", b"\0" * 8),
        ((2,), b"O8", b"\0" * 16),
        ((2,), b"f8", "\u1234" * 16),
        ((2,), b"V8", b"\0" * 16),
    ]:
        with pytest.raises(PickleFormatError):
            read_flame_pickle(numpy_array(shape, dtype, data))


@pytest.mark.parametrize(
    "change",
    [
        {"_shape": (2**30, 2**30)},
        {"_shape": (5,)},
        {"indices": np.array([0, 1, 2, 9], np.int32)},
        {"indices": np.array([-1, 1, 2, 3], np.int32)},
        {"indptr": np.array([0, 4, 2, 3, 4], np.int32)},
        {"indptr": np.array([0, 1, 2, 3, 2**31 - 1], np.int32)},
        {"data": np.ones(2)},
        {"data": None},
    ],
)
def test_damaged_sparse_matrices(change):
    matrix = scipy.sparse.csc_matrix(np.eye(4))
    matrix.__dict__.update(change)
    with pytest.raises(PickleFormatError, match="J_regressor"):
        read_flame_pickle(pickle.dumps({"J_regressor": matrix}, 2))


SEED = pickle.dumps(as_sparse(scipy.sparse.csc_matrix, SMALL), 2)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_files_end_in_an_error_or_in_arrays(data):
    content = bytearray(SEED)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    for damaged in (bytes(content), bytes(content[:cut])):
        try:
            for array in read_flame_pickle(damaged).values():
                assert isinstance(array, np.ndarray) and array.dtype.kind in "fiub"
        except (PickleFormatError, UnsafeFileError):
            pass


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_garbage(content):
    with suppress(PickleFormatError, UnsafeFileError):
        assert read_flame_pickle(content) == {}


# files that are no head


def saved(tmp_path, arrays):
    path = tmp_path / "flame.npz"
    np.savez(path, **arrays)
    return path


def changed(made, **changes):
    """The made file with few of its many directions, to be quick, and some arrays replaced; None leaves one out."""
    arrays = {**made.arrays, "shapedirs": made.arrays["shapedirs"][:, :, :310].astype(np.float32), **changes}
    return {k: v for k, v in arrays.items() if v is not None}


@pytest.mark.parametrize(
    ("key", "change", "message"),
    [
        ("v_template", lambda a: None, "lacks 'v_template'"),
        ("v_template", lambda a: a * np.nan, "not finite"),
        ("v_template", lambda a: a[:, :2], "instead of any × 3"),
        ("v_template", lambda a: a.astype(str), "does not hold numbers in 'v_template'"),
        ("v_template", lambda a: np.full_like(a, 1e300), "far too large"),
        ("v_template", lambda a: a * 0, "no two eyes"),
        ("v_template", lambda a: a * [-1, 1, 1], "no two eyes"),
        ("f", lambda a: a + 1, "refers in 'f' to what does not exist"),
        ("f", lambda a: a - 0.5, "fractions in 'f'"),
        ("f", lambda a: a[:0], "no skin"),
        ("shapedirs", lambda a: a[:, :, :300], "300 shape directions and no expressions"),
        ("posedirs", lambda a: a[:, :, :9], "'posedirs'"),
        ("weights", lambda a: a * 2, "do not add up to 1"),
        ("weights", lambda a: np.tile([0, 1, 0, 0, 0], (len(a), 1)), "no mouth"),
        ("J_regressor", lambda a: a.T, "'J_regressor'"),
        ("kintree_table", lambda a: np.array([[0, 4, 1, 1, 1], [0, 1, 2, 3, 4]]), "tree of joints"),
    ],
)
def test_unusable_heads_are_named(made, tmp_path, key, change, message):
    path = saved(tmp_path, changed(made, **{key: change(changed(made)[key])}))
    with pytest.raises(JobError, match=rf"flame\.npz is not a usable head model: it .*{message}.*; choose another\."):
        load_head_model(path)


def test_files_of_other_kinds(tmp_path, file):
    cut = tmp_path / "cut.pkl"
    cut.write_bytes(file.read_bytes()[:1_000_000])
    picture = tmp_path / "picture.pkl"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))
    empty = tmp_path / "empty.npz"
    empty.write_bytes(b"")
    bomb = tmp_path / "bomb.npz"
    np.savez(bomb, v_template=np.zeros((4, 3)))
    directory = bytearray(bomb.read_bytes())
    size = directory.index(b"PK\x01\x02") + 24
    directory[size : size + 4] = (0xFFFFFFF0).to_bytes(4, "little")
    bomb.write_bytes(bytes(directory))
    archive_of_text = tmp_path / "text.npz"
    with zipfile.ZipFile(archive_of_text, "w") as archive:
        archive.writestr("v_template.npy", "no array")
    pickled = tmp_path / "pickled.npz"
    np.savez(pickled, v_template=np.array([Attack(os.system, "true")], object))
    for path in (cut, picture, empty, bomb, archive_of_text, pickled):
        with pytest.raises(JobError, match="is not a usable head model"):
            load_head_model(path)
    with pytest.raises(JobError, match="cannot be read"):
        load_head_model(tmp_path)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_damaged_default_heads(tmp_path_factory, data):
    content = bytearray(DEFAULT_HEAD.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("damaged") / "head.npz"
    path.write_bytes(bytes(content[: data.draw(st.sampled_from([len(content), len(content) // 2, 1000]))]))
    with suppress(JobError):
        load_head_model(path)


# the face on it


def test_landmarks_and_lips_are_found(head, made):
    default = load_head_model(None)
    assert np.array_equal(made.kept[head.landmark_ids], default.landmark_ids)
    upper, lower = made.kept[head.lips.upper], made.kept[head.lips.lower]
    assert set(zip(upper, lower, strict=True)) <= set(zip(default.lips.upper, default.lips.lower, strict=True))
    assert len(upper) >= len(default.lips.upper) - 2
    assert (np.diff(head.template[head.lips.upper, 0]) > 0).all()


@pytest.mark.parametrize("bend", [-0.15, 0.2])
def test_landmarks_on_other_proportions(bend):
    from model_backend.head_model.flame_head import head_from_flame

    default = load_head_model(None)
    made = make_flame_like(seed=5, vertices=4600, bend=bend, parted=0.1)
    head = head_from_flame(made.arrays, "", "", default)
    place = {int(v): i for i, v in enumerate(made.kept)}
    true = np.array([place[int(v)] for v in default.landmark_ids])
    error = np.linalg.norm(head.template[head.landmark_ids] - head.template[true], axis=1)
    assert error[36:48].max() == 0 and error[60:].max() == 0, "eyelids and inner lips"
    assert error[27:].max() < 0.004 and error.max() < 0.012
    motion = head.control_map.motion(np.eye(68), 30)
    assert np.abs(motion.expression).max() < 20
    moved = head.vertices(motion) - head.template
    shares = [
        np.linalg.norm(moved[INDEX[name]] - made.motions[:, :, i]) / np.linalg.norm(made.motions[:, :, i])
        for i, name in enumerate(MOTIONS)
        if name != "mouthClose"
    ]
    assert np.mean(shares) < 0.15


def test_controls_move_the_face_as_they_should(head, made):
    moved = head.vertices(head.control_map.motion(np.eye(68), 30)) - head.template
    for i, name in enumerate(MOTIONS):
        if name != "mouthClose":
            true = made.motions[:, :, i]
            assert np.linalg.norm(moved[INDEX[name]] - true) < 0.15 * np.linalg.norm(true), name
    jaw = head.control_map.motion(np.eye(68), 30).joint("jaw")
    assert np.degrees(jaw[INDEX["jawOpen"]]) == pytest.approx([23, 0, 0], abs=1.5)
    assert np.degrees(jaw[INDEX["jawLeft"]]) == pytest.approx([0, 8, 0], abs=1)
    assert jaw[INDEX["jawRight"]] == pytest.approx(-jaw[INDEX["jawLeft"]])
    assert not np.abs(moved[[i for i, n in enumerate(CONTROLS) if n.startswith("tongue")]]).any(), "FLAME has no tongue"


def test_lips_close_on_a_flame_file(head):
    motion = perform(head, [{"jawOpen": t, "mouthClose": t} for t in np.linspace(0, 0.4, 9)])
    assert lip_gap(head, motion).max() < 0.0003
    opened = perform(head, [{"jawOpen": 0.1}, {"jawOpen": 0.3}])
    assert (inner_landmark_gaps(head, opened)[:, 1] > [0.002, 0.006]).all()
    assert lower_lip_to_upper_teeth(head, opened)[1] > 0.003


def test_controls_come_back(head):
    controls = random_controls(200)
    motion = head.control_map.motion(controls, 30, neck=np.full((200, 3), 0.1))
    back = head.control_map.controls(motion)
    assert np.abs(back - controls).max() < 0.05
    assert np.abs(back - controls).mean() < 0.002


def test_foreign_coefficients_become_controls_that_look_alike(head):
    """Expressions that no control made: the controls read from them must move the face much the same way."""
    rng = np.random.default_rng(4)
    motion = head.control_map.motion(np.zeros((30, 68)), 30)
    motion.expression[:] = rng.normal(0, 0.5, (30, 50))
    controls = head.control_map.controls(motion)
    assert np.isfinite(controls).all() and controls.min() >= 0
    again = head.control_map.motion(controls, 30)
    rest = head.template[head.landmark_ids]
    difference = np.linalg.norm(head.landmarks(again) - head.landmarks(motion))
    assert difference < 0.75 * np.linalg.norm(head.landmarks(motion) - rest)
