# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on's `backend` package without Blender: loaded beside `model_backend`, with the add-on itself left out."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PACKAGE = "avi_talking_without_blender"


def load(name: str) -> ModuleType:
    """`load("client")` is `avi_talking_addon/backend/client.py`; `load("")` the package."""
    for package, folder in ((PACKAGE, ROOT), (f"{PACKAGE}.avi_talking_addon", ROOT / "avi_talking_addon")):
        if package not in sys.modules:
            module = ModuleType(package)
            module.__path__ = [str(folder)]
            sys.modules[package] = module
    return importlib.import_module(f"{PACKAGE}.avi_talking_addon.backend.{name}".rstrip("."))
