# SPDX-License-Identifier: GPL-3.0-or-later
"""The tab "AVI Talking" in the sidebars of the 3D viewport and of the sequencer."""

from __future__ import annotations

import bpy

from .panels import CLASSES


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)


def unregister() -> None:
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
