# SPDX-License-Identifier: GPL-3.0-or-later
"""A smooth map of space that takes some points exactly to others (numpy only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def smooth_warp(
    source: NDArray[Any], target: NDArray[Any], stiffness: float = 0.0
) -> Callable[[NDArray[Any]], NDArray[np.float64]]:
    """The three-dimensional thin-plate spline (Bookstein 1989; kernel r) from `source` to `target`, both (K, 3).

    It bends space as little as it can and is affine far away. Returns a function of points (..., 3). The source points
    must not lie in one plane. With `stiffness` above 0 it no longer passes through the targets but follows their
    trend, up to an affine map for a very large value (Wahba 1990: smoothing splines).
    """
    source = np.asarray(source, np.float64)
    centre, scale = source.mean(0), np.abs(source - source.mean(0)).max()
    nodes = (source - centre) / scale

    def basis(points: NDArray[Any]) -> NDArray[np.float64]:
        distance = np.linalg.norm(points[:, None] - nodes[None], axis=2)
        return np.hstack([distance, np.ones((len(points), 1)), points])

    count = len(nodes)
    system = np.zeros((count + 4, count + 4))
    system[:count] = basis(nodes)
    # the kernel r is conditionally negative definite, hence the sign
    system[range(count), range(count)] -= stiffness
    system[count:, :count] = system[:count, count:].T
    coefficients = np.linalg.solve(system, np.vstack([target, np.zeros((4, 3))]))

    def warp(points: NDArray[Any]) -> NDArray[np.float64]:
        flat = (np.asarray(points, np.float64).reshape(-1, 3) - centre) / scale
        return (basis(flat) @ coefficients).reshape(np.shape(points))

    return warp
