# SPDX-License-Identifier: GPL-3.0-or-later
"""Distances at the mouth for given controls, measured on the head model's mesh."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..head_model.lips import lip_gap, lower_lip_to_upper_teeth
from ..head_model.model import HeadModel
from ..take import FaceMotion


class LipGauge:
    """Measures (F, 68) rows of controls on one head; the frames need not follow each other in time."""

    def __init__(self, head: HeadModel) -> None:
        self._head = head

    def gap(self, controls: NDArray[np.float32]) -> NDArray[np.float32]:
        """Widest distance between the inner lips (F,), metres."""
        return self._measure(lip_gap, controls)

    def teeth(self, controls: NDArray[np.float32]) -> NDArray[np.float32]:
        """Distance of the lower lip from the upper incisors (F,), metres."""
        return self._measure(lower_lip_to_upper_teeth, controls)

    def _measure(
        self, measure: Callable[[HeadModel, FaceMotion], NDArray[np.float32]], controls: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        if not len(controls):
            return np.zeros(0, np.float32)
        return measure(self._head, self._head.control_map.motion(controls, 1.0))
