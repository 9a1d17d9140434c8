# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of a head of our own: FLAME's keys in an `.npz`, and beside them what FLAME does not have.

FLAME's: `v_template` (N, 3), `f` (triangles), `shapedirs` (N, 3, S + 50), `posedirs` (N, 3, 36),
`J_regressor` (5, N), `weights` (N, 5), `kintree_table` (2, 5). Ours:

- `shape_count`: S, the identity directions at the front of `shapedirs` (FLAME's own files have 300);
- `eyelids` (N, 3, 2) and `tongue` (N, 3, 17) directions;
- `control_names` (68,) and `control_map` (68, 84), see `control_map.ControlMap.matrix`;
- `landmarks` (68,) vertex ids in iBUG order; `inner_lips` (2, P), `lower_lip`, `upper_teeth_edge`, see `model.Lips`;
- `quads` (F, 4), `uv` (F, 4, 2), `material` (F,), `material_names`, `sym` (N,), `part_*`, see `model.Mesh`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS
from ..take import EXPRESSION_SIZE
from .control_map import COEFFICIENTS, EYELIDS_SIZE, TONGUE_SIZE, ExactControlMap
from .model import HeadModel, Lips, Mesh
from .skinning import FEATURES

JOINTS = 5
MAX_VERTICES = 2_000_000

Arrays = Mapping[str, NDArray[Any]]


class HeadFormatError(Exception):
    """What is wrong with a head's arrays, as the end of a sentence that begins with "it"."""


def numbers(arrays: Arrays, key: str, *shape: int | None, dtype: type = np.float32) -> NDArray[Any]:
    """A finite array of the expected shape (None: any size). Raises `HeadFormatError`."""
    if key not in arrays:
        raise HeadFormatError(f"lacks '{key}'")
    array = arrays[key]
    if array.dtype.kind not in "fiu":
        raise HeadFormatError(f"does not hold numbers in '{key}'")
    if array.ndim != len(shape) or any(e is not None and e != s for e, s in zip(shape, array.shape, strict=True)):
        wanted = " × ".join("any" if s is None else str(s) for s in shape)
        raise HeadFormatError(f"holds '{key}' as {' × '.join(map(str, array.shape))} instead of {wanted}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise HeadFormatError(f"holds values in '{key}' that are not finite")
    if dtype is np.float32:
        with np.errstate(over="ignore"):
            array = array.astype(np.float32)
        if not np.isfinite(array).all():
            raise HeadFormatError(f"holds values in '{key}' that are far too large")
        return np.ascontiguousarray(array)
    if array.dtype.kind == "f" and (array != np.floor(array)).any():
        raise HeadFormatError(f"holds fractions in '{key}'")
    return np.ascontiguousarray(array.astype(dtype))


def indices(arrays: Arrays, key: str, count: int, *shape: int | None, lowest: int = 0) -> NDArray[np.int32]:
    """Integers in lowest..count-1. Raises `HeadFormatError`."""
    array = numbers(arrays, key, *shape, dtype=np.int64)
    if array.size and (array.min() < lowest or array.max() >= count):
        raise HeadFormatError(f"refers in '{key}' to what does not exist")
    return array.astype(np.int32)


def parents_of(arrays: Arrays) -> tuple[int, ...]:
    """Parent joints from `kintree_table`; whatever stands for the root (FLAME writes 2³²-1) becomes -1."""
    table = numbers(arrays, "kintree_table", 2, JOINTS, dtype=np.int64)
    parents = [-1, *(int(p) for p in table[0, 1:])]
    if any(not 0 <= p < j for j, p in enumerate(parents) if j):
        raise HeadFormatError("has a tree of joints in which a joint comes before its parent")
    return tuple(parents)


def flame_arrays(arrays: Arrays, shape_count: int | None) -> dict[str, Any]:
    """The part of `HeadModel` that every FLAME file has, checked.

    `shape_count` None: 300 where there are more directions than that, as FLAME's files have it.
    """
    template = numbers(arrays, "v_template", None, 3)
    count = len(template)
    if not 4 <= count <= MAX_VERTICES:
        raise HeadFormatError(f"has {count} vertices")
    directions = numbers(arrays, "shapedirs", count, 3, None)
    if shape_count is None:
        shape_count = 300
    if not 0 <= shape_count < directions.shape[2]:
        raise HeadFormatError(f"has {directions.shape[2]} shape directions and no expressions among them")
    expression = np.zeros((count, 3, EXPRESSION_SIZE), np.float32)
    known = directions[:, :, shape_count : shape_count + EXPRESSION_SIZE]
    expression[:, :, : known.shape[2]] = known
    weights = numbers(arrays, "weights", count, JOINTS)
    if weights.min() < -1e-4 or np.abs(weights.sum(1) - 1).max() > 1e-2:
        raise HeadFormatError("has skinning weights that do not add up to 1")
    return {
        "template": template,
        "triangles": indices(arrays, "f", count, None, 3),
        "identity": np.ascontiguousarray(directions[:, :, :shape_count]),
        "expression": expression,
        "posedirs": numbers(arrays, "posedirs", count, 3, FEATURES),
        "weights": weights,
        "joint_regressor": numbers(arrays, "J_regressor", JOINTS, count),
        "parents": parents_of(arrays),
    }


def head_from_arrays(arrays: Arrays, name: str, digest: str) -> HeadModel:
    """A head of our own from the arrays of its file. Raises `HeadFormatError`."""
    shape_count = numbers(arrays, "shape_count", dtype=np.int64)
    fields = flame_arrays(arrays, shape_count.item())
    count = len(fields["template"])
    if [str(n) for n in arrays.get("control_names", np.empty(0)).ravel()] != list(CONTROLS):
        raise HeadFormatError("names other controls than ARKit's and the tongue's")
    try:
        control_map = ExactControlMap(numbers(arrays, "control_map", len(CONTROLS), COEFFICIENTS))
    except ValueError as error:
        raise HeadFormatError(f"has a control map that cannot be inverted: {error}") from error
    inner = indices(arrays, "inner_lips", count, 2, None)
    edge = indices(arrays, "upper_teeth_edge", count, None)
    lower_lip = indices(arrays, "lower_lip", count, None)
    if not inner.size or not len(edge) or not len(lower_lip):
        raise HeadFormatError("does not say where lips and teeth are")
    return HeadModel(
        **fields,
        name=name,
        digest=digest,
        eyelids=numbers(arrays, "eyelids", count, 3, EYELIDS_SIZE),
        tongue=numbers(arrays, "tongue", count, 3, TONGUE_SIZE),
        landmark_ids=indices(arrays, "landmarks", count, 68),
        lips=Lips(inner[0], inner[1], lower_lip, fields["template"][edge]),
        mesh=_mesh(arrays, count),
        make_control_map=lambda _: control_map,
    )


def _mesh(arrays: Arrays, count: int) -> Mesh:
    quads = indices(arrays, "quads", count, None, 4, lowest=-1)
    if (quads[:, :3] < 0).any():
        raise HeadFormatError("has faces of fewer than three corners")
    names = arrays.get("material_names", np.empty(0, "U1"))
    if names.dtype.kind != "U" or names.ndim != 1:
        raise HeadFormatError("does not name its materials")
    return Mesh(
        quads=quads,
        uv=numbers(arrays, "uv", len(quads), 4, 2),
        material=indices(arrays, "material", len(names), len(quads)),
        material_names=tuple(map(str, names)),
        parts={k[len("part_") :]: indices(arrays, k, count, None) for k in sorted(arrays) if k.startswith("part_")},
        mirror=indices(arrays, "sym", count, count),
    )
