# SPDX-License-Identifier: GPL-3.0-or-later
"""The head in Blender is the head model: the same mesh for the same coefficients."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from mathutils import Euler, Quaternion, Vector

from tests.blender import scene_tools as tools
from tests.blender.addon_fixture import load

head_module = load("avi_talking_addon.head")
studio = load("avi_talking_addon.studio")
controls_module = load("model_backend.controls")
take_module = load("model_backend.take")

TOLERANCE = 5e-5
"""Metres."""


@pytest.fixture(autouse=True)
def empty_file():
    bpy.ops.wm.read_factory_settings(use_empty=True)


@pytest.fixture(scope="module")
def model():
    return tools.default_model()


def pose_by_hand(head, motion):
    """Put the first frame of `motion` on the head's sliders and bones."""
    blocks = head.data.shape_keys.key_blocks
    for name, value in [
        *((f"Exp{i:03d}", v) for i, v in enumerate(motion.expression[0])),
        *((f"Tongue{i:03d}", v) for i, v in enumerate(motion.tongue[0])),
        ("EyelidLeft", motion.eyelids[0, 0]),
        ("EyelidRight", motion.eyelids[0, 1]),
    ]:
        if name in blocks:
            blocks[name].slider_min, blocks[name].slider_max = -2, 2
            blocks[name].value = value
    bones = ("root", "neck", "jaw", "left_eye", "right_eye")
    for bone, joint in zip(bones, take_module.JOINTS, strict=True):
        turn = Vector(motion.joint(joint)[0].tolist())
        head.parent.pose.bones[bone].rotation_euler = Quaternion(turn, turn.length).to_euler("XYZ")


@pytest.mark.parametrize("channels", ["FLAME", "ARKIT"])
def test_new_head_is_at_rest(model, channels):
    head = head_module.build_head(bpy.context, channels)
    assert tools.furthest(tools.evaluated(head), tools.in_blender(model.template)) < 1e-6
    assert {block.value for block in head.data.shape_keys.key_blocks[1:]} == {0.0}


@pytest.mark.parametrize("seed", range(4))
def test_mesh_is_the_head_models(model, seed):
    head = head_module.build_head(bpy.context)
    random = np.random.default_rng(seed)
    motion = take_module.FaceMotion(
        30.0,
        random.uniform(-0.5, 1, (1, 50)).astype(np.float32),
        random.uniform(-0.7, 0.7, (1, 15)).astype(np.float32),
        random.uniform(0, 1, (1, 2)).astype(np.float32),
        random.uniform(0, 1, (1, model.tongue.shape[2])).astype(np.float32),
    )
    pose_by_hand(head, motion)
    wanted = tools.in_blender(model.vertices(motion)[0])
    assert tools.furthest(tools.evaluated(head), wanted) < TOLERANCE
    assert tools.furthest(wanted, tools.in_blender(model.template)) > 0.02  # it was no test of the rest pose


def test_pose_correctives_matter_and_need_no_permission_to_run_scripts(model):
    head = head_module.build_head(bpy.context)
    drivers = head.data.shape_keys.animation_data.drivers
    assert len(drivers) == (np.abs(model.posedirs).max((0, 1)) > head_module.STILL).sum() > 0
    assert all(curve.driver.is_simple_expression and curve.driver.is_valid for curve in drivers)
    head.parent.pose.bones["jaw"].rotation_euler.x = 0.4
    opened = tools.evaluated(head)
    for curve in drivers:
        curve.mute = True
    head.data.shape_keys.key_blocks["Pose016"].value = 0
    assert tools.furthest(opened, tools.evaluated(head)) > 1e-3


def test_every_feature_of_a_rotation_has_its_expression():
    """What Blender computes for a turned bone is R - I, entry by entry."""
    rig = head_module.build_head(bpy.context).parent
    blocks = tools.character([str(entry) for entry in range(9)]).data.shape_keys.key_blocks[1:]
    for block, expression in zip(blocks, head_module.ROTATION_ENTRIES, strict=True):
        block.slider_min = -2
        head_module._drive(block, rig, "jaw", expression)
        assert block.id_data.animation_data.drivers[-1].driver.is_simple_expression
    turn = Euler((0.3, -0.5, 0.8), "XYZ")
    for mode in ("XYZ", "QUATERNION"):
        bone = rig.pose.bones["jaw"]
        bone.rotation_mode = mode
        bone.rotation_euler = turn if mode == "XYZ" else (0, 0, 0)
        bone.rotation_quaternion = turn.to_quaternion()
        bpy.context.view_layer.update()
        features = np.array(turn.to_matrix()) - np.eye(3)
        assert [block.value for block in blocks] == pytest.approx(features.ravel(), abs=1e-6)


def test_arkit_channels_are_finished_shapes(model):
    head = head_module.build_head(bpy.context, "ARKIT")
    blocks = head.data.shape_keys.key_blocks
    assert [block.name for block in blocks[1:]] == list(controls_module.CONTROLS)
    assert [bone.name for bone in head.parent.pose.bones] == ["root", "neck"]
    for name in ("jawOpen", "jawLeft", "eyeLookUpLeft", "eyeLookInRight", "eyeBlinkLeft", "mouthClose", "tongueOut"):
        values = np.zeros((1, 68), np.float32)
        values[0, controls_module.INDEX[name]] = 1
        wanted = tools.in_blender(model.vertices(model.control_map.motion(values, 30.0))[0])
        blocks[name].value = 1
        assert tools.furthest(tools.evaluated(head), wanted) < TOLERANCE
        blocks[name].value = 0


