# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on from this checkout, loaded as Blender loads it: the repository's root as one package `avi_talking`."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "avi_talking"


def load_root() -> ModuleType:
    """The root package, loaded once; its `register` and `unregister` are the add-on's."""
    if PACKAGE not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            PACKAGE, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
        )
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[PACKAGE] = module
        spec.loader.exec_module(module)
    return sys.modules[PACKAGE]


def load(name: str) -> ModuleType:
    """A module of the package: `load("avi_talking_addon.keying")`, `load("model_backend.take")`."""
    load_root()
    return importlib.import_module(f"{PACKAGE}.{name}")
