# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests inside Blender (the bpy module)."""

from tests.blender.addon_fixture import addon, empty_scene

__all__ = ["addon", "empty_scene"]
