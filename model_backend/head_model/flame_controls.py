# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls to coefficients on a FLAME file, solved from the file itself.

No published matrix from ARKit's shapes to FLAME's coefficients comes under a free licence, and those that exist
are badly conditioned. Instead each control's motion on the default head, in the proportions of the file's face, is what
the file's expression directions are to reproduce at the landmarks, the lips' contact line and points spread over
the face: bounded, L2-regularised least squares, as Audio2Face-3D solves blend shapes from meshes. Opening and sliding
the jaw and turning the eyes are rotations, as on the default head, with the jaw's angles fitted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS, INDEX
from ..take import EXPRESSION_SIZE, JOINTS, FaceMotion, FloatArray
from .control_map import COEFFICIENTS, EXPRESSION, EYELIDS, POSE, TONGUE, ControlMap, coefficient_rows, motion_from_rows
from .least_squares import bounded_least_squares
from .model import HeadModel

Array = NDArray[Any]
Warp = Callable[[Array], Array]

_JAW = POSE.start + 3 * JOINTS.index("jaw")
_EYES = slice(POSE.start + 3 * JOINTS.index("left_eye"), POSE.stop)
_LIP_WEIGHT = 2.0
_FACE_WEIGHT = 0.3
"""Of a lip's contact line against itself and of a point of the face; a landmark weighs 1."""
_FACE_POINTS = 400
_LARGEST = 5.0
"""Bound of an expression coefficient. FLAME's are in standard deviations; faces beyond this are broken."""
_RIDGE = 3e-4
"""L2 regularisation, as a share of the mean diagonal of the normal matrix."""
_INVERSE_RIDGE = 3e-5
"""The same for the way back, as a share of each control's own diagonal: large shapes do not hold small ones down."""
_CLOSING_JAW = 0.3
"""`jawOpen` at which `mouthClose` is solved: speech closes its lips at smaller openings, and so stays near it."""
_JAW_LANDMARKS = np.array([5, 6, 7, 8, 9, 10, 11, 55, 56, 57, 58, 59, 65, 66, 67])
"""Chin and lower lip."""


class SolvedControlMap(ControlMap):
    """The map of a FLAME file.

    Jaw, eyes, eyelids and tongue have coefficients of their own and are read back from them. What their controls do not
    explain of the expression is shared out among the other controls so that the face moves alike: least squares in
    landmark motion with no control below 0. An expression that no mix of controls makes comes back as the nearest.
    """

    def __init__(self, matrix: Array, gram: Array) -> None:
        """`gram` (50, 50) weighs differences of expression coefficients by the motion that they make."""
        super().__init__(matrix)
        used = self.matrix != 0
        own = used[:, POSE.start :].any(1)
        self._free = np.flatnonzero(~own & used.any(1))
        self._direct = np.flatnonzero(own)
        column = POSE.start + np.abs(self.matrix[self._direct, POSE.start :]).argmax(1)
        self._column, self._scale = column, self.matrix[self._direct, column]
        self._paired = np.bincount(column, minlength=COEFFICIENTS)[column] == 2
        free = self.matrix[self._free, EXPRESSION].astype(np.float64)
        self._target = gram @ free.T
        normal = free @ self._target
        self._normal = normal + np.diag(_INVERSE_RIDGE * np.diag(normal))

    def controls(self, motion: FaceMotion) -> FloatArray:
        rows = coefficient_rows(motion)
        controls = np.zeros((motion.frames, len(CONTROLS)), np.float32)
        values = rows[:, self._column] / self._scale
        controls[:, self._direct] = np.where(self._paired, np.maximum(values, 0), values)
        rest = rows[:, EXPRESSION] - controls @ self.matrix[:, EXPRESSION]
        controls[:, self._free] = bounded_least_squares(
            self._normal, rest @ self._target, 0, np.inf, sweeps=20, tolerance=1e-4
        )
        return controls


def solve_control_map(head: HeadModel, default: HeadModel, warp: Warp, proportions: Warp) -> SolvedControlMap:
    """`warp` takes places on the default head to the same places on `head`; `proportions` does so roughly, but so
    evenly that what moves on the default head can be followed through it."""
    points = _Points(head, default, warp, proportions)
    matrix = np.zeros((len(CONTROLS), COEFFICIENTS))
    exact = default.control_map.matrix
    # eyes, eyelids and tongue mean the same on every head
    for part in (_EYES, EYELIDS, TONGUE):
        matrix[:, part] = exact[:, part]
    for name, axis in (("jawOpen", 0), ("jawLeft", 1)):
        matrix[INDEX[name], _JAW + axis] = points.jaw_angle(name, axis)
    matrix[INDEX["jawRight"], _JAW + 1] = -matrix[INDEX["jawLeft"], _JAW + 1]

    solved = [n for n in CONTROLS if not exact[INDEX[n], POSE].any() and not exact[INDEX[n], TONGUE].any()]
    solved.remove("mouthClose")
    directions = points.directions(_at_rest())
    gram = directions.T @ directions
    ridge = _RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram))
    targets = np.stack([points.motion_of(n) for n in solved])
    matrix[[INDEX[n] for n in solved], EXPRESSION] = bounded_least_squares(
        gram + ridge, targets @ directions, -_LARGEST, _LARGEST
    )
    matrix[INDEX["mouthClose"], EXPRESSION] = points.closing(matrix[INDEX["jawOpen"]])
    return SolvedControlMap(matrix, gram + ridge)


