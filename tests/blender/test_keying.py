# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys land where they should, the face moves as the take says, and nobody's animation is lost."""

from __future__ import annotations

import dataclasses
import json

import bpy
import numpy as np
import pytest

from tests.blender import scene_tools as tools
from tests.blender.addon_fixture import load

keying = load("avi_talking_addon.keying")
rig_module = load("avi_talking_addon.rig")
head_module = load("avi_talking_addon.head")
controls_module = load("model_backend.controls")
action_slots = load("avi_talking_addon.action_slots")

TOLERANCE = 5e-5
"""Metres."""


@pytest.fixture(autouse=True)
def empty_file():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = 30


@pytest.fixture
def head(empty_file):
    return head_module.build_head(bpy.context)


def apply(obj, take=None, start=1, name="Take", **options):
    return keying.apply_take(rig_module.find_rig(obj), take or tools.make_take(), start, name, **options)


def key_of(obj):
    return obj.data.shape_keys


def active(data):
    return data.animation_data.action


def spoken(take, i):
    """The mesh that frame i of the take should show."""
    motion = take.motion
    one = dataclasses.replace(
        motion, **{f: getattr(motion, f)[i : i + 1] for f in ("expression", "pose", "eyelids", "tongue")}
    )
    return tools.in_blender(tools.default_model().vertices(one)[0])


# Where keys land


@pytest.mark.parametrize(("fps", "base"), [(24, 1.0), (25, 1.0), (30, 1.0), (60, 1.0), (30, 1.001), (24, 1.001)])
@pytest.mark.parametrize("take_fps", [25.0, 30.0])
def test_frame_i_lies_at_its_time_in_the_scene(head, fps, base, take_fps):
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = fps, base
    take = tools.make_take(26, take_fps)
    report = apply(head, take, 101, check=False)
    step = fps / base / take_fps
    for curve in tools.curves_of(key_of(head)):
        points = [point.co.x for point in curve.keyframe_points]
        assert points == pytest.approx([101 + i * step for i in range(26)], abs=1e-3)
        assert {point.interpolation for point in curve.keyframe_points} == {"LINEAR"}
    assert report.frame_start == 101
    assert report.frame_end == pytest.approx(101 + 25 * step, abs=1e-3)
    for i in (0, 11, 25):
        assert tools.furthest(tools.evaluated(head, 101 + i * step), spoken(take, i)) < 2e-4


def test_keyed_mesh_is_the_head_models(head):
    take = tools.make_take(60)
    apply(head, take, 10)
    for i in range(0, 60, 7):
        assert tools.furthest(tools.evaluated(head, 10 + i), spoken(take, i)) < TOLERANCE


def test_arkit_head_gets_the_controls(empty_file):
    head = head_module.build_head(bpy.context, "ARKIT")
    take = tools.make_take()
    report = apply(head, take)
    values = {curve.data_path: curve for curve in tools.curves_of(key_of(head))}
    assert len(values) == 68
    for i, name in enumerate(controls_module.CONTROLS):
        keys = values[f'key_blocks["{name}"].value'].keyframe_points
        frames = np.array([point.co.x for point in keys]) - 1
        assert [point.co.y for point in keys] == pytest.approx(take.controls[frames.astype(int), i], abs=1e-6)
    assert {curve.data_path.split('"')[1] for curve in tools.curves_of(head.parent)} == {"root", "neck"}
    assert report.moves and report.missing == ()


def test_channel_that_stands_still_has_a_key_at_both_ends(head):
    report = apply(head, tools.silent_take(10), 5)
    for data in (key_of(head), head.parent):
        for curve in tools.curves_of(data):
            assert [tuple(point.co) for point in curve.keyframe_points] == [(5, 0), (14, 0)]
    assert report.moves and "0 vertices moved" in str(report)
    report = apply(head, tools.silent_take(1), 5)
    assert [tuple(point.co) for point in tools.curves_of(head.parent)[0].keyframe_points] == [(5, 0)]


