# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes files in FLAME's format that hold a face FLAME's makers never saw.

FLAME itself cannot be part of this repository. These files have its keys, shapes, types, vertex count and pickling
(Python 2, chumpy, scipy.sparse); the mesh is our default head without what FLAME lacks (hair, brows, teeth, tongue, the
back of the mouth), thinned outside the face to FLAME's 5,023 vertices, in other proportions, moved, and in random
order; the expression directions are a random mixture of what the face can do, as principal components are.
"""

import io
import pickle
import sys
import types
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy.sparse

from model_backend.head_model import load_head_model
from model_backend.head_model.default.build import EXPRESSIONS as EXPRESSIONS_OF_HEAD

VERTICES = 5023
SHAPES, EXPRESSIONS = 300, 100
PROPORTIONS = np.array([0.88, 1.05, 0.94])
"""Narrower, longer and flatter than the default head."""


@dataclass
class FlameLike:
    arrays: dict
    """FLAME's keys."""
    kept: np.ndarray
    """For each vertex the vertex of the default head that it was."""
    mixture: np.ndarray
    """(50, 40): the expression coefficients of each of the face's true motions (38 controls, two blinks) at 1."""
    motions: np.ndarray
    """(N, 3, 40): those motions."""


def make_flame_like(seed=0, vertices=VERTICES, move=(0.003, -0.035, 0.02), parted=0.0, bend=0.1):
    """`parted` opens the lips at rest by so much of a `mouthLowerDown`, `bend` draws the eyes together."""
    rng = np.random.default_rng(seed)
    head = load_head_model(None)
    kept, triangles = _mesh(head, vertices, rng)
    order = rng.permutation(len(kept))
    place = np.empty(len(kept), int)
    place[order] = np.arange(len(kept))
    kept, triangles = kept[order], place[triangles]

    def reshape(points):
        narrow = 1 - bend * np.clip(1 + points[..., 1:2] / 0.06, -0.5, 1.5)
        return points * np.concatenate([narrow, np.ones_like(narrow), narrow], -1) * PROPORTIONS + np.array(move)

    lowered = head.expression[:, :, [EXPRESSIONS_OF_HEAD.index(f"mouthLowerDown{s}") for s in ("Left", "Right")]].sum(2)
    rest = head.template[kept].astype(float) + parted * lowered[kept]
    template = reshape(rest)
    motions = np.concatenate([head.expression[kept, :, :38], head.eyelids[kept]], 2).astype(float)
    motions = np.stack([reshape(rest + m) - template for m in np.moveaxis(motions, 2, 0)], 2)
    noise = _smooth_noise(template, rng, 60) * 0.002
    basis = np.concatenate([motions, noise[:, :, :10]], 2)
    rotation, _ = np.linalg.qr(rng.normal(size=(50, 50)))
    expression = np.concatenate([basis @ rotation / 3, noise[:, :, 10:60]], 2)
    shapes = np.concatenate([_smooth_noise(template, rng, 10) * 0.003, np.zeros((len(kept), 3, SHAPES - 10))], 2)
    joints = reshape(head.joints.astype(float))
    arrays = {
        "v_template": template,
        "f": triangles.astype(np.uint32),
        "shapedirs": np.concatenate([shapes, expression], 2),
        "posedirs": head.posedirs[kept] * PROPORTIONS[None, :, None],
        "J_regressor": _regressor(template, joints, head.weights[kept]),
        "weights": head.weights[kept].astype(float),
        "kintree_table": np.array([[2**32 - 1, 0, 1, 1, 1], [0, 1, 2, 3, 4]], np.uint32),
    }
    return FlameLike(arrays, kept, 3 * rotation.T[:, :40], motions)


