# SPDX-License-Identifier: GPL-3.0-or-later
"""A head model from a FLAME file: what the file does not say is found on its mesh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .control_map import EYELIDS_SIZE
from .face_finder import Face, FaceNotFoundError, find_face
from .flame_controls import solve_control_map
from .head_file import Arrays, HeadFormatError, flame_arrays
from .model import HeadModel, Lips, Mesh
from .warp import smooth_warp

Array = NDArray[Any]

_RIGHT_EYE, _LEFT_EYE = range(36, 42), range(42, 48)
_INNER_UPPER, _INNER_LOWER = (60, 61, 62, 63, 64), (60, 67, 66, 65, 64)

_STIFFNESS = 0.3
"""Of the warp that motion is carried through: local mismatch of the two faces is smoothed away, the size of the
lower and the upper face is not."""


def head_from_flame(arrays: Arrays, name: str, digest: str, default: HeadModel) -> HeadModel:
    """FLAME 2020, 2023, 2023 Open or a file like them: 300 identity directions, then those of expressions.

    The first 50 expression directions are used. `default` is the head whose landmarks, lips and control shapes are
    carried over. FLAME has neither eyelid nor tongue directions: those coefficients move nothing on its mesh.
    Raises `HeadFormatError`.
    """
    fields = flame_arrays(arrays, None)
    try:
        face = find_face(fields)
    except FaceNotFoundError as error:
        raise HeadFormatError(str(error)) from error
    reference = find_face(_fields(default))
    warp = smooth_warp(reference.anchors, face.anchors)
    proportions = smooth_warp(reference.anchors, face.anchors, _STIFFNESS)
    template, triangles = fields["template"], fields["triangles"]
    count = len(template)
    corners = np.full((len(triangles), 4), -1, np.int32)
    corners[:, :3] = triangles
    below = np.flatnonzero(face.jaw_share > 0.5)
    below = np.intersect1d(below, face.skin)
    return HeadModel(
        **fields,
        name=name,
        digest=digest,
        eyelids=np.zeros((count, 3, EYELIDS_SIZE), np.float32),
        tongue=np.zeros((count, 3, 0), np.float32),
        landmark_ids=_landmarks(template, face, default, warp),
        lips=Lips(
            face.upper_lip.astype(np.int32),
            face.lower_lip.astype(np.int32),
            np.unique(below[_nearest(template[below], warp(default.template[default.lips.lower_lip]))]).astype(
                np.int32
            ),
            warp(default.lips.upper_teeth_edge).astype(np.float32),
        ),
        mesh=Mesh(
            corners,
            parts={
                "skin": face.skin.astype(np.int32),
                "eyeball_L": np.flatnonzero(fields["weights"][:, 3] > 0.5).astype(np.int32),
                "eyeball_R": np.flatnonzero(fields["weights"][:, 4] > 0.5).astype(np.int32),
            },
        ),
        make_control_map=lambda head: solve_control_map(head, default, warp, proportions),
    )


def _fields(head: HeadModel) -> Mapping[str, Any]:
    return {
        key: getattr(head, key)
        for key in ("template", "triangles", "weights", "posedirs", "joint_regressor", "parents")
    }


def _nearest(points: Array, places: Array) -> Array:
    """Index of the nearest of `points` for each place."""
    return np.array([((points - p) ** 2).sum(1).argmin() for p in np.reshape(places, (-1, 3))])


def _landmarks(template: Array, face: Face, default: HeadModel, warp: Callable[[Array], Array]) -> NDArray[np.int32]:
    """The 68 iBUG vertices: inner lips and eyelids on the edges that were found, the others nearest to the default
    head's landmarks carried over."""
    own = default.template[default.landmark_ids]
    places = warp(own)
    edges = np.concatenate([face.upper_lip, face.lower_lip, face.corners, *face.eyelids])
    outer = np.setdiff1d(face.skin, edges)
    ids = outer[_nearest(template[outer], places)]
    for landmarks, edge in ((_RIGHT_EYE, face.eyelids[0]), (_LEFT_EYE, face.eyelids[1])):
        ids[landmarks] = edge[_nearest(template[edge], places[landmarks])]
        across = template[edge, 0]
        ids[landmarks[0]], ids[landmarks[3]] = edge[across.argmin()], edge[across.argmax()]
    # along the lips by the share of the way from corner to corner
    right, left = template[face.corners, 0]
    for landmarks, line in ((_INNER_UPPER, face.upper_lip), (_INNER_LOWER, face.lower_lip)):
        way = (own[landmarks, 0] - own[60, 0]) / (own[64, 0] - own[60, 0])
        position = (template[line, 0] - right) / (left - right)
        ids[list(landmarks)] = line[np.abs(position[:, None] - way).argmin(0)]
        ids[[60, 64]] = face.corners
    return ids.astype(np.int32)