def test_large_turns_do_not_jump(head):
    take = tools.make_take(90)
    angle = np.linspace(0, 4, 90)
    take.motion.joint("neck")[:] = angle[:, None] * np.array([0.99, 0.1, 0.1])
    apply(head, take)
    neck = [c for c in tools.curves_of(head.parent) if '"neck"' in c.data_path]
    values = np.array([[point.co.y for point in curve.keyframe_points] for curve in neck])
    assert np.abs(np.diff(values)).max() < 0.5
    for i in (0, 40, 89):
        assert tools.furthest(tools.evaluated(head, 1 + i), spoken(take, i)) < TOLERANCE


@pytest.mark.parametrize("mode", ["QUATERNION", "AXIS_ANGLE", "ZYX"])
def test_bones_are_keyed_in_the_rotation_mode_they_have(head, mode):
    for bone in head.parent.pose.bones:
        bone.rotation_mode = mode
    take = tools.make_take()
    apply(head, take)
    for i in (0, 13, 30):
        assert tools.furthest(tools.evaluated(head, 1 + i), spoken(take, i)) < TOLERANCE


def test_flame_bones_with_other_axes_turn_the_same_way(head):
    bpy.context.view_layer.objects.active = head.parent
    bpy.ops.object.mode_set(mode="EDIT")
    for bone in head.parent.data.edit_bones:
        bone.tail = bone.head + bone.vector.length * type(bone.vector)((0.5, -0.6, 0.2)).normalized()
        bone.roll = 0.7
    bpy.ops.object.mode_set(mode="OBJECT")
    for driver in list(key_of(head).animation_data.drivers):
        key_of(head).driver_remove(driver.data_path)  # the correctives read angles in FLAME's axes
    take = tools.make_take()
    apply(head, take)
    model = tools.default_model()
    plain = dataclasses.replace(model, posedirs=np.zeros_like(model.posedirs))
    for i in (0, 13, 30):
        wanted = tools.in_blender(plain.vertices(take.motion)[i])
        assert tools.furthest(tools.evaluated(head, 1 + i), wanted) < TOLERANCE


def test_sliders_are_widened_because_blender_clamps(head):
    take = tools.make_take()
    take.motion.expression[:, 6] = np.linspace(-1.4, 2.6, take.motion.frames)
    report = apply(head, take)
    block = key_of(head).key_blocks["Exp006"]
    assert (block.slider_min, block.slider_max) == (-2, 3)
    for i in (0, 30):
        assert tools.furthest(tools.evaluated(head, 1 + i), spoken(take, i)) < TOLERANCE
    assert report.warnings == ()


def test_names_with_quotes_and_slashes(empty_file):
    obj = tools.character(["jawOpen", "mouthFunnel"], 'A "quoted" \\ name')
    head = head_module.build_head(bpy.context, name='Head "B"')
    key_of(obj).key_blocks["mouthFunnel"].name = "MOUTHFUNNEL"
    head.parent.pose.bones["neck"].name = "neck"
    for one in (obj, head):
        assert apply(one, name='Take "1"').moves
    foreign = rig_module.FaceRig(rig_module.Kind.ARKIT, (rig_module.FaceMesh(obj, {"jawOpen": 'a"b\\c'}),), None, {})
    key_of(obj).key_blocks["jawOpen"].name = 'a"b\\c'
    take = tools.make_take()
    keying.apply_take(foreign, take, 1)
    bpy.context.scene.frame_set(8)
    assert key_of(obj).key_blocks['a"b\\c'].value == pytest.approx(take.controls[7, 17], abs=1e-6)


# What was there before


def test_every_take_gets_its_own_action(head):
    first, second = tools.make_take(seed=1), tools.make_take(seed=2)
    one = apply(head, first)
    before = snapshots = {name: tools.snapshot(bpy.data.actions[name]) for name in one.actions}
    two = apply(head, second)
    assert set(one.actions).isdisjoint(two.actions)
    assert {name: tools.snapshot(bpy.data.actions[name]) for name in one.actions} == snapshots == before
    assert all(bpy.data.actions[name].use_fake_user for name in one.actions)
    assert {replaced.action for replaced in two.replaced} == set(one.actions)
    assert any(one.actions[0] in sentence for sentence in two.warnings)
    assert tools.furthest(tools.evaluated(head, 9), spoken(second, 8)) < TOLERANCE


