# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations and linear blend skinning as FLAME does them (Li et al. 2017, §3; numpy only)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

FEATURES = 36
"""Pose features: R - I of the four joints below the root, row by row, as the columns of `posedirs`."""


def feature(joint: int, row: int, column: int) -> int:
    """Column of `posedirs` that R[row, column] - I[row, column] of a joint (1..4) drives."""
    return (joint - 1) * 9 + row * 3 + column


def rotation_matrices(vectors: Array) -> Array:
    """Axis-angle vectors (..., 3) in radians to rotation matrices (..., 3, 3) by Rodrigues' formula, float64."""
    vectors = np.asarray(vectors, np.float64)
    angle = np.linalg.norm(vectors, axis=-1)[..., None, None]
    x, y, z = np.moveaxis(vectors, -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*vectors.shape, 3)
    # sin(a)/a and (1-cos(a))/a² by sinc, which is defined at 0
    first = np.sinc(angle / np.pi)
    second = 0.5 * np.sinc(angle / (2 * np.pi)) ** 2
    return np.eye(3) + first * cross + second * (cross @ cross)


def pose_features(rotations: Array) -> Array:
    """Rotations (T, 5, 3, 3) of the joints to the values (T, 36) that multiply `posedirs`."""
    return (rotations[:, 1:] - np.eye(3)).reshape(len(rotations), -1)


def joint_transforms(rotations: Array, joints: Array, parents: Sequence[int]) -> tuple[Array, Array]:
    """Each joint's rigid motion of the rest space: linear (T, 5, 3, 3) and offset (T, 5, 3).

    A vertex v bound to joint j alone goes to `linear[:, j] @ v + offset[:, j]`. `parents[j] < j`, -1 for the root.
    """
    linear = np.empty_like(rotations)
    offset = np.empty(rotations.shape[:-1])
    for j, parent in enumerate(parents):
        own = joints[j] - rotations[:, j] @ joints[j]
        if parent < 0:
            linear[:, j], offset[:, j] = rotations[:, j], own
        else:
            linear[:, j] = linear[:, parent] @ rotations[:, j]
            offset[:, j] = (linear[:, parent] @ own[..., None])[..., 0] + offset[:, parent]
    return linear, offset
