# SPDX-License-Identifier: GPL-3.0-or-later
"""Distances at the mouth for given controls, measured on the head model's mesh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..head_model.lips import lip_gap, lower_lip_to_upper_teeth
from ..head_model.model import HeadModel


class LipGauge:
    """Measures (F, 68) rows of controls on one head; the frames need not follow each other in time."""

    def __init__(self, head: HeadModel) -> None:
        self._head = head

    def gap(self, controls: NDArray[np.float32]) -> NDArray[np.float64]:
        """Widest distance between the inner lips (F,), metres."""
        return lip_gap(self._head, self._head.control_map.motion(controls, 1.0))

    def teeth(self, controls: NDArray[np.float32]) -> NDArray[np.float64]:
        """Distance of the lower lip from the upper incisors (F,), metres."""
        return lower_lip_to_upper_teeth(self._head, self._head.control_map.motion(controls, 1.0))