def test_arkit_head_turns_with_its_neck(model):
    head = head_module.build_head(bpy.context, "ARKIT")
    neck = np.array([[-0.3, 0.2, 0.1]], np.float32)
    motion = model.control_map.motion(np.zeros((1, 68), np.float32), 30.0, neck=neck)
    turn = Vector(neck[0].tolist())
    head.parent.pose.bones["neck"].rotation_euler = Quaternion(turn, turn.length).to_euler("XYZ")
    # Pose correctives of the neck belong to FLAME channels; the default head has none there.
    assert tools.furthest(tools.evaluated(head), tools.in_blender(model.vertices(motion)[0])) < TOLERANCE


def test_mesh_has_what_artists_and_exporters_need(model):
    head = head_module.build_head(bpy.context)
    mesh = head.data
    assert not mesh.validate(verbose=True)
    assert len(mesh.polygons) == len(model.mesh.quads)
    assert {len(polygon.vertices) for polygon in mesh.polygons} <= {3, 4}
    assert all(polygon.use_smooth for polygon in mesh.polygons)
    assert sum(polygon.area for polygon in mesh.polygons) > 0.05
    uv = np.array([corner.uv for corner in mesh.uv_layers.active.data])
    assert np.ptp(uv, axis=0).min() > 0.5
    names = [material.name.removeprefix("AVI ") for material in mesh.materials]
    assert names == list(model.mesh.material_names)
    indices = np.array([polygon.material_index for polygon in mesh.polygons])
    assert np.array_equal(indices, model.mesh.material)
    normals = np.array([polygon.normal for polygon in mesh.polygons if names[polygon.material_index] == "sclera"])
    centres = np.array([polygon.center for polygon in mesh.polygons if names[polygon.material_index] == "sclera"])
    left = centres[:, 0] > 0
    outward = ((centres[left] - centres[left].mean(0)) * normals[left]).sum(1)
    assert (outward > 0).mean() > 0.9  # faces look out of the head


def test_weights_are_exact(model):
    head = head_module.build_head(bpy.context)
    weights = np.zeros_like(model.weights)
    column = {
        head.vertex_groups[name].index: j for j, name in enumerate(("root", "neck", "jaw", "left_eye", "right_eye"))
    }
    for vertex in head.data.vertices:
        for group in vertex.groups:
            if group.group in column:
                weights[vertex.index, column[group.group]] = group.weight
    assert np.array_equal(weights, model.weights)


def test_parts_and_landmarks_can_be_found(model):
    head = head_module.build_head(bpy.context)
    for part in ("lips_upper", "lips_lower", "teeth_upper", "tongue"):
        index = head.vertex_groups[part].index
        found = [v.index for v in head.data.vertices if any(g.group == index for g in v.groups)]
        assert found == sorted(model.mesh.parts[part].tolist())
    stored = head["avi_talking_head"].to_dict()
    assert stored["kind"] == "FLAME"
    assert stored["digest"] == model.digest
    assert list(stored["landmarks"]) == model.landmark_ids.tolist()
    assert list(stored["upper_lip"]) == model.lips.upper.tolist()
    assert set(stored["meanings"]) <= {block.name for block in head.data.shape_keys.key_blocks}
    assert "mouthSmileLeft" in stored["meanings"].values()


def test_head_stands_at_the_cursor_and_is_selected():
    bpy.context.scene.cursor.location = (1, 2, 3)
    first = head_module.build_head(bpy.context, name="First")
    second = head_module.build_head(bpy.context, name='Second "B"')
    assert tuple(second.parent.location) == (1, 2, 3)
    assert bpy.context.view_layer.objects.active == second
    assert bpy.context.selected_objects == [second]
    assert first.data != second.data and first.data.shape_keys != second.data.shape_keys


def test_head_can_be_added_in_edit_mode():
    head_module.build_head(bpy.context)
    bpy.ops.object.mode_set(mode="EDIT")
    assert head_module.build_head(bpy.context).name == "AVI Head.001"
    assert bpy.context.mode == "OBJECT"


def test_failure_leaves_nothing(monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    before = tools.census()
    monkeypatch.setattr(head_module, "_add_flame_keys", fail)
    with pytest.raises(RuntimeError):
        head_module.build_head(bpy.context)
    assert tools.census() == before


def test_saved_head_is_the_same(tmp_path):
    head = head_module.build_head(bpy.context)
    head.parent.pose.bones["jaw"].rotation_euler.x = 0.2
    before = tools.evaluated(head)
    stored = head_module.head_description(head)
    tools.reload(tmp_path)
    head = bpy.data.objects["AVI Head"]
    assert tools.furthest(before, tools.evaluated(head)) < 1e-7
    assert head_module.head_description(head) == stored


def test_studio_frames_the_head():
    scene = bpy.context.scene
    head = head_module.build_head(bpy.context)
    from bpy_extras.object_utils import world_to_camera_view

    for scene.render.resolution_x, scene.render.resolution_y in ((1920, 1080), (1080, 1920), (512, 512)):
        collection, camera = studio.add_studio(bpy.context, head)
        bpy.context.view_layer.update()
        assert scene.camera == camera
        points = [world_to_camera_view(scene, camera, Vector(point)) for point in tools.evaluated(head)[::50].tolist()]
        seen = np.array([tuple(point) for point in points])
        assert seen[:, :2].min() > 0.03 and seen[:, :2].max() < 0.97
        assert np.ptp(seen[:, :2], axis=0).max() > 0.6
        assert sum(obj.type == "LIGHT" for obj in collection.objects) == 3
    with pytest.raises(tools.JobError):
        studio.add_studio(bpy.context, bpy.data.objects.new("Nothing", None))
