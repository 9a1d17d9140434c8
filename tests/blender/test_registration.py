# SPDX-License-Identifier: GPL-3.0-or-later
"""Registering leaves what was promised, unregistering leaves nothing."""

import bpy
import pytest

from tests.blender.addon_fixture import load_root

OPERATORS = ("add_head", "analyze", "generate", "apply_take", "install_backend", "check_backend", "use_heard", "cancel")


def ours():
    """Everything of the add-on that Blender knows."""
    handlers = [h for hs in (bpy.app.handlers.load_post, bpy.app.handlers.load_pre) for h in hs]
    menus = bpy.types.VIEW3D_MT_mesh_add._dyn_ui_initialize()
    return {
        "classes": [cls.__name__ for base in (bpy.types.Operator, bpy.types.Panel, bpy.types.PropertyGroup,
                                              bpy.types.AddonPreferences)
                    for cls in base.__subclasses__() if cls.__name__.startswith("AVI_TALKING") and cls.is_registered],
        "handlers": [h.__name__ for h in handlers if h.__module__.startswith("avi_talking")],
        "menus": [f.__name__ for f in menus if f.__module__.startswith("avi_talking")],
        "properties": [t.__name__ for t in (bpy.types.Scene, bpy.types.WindowManager) if hasattr(t, "avi_talking")],
    }  # fmt: skip


def test_unregistering_leaves_nothing_and_registering_works_again(addon):
    before = ours()
    assert before["properties"] == ["Scene"] and all(before.values())
    root = load_root()
    root.unregister()
    try:
        assert ours() == {"classes": [], "handlers": [], "menus": [], "properties": []}
    finally:
        root.register()
    assert ours() == before


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_say_what_they_do(addon, name):
    rna = getattr(bpy.ops.avi_talking, name).get_rna_type()
    assert rna.name and len(rna.description) > 15
    assert not rna.description.endswith(".") and "\n" not in rna.description
    for prop in rna.properties:
        if prop.identifier not in {"rna_type", "name", "filepath", "filter_glob"}:
            assert prop.description


def test_settings_are_saved_with_the_file(addon, empty_scene, tmp_path):
    settings = bpy.context.scene.avi_talking
    head = bpy.data.objects.new("Head", bpy.data.meshes.new("Head"))
    bpy.context.scene.collection.objects.link(head)
    settings.head, settings.transcript, settings.seed, settings.source = head, "Hello, my friend.", 7, "FILE"
    path = str(tmp_path / "saved.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    settings = bpy.context.scene.avi_talking
    assert (settings.head.name, settings.transcript, settings.seed, settings.source) == (
        "Head", "Hello, my friend.", 7, "FILE",
    )  # fmt: skip


def test_only_meshes_can_be_the_head(addon, empty_scene):
    is_mesh = addon.properties._is_mesh
    assert is_mesh(None, bpy.data.objects.new("mesh", bpy.data.meshes.new("mesh")))
    assert not is_mesh(None, bpy.data.objects.new("empty", None))