def test_one_action_animates_face_and_bones_where_blender_can(head):
    report = apply(head)
    if action_slots.has_slots():
        assert len(report.actions) == 1
        assert active(key_of(head)) == active(head.parent)
        slots = {slot.target_id_type: slot.name_display for slot in active(head.parent).slots}
        assert slots == {"KEY": "Face", "OBJECT": "Rig"}
    else:
        assert len(report.actions) == 2


def body(head, bone="body"):
    """The head's armature with one more bone, which the artist has animated with a cycle."""
    rig = head.parent
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    rig.data.edit_bones.new(bone).tail = (0, 0, 0.2)
    bpy.ops.object.mode_set(mode="OBJECT")
    curve = tools.add_curve(rig, f'pose.bones["{bone}"].location', {1: 0.0, 5: 1.0, 9: 0.0}, name="Walk")
    curve.modifiers.new("CYCLES")
    return rig


def heights(rig, bone="body"):
    found = []
    for frame in range(1, 40, 3):
        bpy.context.scene.frame_set(frame)
        found.append(rig.pose.bones[bone].location.x)
    return found


def test_body_animation_on_the_same_armature_goes_on(head):
    rig = body(head)
    tools.add_curve(rig, 'pose.bones["neck"].rotation_euler', {1: 0.0, 9: 0.5}, index=1)
    before, walk = heights(rig), tools.snapshot(bpy.data.actions["Walk"])
    assert max(before) > 0.5 and before[-1] != before[-2]
    take = tools.make_take()
    report = apply(head, take)
    assert heights(rig) == pytest.approx(before)
    assert tools.snapshot(bpy.data.actions["Walk"]) == walk
    assert bpy.data.actions["Walk"].use_fake_user and active(rig) != bpy.data.actions["Walk"]
    assert any("'Walk'" in sentence and "goes on" in sentence for sentence in report.warnings)
    assert tools.furthest(tools.evaluated(head, 9), spoken(take, 8)) < TOLERANCE
    again = apply(head, tools.make_take(seed=4))
    assert heights(rig) == pytest.approx(before)
    assert again.moves


def test_other_shape_keys_go_on(head):
    extra = head.shape_key_add(name="Breathe", from_mix=False)
    extra.value = 0.0
    extra.points[0].co.z += 0.1
    tools.add_curve(key_of(head), 'key_blocks["Breathe"].value', {1: 0.0, 21: 1.0}, name="Breathing")
    body(head)
    apply(head)
    bpy.context.scene.frame_set(21)
    assert extra.value == pytest.approx(1)
    assert heights(head.parent)[1] > 0
    assert active(key_of(head)) not in (bpy.data.actions["Breathing"], bpy.data.actions["Walk"])


def test_hand_keyed_mouth_is_kept_in_the_file(head, tmp_path):
    tools.add_curve(key_of(head), 'key_blocks["Exp006"].value', {1: 0.0, 12: 0.8}, name="By hand")
    before = tools.snapshot(bpy.data.actions["By hand"])
    report = apply(head)
    assert [replaced.action for replaced in report.replaced] == ["By hand"]
    tools.reload(tmp_path)
    assert tools.snapshot(bpy.data.actions["By hand"]) == before


def test_nla_tracks_stay_and_play(head):
    rig = body(head)
    walk = active(rig)
    track = rig.animation_data.nla_tracks.new()
    strip = track.strips.new("Walk", 1, walk)
    if action_slots.has_slots():
        strip.action_slot = walk.slots[0]
    strip.frame_end = 40
    rig.animation_data.action = None
    before = heights(rig)
    take = tools.make_take()
    report = apply(head, take)
    assert heights(rig) == pytest.approx(before)
    assert len(rig.animation_data.nla_tracks) == 1 and not track.mute
    assert tools.furthest(tools.evaluated(head, 9), spoken(take, 8)) < TOLERANCE
    assert report.replaced == ()


