# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be keyed is found from whatever the artist selects; what cannot is refused in one sentence."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from tests.blender import scene_tools as tools
from tests.blender.addon_fixture import load

rig_module = load("avi_talking_addon.rig")
head_module = load("avi_talking_addon.head")
keying = load("avi_talking_addon.keying")
controls_module = load("model_backend.controls")

FLAME, ARKIT = rig_module.Kind.FLAME, rig_module.Kind.ARKIT


@pytest.fixture(autouse=True)
def empty_file():
    bpy.ops.wm.read_factory_settings(use_empty=True)


def refusal(obj) -> str:
    """The one sentence that says why `obj` cannot be keyed."""
    before = tools.census()
    with pytest.raises(tools.JobError) as caught:
        rig_module.find_rig(obj)
    assert tools.census() == before
    text = str(caught.value)
    assert text.endswith(".") and "\n" not in text
    return text


def empty(name="Empty"):
    obj = bpy.data.objects.new(name, None)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def add_armature(*bones, name="Rig"):
    armature = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    for bone in bones:
        armature.data.edit_bones.new(bone).tail = (0, 0, 0.1)
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature


@pytest.mark.parametrize(("channels", "kind"), [("FLAME", FLAME), ("ARKIT", ARKIT)])
def test_our_head_is_found_from_mesh_or_armature(channels, kind):
    head = head_module.build_head(bpy.context, channels)
    for selected in (head, head.parent):
        rig = rig_module.find_rig(selected)
        assert (rig.kind, rig.is_ours, rig.armature) == (kind, True, head.parent)
        assert [mesh.object for mesh in rig.meshes] == [head]
    joints = ["global", "neck", "jaw", "left_eye", "right_eye"] if kind is FLAME else ["global", "neck"]
    assert list(rig.bones) == joints
    blocks = {block.name for block in head.data.shape_keys.key_blocks[1:] if not block.name.startswith("Pose")}
    assert set(rig.meshes[0].blocks.values()) == blocks


def test_arkit_names_in_any_capitals():
    names = ["JawOpen", "mouthSmileLeft", "MOUTHSMILELEFT", "eyeblink_l", "Key 1", "tongueTipUp"]
    rig = rig_module.find_rig(tools.character(names))
    assert rig.kind is ARKIT
    wanted = {"jawOpen": "JawOpen", "mouthSmileLeft": "mouthSmileLeft", "tongueTipUp": "tongueTipUp"}
    assert rig.meshes[0].blocks == wanted


def test_flame_heads_of_others_count_from_one():
    rig = rig_module.find_rig(tools.character(["Exp001", "Exp002", "Exp050", "Exp051", "Pose001", "Shape001"]))
    assert rig.kind is FLAME
    assert rig.meshes[0].blocks == {"Exp000": "Exp001", "Exp001": "Exp002", "Exp049": "Exp050"}
    rig = rig_module.find_rig(tools.character(["Exp000", "Exp001", "EyelidLeft"]))
    assert rig.meshes[0].blocks == {"Exp000": "Exp000", "Exp001": "Exp001", "EyelidLeft": "EyelidLeft"}


def test_parts_of_one_character_belong_together():
    armature = add_armature("spine", "neck")
    face, teeth, shirt = (
        tools.character(names, name)
        for names, name in ((["jawOpen", "mouthFunnel"], "Face"), (["jawOpen"], "Teeth"), ([], "Shirt"))
    )
    teeth.parent = armature
    shirt.parent = armature
    face.modifiers.new("Armature", "ARMATURE").object = armature
    tools.character(["jawOpen"], "Somebody else")
    for selected in (face, teeth, shirt, armature):
        rig = rig_module.find_rig(selected)
        assert {mesh.object.name for mesh in rig.meshes} == {"Face", "Teeth"}
        assert rig.armature is None  # a stranger's neck is not turned by an ARKit take
    assert rig_module.find_rig(face).name == "Face"
    group = empty()
    other = tools.character(["jawOpen"], "Loose")
    other.parent = group
    assert rig_module.find_rig(group).name == "Loose"


def test_objects_that_share_a_mesh_are_keyed_once():
    face = tools.character(["jawOpen"])
    twin = face.copy()
    group = empty()
    bpy.context.scene.collection.objects.link(twin)
    face.parent = twin.parent = group
    assert len(rig_module.find_rig(group).meshes) == 1


def test_what_cannot_be_keyed_is_refused():
    assert "No head is selected" in refusal(None)
    assert "'Empty' has no mesh" in refusal(empty())
    assert "'Plain' has no shape keys" in refusal(tools.character([], "Plain"))
    only_basis = tools.character([], "Basis only")
    only_basis.shape_key_add(name="Basis")
    assert "has no shape keys" in refusal(only_basis)
    assert "Exp000" in refusal(tools.character(["Smile", "Frown"], "Unknown"))
    assert "has no mesh" in refusal(add_armature("neck"))
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    assert "'Camera' has no mesh" in refusal(camera)


def linked_collection(folder, channels):
    """A head in a collection of another file, linked into an empty one."""
    head = head_module.build_head(bpy.context, channels)
    collection = bpy.data.collections.new("Cast")
    bpy.context.scene.collection.children.link(collection)
    for obj in (head, head.parent):
        bpy.context.scene.collection.objects.unlink(obj)
        collection.objects.link(obj)
    path = str(folder / "cast.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.collections = ["Cast"]
    return wanted.collections[0]


def local_mesh():
    return next(obj for obj in bpy.context.scene.objects if obj.type == "MESH" and obj.library is None)


@pytest.mark.parametrize("channels", ["FLAME", "ARKIT"])
def test_linked_head_is_refused_and_its_override_is_keyed(tmp_path, channels):
    collection = linked_collection(tmp_path, channels)
    scene = bpy.context.scene
    instance = empty("Cast")
    instance.instance_type, instance.instance_collection = "COLLECTION", collection
    assert "library override" in refusal(instance)
    bpy.data.objects.remove(instance)

    scene.collection.children.link(collection)
    linked = bpy.data.objects["AVI Head"]
    assert "library override" in refusal(linked)
    assert "library override" in refusal(linked.parent)

    collection.override_hierarchy_create(scene, bpy.context.view_layer, do_fully_editable=True)
    if channels == "ARKIT":  # drivers take the mesh of a FLAME head along, this one is left behind
        assert "override the mesh as well" in refusal(local_mesh())
        local_mesh().data.override_create(remap_local_usages=True)

    report = keying.apply_take(rig_module.find_rig(local_mesh()), tools.make_take(), 1)
    assert report.movement.moved_vertices > 1000
    before = tools.evaluated(local_mesh(), 12)
    tools.reload(tmp_path)
    assert tools.furthest(before, tools.evaluated(local_mesh(), 12)) < 1e-6


def test_what_an_override_cannot_show_is_told(tmp_path):
    collection = linked_collection(tmp_path, "FLAME")
    bpy.context.scene.collection.children.link(collection)
    collection.override_hierarchy_create(bpy.context.scene, bpy.context.view_layer, do_fully_editable=True)
    take = tools.make_take()
    take.motion.expression[:, 6] = np.linspace(0, 3, take.motion.frames)
    report = keying.apply_take(rig_module.find_rig(local_mesh()), take, 1)
    assert any("(Exp006)" in sentence and "library file" in sentence for sentence in report.warnings)
