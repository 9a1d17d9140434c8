# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of our own packages, which depend on where Blender has installed the extension."""

from __future__ import annotations

from pathlib import Path

ROOT_PACKAGE = (__package__ or "").rpartition(".")[0]
"""`bl_ext.user_default.avi_talking` for an installed extension: what Blender knows us by."""

ROOT_FOLDER = Path(__file__).resolve().parents[1]
"""The folder that holds `model_backend`."""