def test_drivers_win_and_are_named(head):
    driver = key_of(head).key_blocks["Exp006"].driver_add("value").driver
    driver.expression = "0.25"
    count = len(key_of(head).animation_data.drivers)
    report = apply(head)
    assert report.driven == ("Exp006",)
    assert any("Exp006" in sentence for sentence in report.warnings)
    assert len(key_of(head).animation_data.drivers) == count
    bpy.context.scene.frame_set(9)
    assert key_of(head).key_blocks["Exp006"].value == pytest.approx(0.25)


def test_face_that_is_driven_throughout_is_refused(empty_file):
    obj = tools.character(["jawOpen"])
    key_of(obj).key_blocks["jawOpen"].driver_add("value").driver.expression = "frame"
    before = tools.census()
    with pytest.raises(tools.JobError, match="Drivers move"):
        apply(obj)
    assert tools.census() == before


def test_tweak_mode_is_refused(head):
    rig = body(head)
    animation = rig.animation_data
    strip = animation.nla_tracks.new().strips.new("Walk", 1, active(rig))
    if action_slots.has_slots():
        strip.action_slot = active(rig).slots[0]
    animation.action = None
    animation.nla_tracks[0].select = strip.select = True
    animation.nla_tracks.active = animation.nla_tracks[0]
    animation.use_tweak_mode = True
    before = tools.census()
    with pytest.raises(tools.JobError, match="tweak mode"):
        apply(head)
    assert tools.census() == before


@pytest.mark.parametrize("with_animation", [False, True])
def test_failure_leaves_everything_as_it_was(head, monkeypatch, with_animation):
    if with_animation:
        body(head)
        apply(head, name="Earlier")

    def state():
        datas = (key_of(head), head.parent)
        return [
            tools.census(),
            {action.name: (action.use_fake_user, tools.snapshot(action)) for action in bpy.data.actions},
            [
                data.animation_data and (data.animation_data.action, action_slots.assigned_slot(data.animation_data))
                for data in datas
            ],
        ]

    before = state()
    calls = []

    def fail(*args):
        calls.append(args)
        if len(calls) == 2:
            raise MemoryError
        return original(*args)

    original = keying._write
    monkeypatch.setattr(keying, "_write", fail)
    with pytest.raises(MemoryError):
        apply(head)
    assert len(calls) == 2
    assert state() == before


# What the artist is told


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda head: [setattr(b, "mute", True) for b in head.data.shape_keys.key_blocks], "muted"),
        (lambda head: setattr(head, "show_only_shape_key", True), "Solo"),
        (lambda head: setattr(head.data.shape_keys, "use_relative", False), "Relative"),
        (lambda head: setattr(head, "hide_viewport", True), "hidden"),
        (lambda head: setattr(head.parent.data, "pose_position", "REST"), "rest position"),
        (lambda head: setattr(head.modifiers[0], "show_viewport", False), "Armature modifier"),
        (lambda head: head.parent.pose.bones["neck"].constraints.new("LIMIT_ROTATION"), "Constraints on neck"),
    ],
)
def test_a_still_face_is_explained(head, spoil, word):
    spoil(head)
    report = apply(head)
    assert any(word in sentence for sentence in report.warnings), report.warnings
    assert all(sentence.endswith(".") for sentence in report.warnings)


def test_muted_shape_keys_do_not_count_as_movement(empty_file):
    head = head_module.build_head(bpy.context, "ARKIT")
    for block in key_of(head).key_blocks:
        block.mute = True
    report = apply(head)
    assert not report.moves
    assert "0 vertices moved" in str(report)
    for block in key_of(head).key_blocks:
        block.mute = False
    report = apply(head)
    assert report.moves and report.movement.moved_vertices > 1000
    assert 0.005 < report.movement.largest < 0.1


