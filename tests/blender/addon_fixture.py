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

from collections.abc import Iterator
from types import ModuleType

import pytest

from scripts.addon_package import PACKAGE, ROOT, load, load_root  # noqa: F401 - tests take them from here


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