def _at_rest() -> FaceMotion:
    return motion_from_rows(np.zeros((1, COEFFICIENTS)), 1.0)


class _Points:
    """Where the motion of the two heads is compared: one row of numbers for the landmarks, lips and face of each."""

    def __init__(self, head: HeadModel, default: HeadModel, warp: Warp, proportions: Warp) -> None:
        self.head, self.default, self.proportions = head, default, proportions
        face = default.mesh.parts["face"]
        face = face[:: max(1, len(face) // _FACE_POINTS)]
        skin = head.mesh.parts["skin"]
        places = warp(default.template[face])
        nearest = [skin[((head.template[skin] - p) ** 2).sum(1).argmin()] for p in places]
        self.own = np.concatenate([head.landmark_ids, nearest])
        self.reference = np.concatenate([default.landmark_ids, face])
        self.weights = np.concatenate([np.ones(68), np.full(len(face), _FACE_WEIGHT)])

    def _lip_positions(self, head: HeadModel) -> Array:
        """Place of each vertex of the contact line between the corners of the mouth, 0..1."""
        right, left = head.template[head.landmark_ids[[60, 64]], 0]
        return (head.template[head.lips.upper, 0] - right) / (left - right)

    def _row(self, head: HeadModel, ids: Array, motion: FaceMotion) -> tuple[Array, Array]:
        """Weighted positions of the points (T, K, 3), and lower less upper lip along the contact line (T, P, 3)."""
        count, half = len(ids), len(head.lips.upper)
        every = np.concatenate([ids, head.lips.upper, head.lips.lower])
        vertices = head.vertices(motion, every, head_pose=False).astype(np.float64)
        if head is self.default:
            vertices = self.proportions(vertices)
        lips = vertices[:, count + half :] - vertices[:, count : count + half]
        return vertices[:, :count] * self.weights[:, None], lips

    def directions(self, pose: FaceMotion) -> Array:
        """Motion (K, 50) of the points per unit of each expression coefficient, in the given pose (one frame)."""
        rows = np.repeat(coefficient_rows(pose), EXPRESSION_SIZE + 1, 0)
        rows[1:, EXPRESSION] += np.eye(EXPRESSION_SIZE)
        points, lips = self._row(self.head, self.own, motion_from_rows(rows, 1.0))
        return _flat(points[1:] - points[0], lips[1:] - lips[0]).T

    def motion_of(self, name: str, **others: float) -> Array:
        """Motion (K,) of the points by a control at 1 on the default head, in this head's proportions."""
        controls = np.zeros((2, len(CONTROLS)))
        for other, value in others.items():
            controls[:, INDEX[other]] = value
        controls[1, INDEX[name]] += 1
        points, lips = self._row(self.default, self.reference, self.default.control_map.motion(controls, 1.0))
        there, here = self._lip_positions(self.default), self._lip_positions(self.head)
        moved = lips[1] - lips[0]
        lips_here = np.stack([np.interp(here, there, moved[:, i]) for i in range(3)], 1)
        return _flat((points[1] - points[0])[None], lips_here[None])[0]

    def jaw_angle(self, name: str, axis: int) -> float:
        """Rotation of this head's jaw in radians that moves chin and lower lip as the control does."""
        controls = np.zeros((2, len(CONTROLS)))
        controls[1, INDEX[name]] = 1
        shown = self.default.landmarks(self.default.control_map.motion(controls, 1.0))[:, _JAW_LANDMARKS]
        rest, moved = self.proportions(shown)
        angles = np.linspace(0, 0.7, 141)
        rows = np.zeros((len(angles), COEFFICIENTS))
        rows[:, _JAW + axis] = angles
        own = self.head.landmarks(motion_from_rows(rows, 1.0))[:, _JAW_LANDMARKS].astype(np.float64)
        return float(angles[((own - own[0] - (moved - rest)) ** 2).sum((1, 2)).argmin()])

    def closing(self, jaw_row: Array) -> Array:
        """Expression coefficients of `mouthClose`: what shuts the lips of the opened jaw, at this opening's scale.

        Both lips meet where the default head's do; the gap to be closed is this head's own.
        """
        opened = motion_from_rows(_CLOSING_JAW * jaw_row[None], 1.0)
        directions = self.directions(opened)
        target = self.motion_of("mouthClose", jawOpen=_CLOSING_JAW)
        _, gap = self._row(self.head, self.own, opened)
        _, rest = self._row(self.head, self.own, _at_rest())
        lips = slice(3 * len(self.own), None)
        target[lips] = -_LIP_WEIGHT * (gap - rest).reshape(-1) / _CLOSING_JAW
        # that the lips meet weighs more here than the way they take
        emphasis = np.ones(len(target))
        emphasis[lips] = 3.0
        directions, target = directions * emphasis[:, None], target * emphasis
        gram = directions.T @ directions
        ridge = 0.1 * _RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram))
        bound = _LARGEST / _CLOSING_JAW
        return bounded_least_squares(gram + ridge, (target @ directions)[None], -bound, bound)[0]


def _flat(points: Array, lips: Array) -> Array:
    return np.concatenate([points.reshape(len(points), -1), _LIP_WEIGHT * lips.reshape(len(lips), -1)], 1)