@pytest.mark.parametrize("modifier", ["SUBSURF", "SOLIDIFY", "DECIMATE", "BUILD"])
def test_modifiers_that_rebuild_the_mesh_raise_no_false_alarm(head, modifier):
    head.modifiers.new("Other", modifier)
    if modifier == "DECIMATE":
        head.modifiers["Other"].ratio = 0.5
    report = apply(head)
    assert report.moves and report.warnings == ()
    if modifier in ("SUBSURF", "SOLIDIFY"):
        assert report.movement.moved_vertices > 1000 and "vertices move" in str(report)


def test_solo_track_is_explained(head):
    other = bpy.data.actions.new("Other")
    animation = key_of(head).animation_data_create()
    slot, curves = action_slots.add_slot(other, "KEY", "Other")
    curve = curves.fcurves.new('key_blocks["Exp006"].value')
    curve.keyframe_points.insert(1, 0.5)
    track = animation.nla_tracks.new()
    strip = track.strips.new("Other", 1, other)
    if slot is not None:
        strip.action_slot = slot
    track.is_solo = True
    report = apply(head)
    assert any("solo" in sentence for sentence in report.warnings)


def test_head_outside_the_view_layer(head):
    layers = bpy.context.view_layer.layer_collection.children
    collection = bpy.data.collections.new("Hidden")
    bpy.context.scene.collection.children.link(collection)
    for obj in (head, head.parent):
        collection.objects.link(obj)
        bpy.context.scene.collection.objects.unlink(obj)
    layers["Hidden"].exclude = True
    report = apply(head)
    assert not report.moves and any("hidden" in sentence for sentence in report.warnings)
    layers["Hidden"].exclude = False
    assert apply(head).moves


def test_head_in_a_scene_that_is_not_shown(head):
    scene = bpy.context.scene
    other = bpy.data.scenes.new("Other")
    other.render.fps = 12
    bpy.context.window.scene = other
    report = apply(head, scene=scene)
    assert report.frame_end == 31 and report.moves


def test_looking_keeps_the_current_frame(head):
    scene = bpy.context.scene
    scene.frame_set(77, subframe=0.25)
    apply(head)
    assert (scene.frame_current, scene.frame_subframe) == (77, 0.25)


def test_channels_that_the_character_lacks_are_named(empty_file):
    report = apply(tools.character(["jawOpen", "mouthFunnel"]))
    assert len(report.missing) == 66 + 1
    assert "the neck joint" in report.missing
    assert any("and 63 more" in sentence for sentence in report.warnings)


def test_provenance_and_instructions_are_stored(head, tmp_path):
    take = tools.make_take(seed=5)
    report = apply(head, take)
    tools.reload(tmp_path)
    for name in report.actions:
        action = bpy.data.actions[name]
        assert json.loads(action["avi_talking_provenance"]) == dict(take.provenance)
        assert json.loads(action["avi_talking_instructions"]) == [dict(one) for one in take.instructions]
    assert tools.furthest(tools.evaluated(bpy.data.objects["AVI Head"], 9), spoken(take, 8)) < TOLERANCE


# Taking it away


def test_removing_a_take_brings_back_what_it_replaced(head):
    rig = body(head)
    before = heights(rig), tools.evaluated(head, 9)
    walk = active(rig)
    apply(head)
    apply(head, tools.make_take(seed=3))
    assert keying.remove_take(rig_module.find_rig(head)) == 2
    assert PROVENANCE in active(rig) and heights(rig) == pytest.approx(before[0])
    keying.remove_take(rig_module.find_rig(head))
    assert active(rig) == walk and active(key_of(head)) is None
    assert heights(rig) == pytest.approx(before[0])
    assert tools.furthest(tools.evaluated(head, 9), before[1]) < 1e-6
    assert keying.remove_take(rig_module.find_rig(head)) == 0


PROVENANCE = keying.PROVENANCE_PROPERTY
