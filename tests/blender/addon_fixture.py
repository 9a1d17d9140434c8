# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on, loaded as Blender loads it: the repository's root as one package named `avi_talking`.

The add-on reaches `model_backend` by relative imports, so it needs its root package. Tests of the backend import
the top-level `model_backend`; the two are different module objects, and a test of the add-on that catches
`JobError` takes it from here.

    from tests.blender.addon_fixture import addon, empty_scene, load_addon  # in conftest.py: fixtures

    def test_something(addon, empty_scene):
        addon.sequencer...          # a module of avi_talking_addon
        addon.JobError              # as the add-on knows it
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "avi_talking"


def load_root() -> ModuleType:
    """The root package, loaded once."""
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


class Addon:
    """The modules of the registered add-on as attributes, imported when first asked for."""

    package = PACKAGE

    @property
    def JobError(self) -> type[Exception]:  # noqa: N802 (it is a class)
        return load("model_backend.errors").JobError

    def __getattr__(self, name: str) -> ModuleType:
        if name.startswith("_"):
            raise AttributeError(name)
        return load(f"avi_talking_addon.{name}")


@pytest.fixture(scope="session")
def addon() -> Iterator[Addon]:
    """The add-on, registered for the whole run; Blender 4.5 hangs at exit if classes stay registered."""
    root = load_root()
    root.register()
    yield Addon()
    root.unregister()


@pytest.fixture
def empty_scene(addon: Addon) -> Iterator[None]:
    """A new, empty file."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    yield
