# SPDX-License-Identifier: GPL-3.0-or-later
"""Head models in FLAME's format: reading them, the mesh that coefficients make, controls to coefficients and back."""

from .control_map import ControlMap
from .load import load_head_model
from .model import HeadModel

__all__ = ["ControlMap", "HeadModel", "load_head_model"]
