# SPDX-License-Identifier: GPL-3.0-or-later
"""Linear least squares within bounds, for many right-hand sides at once (numpy only)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def bounded_least_squares(
    gram: NDArray[Any],
    right: NDArray[Any],
    lower: float | NDArray[Any],
    upper: float | NDArray[Any],
    sweeps: int = 300,
    tolerance: float = 1e-6,
) -> NDArray[np.float64]:
    """For each row b of `right` (T, n) the x that minimises x·G·x / 2 - b·x with lower <= x <= upper, (T, n).

    With G = AᵀA + λI and b = Aᵀy that is the bounded, L2-regularised least-squares solution of A x = y. Cyclic
    coordinate descent on all rows together; `gram` must be positive definite. Ends when no value moves by more than
    `tolerance` or after `sweeps`.
    """
    gram = np.asarray(gram, np.float64)
    right = np.asarray(right, np.float64).T.copy()
    size = len(gram)
    low = np.broadcast_to(np.asarray(lower, np.float64), size)
    high = np.broadcast_to(np.asarray(upper, np.float64), size)
    solution = np.clip(np.linalg.solve(gram, right), low[:, None], high[:, None])
    diagonal = np.diag(gram)
    for _ in range(sweeps):
        largest = 0.0
        for i in range(size):
            value = solution[i] + (right[i] - gram[i] @ solution) / diagonal[i]
            np.clip(value, low[i], high[i], out=value)
            largest = max(largest, float(np.abs(value - solution[i]).max(initial=0.0)))
            solution[i] = value
        if largest <= tolerance:
            break
    return solution.T.copy()
