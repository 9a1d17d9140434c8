# SPDX-License-Identifier: GPL-3.0-or-later
"""The linear map between controls and coefficients that a head model knows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..controls import CONTROLS
from ..take import EXPRESSION_SIZE, JOINTS, POSE_SIZE, FaceMotion, FloatArray

EYELIDS_SIZE = 2
TONGUE_SIZE = 17
"""`tongueOut`, then the 16 tongue shapes."""
TONGUE_NAMES = ("tongueOut", *CONTROLS[52:])

EXPRESSION = slice(0, EXPRESSION_SIZE)
POSE = slice(EXPRESSION.stop, EXPRESSION.stop + POSE_SIZE)
EYELIDS = slice(POSE.stop, POSE.stop + EYELIDS_SIZE)
TONGUE = slice(EYELIDS.stop, EYELIDS.stop + TONGUE_SIZE)
COEFFICIENTS = TONGUE.stop
"""A frame's coefficients in one row: expression, pose, eyelids, tongue."""


def coefficient_rows(motion: FaceMotion) -> FloatArray:
    """The coefficients of a motion as rows (T, 84); a tongue of another size is cut or filled with 0."""
    rows = np.zeros((motion.frames, COEFFICIENTS), np.float32)
    rows[:, EXPRESSION] = motion.expression
    rows[:, POSE] = motion.pose
    rows[:, EYELIDS] = motion.eyelids
    known = min(motion.tongue.shape[1], TONGUE_SIZE)
    rows[:, TONGUE.start : TONGUE.start + known] = motion.tongue[:, :known]
    return rows


def motion_from_rows(rows: NDArray[Any], fps: float) -> FaceMotion:
    """The reverse of `coefficient_rows`."""
    rows = np.ascontiguousarray(rows, np.float32)
    return FaceMotion(
        float(fps), *(np.ascontiguousarray(rows[:, part]) for part in (EXPRESSION, POSE, EYELIDS, TONGUE))
    )


class ControlMap:
    """Controls to coefficients by a matrix (68, 84), and back.

    `matrix[i]` holds the coefficients of control i at 1 (see `coefficient_rows`). Neck and global rotation
    are no controls: they pass beside the map.
    """

    def __init__(self, matrix: NDArray[Any]) -> None:
        self.matrix: FloatArray = np.array(matrix, np.float32)
        if self.matrix.shape != (len(CONTROLS), COEFFICIENTS):
            raise ValueError(f"a control map is ({len(CONTROLS)}, {COEFFICIENTS}), not {self.matrix.shape}")
        self.matrix.flags.writeable = False

    def motion(
        self, controls: NDArray[Any], fps: float, neck: NDArray[Any] | None = None, global_: NDArray[Any] | None = None
    ) -> FaceMotion:
        """Coefficients of controls (T, 68).

        `neck` and `global_` (T, 3) are axis-angle rotations in radians, at rest where not given. Values are
        taken as they are: below 0 and above 1 the map goes on linearly.
        """
        motion = motion_from_rows(np.asarray(controls, np.float32) @ self.matrix, fps)
        if neck is not None:
            motion.joint("neck")[:] = neck
        if global_ is not None:
            motion.joint("global")[:] = global_
        return motion

    def controls(self, motion: FaceMotion) -> FloatArray:
        """Controls (T, 68) that give the coefficients of `motion`."""
        raise NotImplementedError


class ExactControlMap(ControlMap):
    """A map where each control has a coefficient of its own, or shares one with its opposite.

    Then it inverts exactly. Of two opposite controls (`jawLeft` and `jawRight`, `eyeLookUp` and `eyeLookDown`)
    only one comes back above 0: their difference is all that the coefficient holds.
    """

    def __init__(self, matrix: NDArray[Any]) -> None:
        """Raises `ValueError` where `matrix` is not of this kind."""
        super().__init__(matrix)
        used = self.matrix != 0
        if (used.sum(1) != 1).any():
            raise ValueError("a control drives no coefficient or several")
        self._column = used.argmax(1)
        self._scale = self.matrix[np.arange(len(CONTROLS)), self._column]
        counts = np.bincount(self._column, minlength=COEFFICIENTS)
        self._paired = counts[self._column] == 2
        signs = np.bincount(self._column, np.sign(self._scale), COEFFICIENTS)
        neck_or_global = np.isin(self._column, POSE.start + np.arange(3 * JOINTS.index("jaw")))
        if counts.max() > 2 or (signs[counts == 2] != 0).any() or neck_or_global.any():
            raise ValueError("controls share a coefficient without being opposites")

    def controls(self, motion: FaceMotion) -> FloatArray:
        values = coefficient_rows(motion)[:, self._column] / self._scale
        return np.where(self._paired, np.maximum(values, 0), values).astype(np.float32)