def _mesh(head, vertices, rng):
    parts = head.mesh.parts
    keep = np.zeros(len(head.template), bool)
    for name in ("skin", "eyeball_L", "eyeball_R"):
        keep[parts[name]] = True
    triangles = head.triangles[keep[head.triangles].all(1)]
    # FLAME's mouth ends in a hole behind the lips
    inside = np.zeros(len(keep), bool)
    inside[np.setdiff1d(parts["mouth_bag"], np.flatnonzero(head.template[:, 2] > 0.016))] = True
    triangles = triangles[~inside[triangles].any(1)]
    fixed = np.zeros(len(keep), bool)
    for name in ("face", "lips_upper", "lips_lower", "eyeball_L", "eyeball_R", "mouth_bag"):
        fixed[parts[name]] = True
    fixed[head.landmark_ids] = True
    while (excess := len(np.unique(triangles)) - vertices) > 0:
        thinned = _thinned(triangles, fixed, max(1, excess // 2), rng)
        if len(thinned) == len(triangles):
            fixed[parts["face"]] = False
        elif len(np.unique(thinned)) >= vertices:  # at times a neighbour loses its last triangle too: then try others
            triangles = thinned
    kept, flat = np.unique(triangles, return_inverse=True)
    return kept, flat.reshape(-1, 3)


def _thinned(triangles, fixed, excess, rng):
    """Some vertices moved onto a neighbour, no two of them side by side."""
    edges = np.concatenate([triangles[:, [a, b]] for a in range(3) for b in range(3) if a != b])
    rank = np.where(fixed, -1.0, rng.random(len(fixed)))
    highest = np.full(len(fixed), -1.0)
    np.maximum.at(highest, edges[:, 0], rank[edges[:, 1]])
    chosen = np.flatnonzero((rank > highest) & np.isin(np.arange(len(fixed)), edges))[:excess]
    target = np.arange(len(fixed))
    onto = np.isin(edges[:, 0], chosen)
    target[edges[onto, 0]] = edges[onto, 1]
    triangles = target[triangles]
    a, b, c = triangles.T
    return triangles[(a != b) & (b != c) & (a != c)]


def _smooth_noise(template, rng, count):
    centred = template - template.mean(0)
    waves = rng.normal(0, 12, (count, 3, 3))
    return np.sin(np.einsum("nx,kxd->ndk", centred, waves) + rng.uniform(0, 6, (3, count)))


def _regressor(template, joints, weights):
    rows = np.zeros((5, len(template)))
    for j, position in enumerate(joints):
        near = np.flatnonzero(weights[:, j] > 0.9) if j > 2 else np.argsort(((template - position) ** 2).sum(1))[:150]
        rows[j, near] = np.linalg.pinv(np.vstack([np.ones(len(near)), (template[near] - position).T])) @ [1, 0, 0, 0]
    return rows


@contextmanager
def chumpy():
    """Something that pickles as chumpy's arrays do; chumpy itself does not install any more."""
    modules = {name: types.ModuleType(name) for name in ("chumpy", "chumpy.ch", "chumpy.reordering")}

    class Ch:
        def __init__(self, x):
            self.__dict__.update(
                x=np.asarray(x, np.float64),
                _dirty_vars={"x"},
                _itr=None,
                _make_dense=False,
                _make_sparse=False,
                _depends_on_deps={"T": {"deps": {"x"}, "value": None, "out_of_date": True}},
            )

    class Select:
        def __init__(self, a, idxs, preferred_shape):
            self.__dict__.update(a=a, idxs=idxs, preferred_shape=preferred_shape)

    Ch.__module__, Ch.__qualname__ = "chumpy.ch", "Ch"
    Select.__module__, Select.__qualname__ = "chumpy.reordering", "Select"
    modules["chumpy.ch"].Ch, modules["chumpy.reordering"].Select = Ch, Select
    sys.modules.update(modules)
    try:
        yield Ch, Select
    finally:
        for name in modules:
            del sys.modules[name]


class Python2Pickler(pickle._Pickler):
    """Writes protocol 2 as Python 2 did: byte strings as such, old names of modules."""

    dispatch: ClassVar = dict(pickle._Pickler.dispatch)

    def __init__(self, file):
        super().__init__(file, 2, fix_imports=True)

    def save_string(self, text):
        data = text if isinstance(text, bytes) else text.encode("latin1")
        short = len(data) < 256
        self.write((b"U" + bytes([len(data)]) if short else b"T" + len(data).to_bytes(4, "little")) + data)
        self.memoize(text)

    dispatch[bytes] = save_string
    dispatch[str] = save_string

    def save_global(self, item, name=None):
        old = {"scipy.sparse._csc": "scipy.sparse.csc", "numpy._core.multiarray": "numpy.core.multiarray"}
        module = old.get(getattr(item, "__module__", ""))
        if module is None:
            super().save_global(item, name)
        else:
            self.write(f"c{module}\n{item.__name__}\n".encode())
            self.memoize(item)

    dispatch[type] = save_global
    dispatch[types.FunctionType] = save_global


def flame_2020(arrays):
    """The bytes of a `generic_model.pkl`."""
    with chumpy() as (ch, _):
        model = {
            "f": arrays["f"],
            "J_regressor": scipy.sparse.csc_matrix(arrays["J_regressor"]),
            "kintree_table": arrays["kintree_table"],
            "J": arrays["J_regressor"] @ arrays["v_template"],
            "weights": arrays["weights"],
            "posedirs": arrays["posedirs"],
            "bs_style": "lbs",
            "bs_type": "lrotmin",
            "v_template": ch(arrays["v_template"]),
            "shapedirs": ch(arrays["shapedirs"]),
        }
        file = io.BytesIO()
        Python2Pickler(file).dump(model)
    return file.getvalue()
