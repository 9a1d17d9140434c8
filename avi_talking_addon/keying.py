# SPDX-License-Identifier: GPL-3.0-or-later
"""A take onto a character: new F-curves, and everything that was animated before as it was.

Each take gets a new Action. Where the data-block already plays an Action that moves other things as well (a body,
a breathing shape key), the new one is a copy of it with the face's channels replaced, so that nothing stops
moving; the Action itself is never changed, stays in the file and is named in the report. NLA tracks stay: the
active Action plays over them and replaces only the channels it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Quaternion
from numpy.typing import NDArray

from ..model_backend.controls import INDEX
from ..model_backend.errors import JobError
from ..model_backend.take import JOINTS, FloatArray, Take
from . import action_slots
from .head import AXES
from .movement import KeyedMesh, Movement, few, look
from .rig import EYELIDS, FaceMesh, FaceRig, Kind

PROVENANCE_PROPERTY = "avi_talking_provenance"
"""Custom property on an Action of ours: where its take came from, JSON."""
INSTRUCTIONS_PROPERTY = "avi_talking_instructions"
"""Custom property on an Action of ours: the instructions that the take performs, JSON."""
REPLACED_PROPERTY = "avi_talking_replaced"
"""Custom property on an Action of ours: JSON list of [data-block, Action, slot] that it took the place of."""

LINEAR = 1
"""`BEZT_IPO_LIN`: the value that `Keyframe.interpolation` stores."""
SLIDER_LIMIT = 10.0
"""Blender's own bound on the range of a shape key's slider."""
STILL = 1e-6
"""Values that differ less than this are one value."""


@dataclass(frozen=True)
class Replaced:
    """An Action that was active and no longer is."""

    owner: str
    """The object that it moved."""
    action: str
    continued: bool
    """Whether it also moved other things and they go on in the new Action."""


@dataclass(frozen=True)
class KeyingReport:
    """What was keyed and what it does; `str()` of it is for the artist."""

    head: str
    actions: tuple[str, ...]
    curves: int
    frame_start: float
    frame_end: float
    replaced: tuple[Replaced, ...]
    driven: tuple[str, ...]
    """Shape keys and bones that drivers move: they were left to them."""
    missing: tuple[str, ...]
    """Channels that move in the take and that the character does not have."""
    movement: Movement | None
    """None where nobody looked."""

    @property
    def moves(self) -> bool:
        """Whether the face was seen to move, as far as that can be seen, or the take has no motion to show."""
        seen = self.movement
        return seen is None or seen.moved_vertices > 0 or seen.expected == 0 or not seen.certain

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the artist should know, a sentence each, the gravest first."""
        sentences = list(self.movement.warnings) if self.movement else []
        if self.driven:
            sentences.append(f"Drivers keep {few(self.driven)}: remove them if the take should play there.")
        if self.missing:
            sentences.append(f"{self.head!r} has nothing to show {few(self.missing)} with.")
        for action in dict.fromkeys(one.action for one in self.replaced):
            goes_on = any(one.continued for one in self.replaced if one.action == action)
            rest = "; what else it moves goes on in the new Action" if goes_on else ""
            sentences.append(f"The former Action {action!r} is kept in the file, unchanged{rest}.")
        return tuple(sentences)

    def __str__(self) -> str:
        start, end = round(self.frame_start), round(self.frame_end)
        text = f"{self.curves} curves on {self.head!r}, frames {start} to {end}"
        if self.movement is not None and self.movement.certain:
            moved, largest = self.movement.moved_vertices, 1000 * self.movement.largest
            text += f": {moved} vertices move, up to {largest:.1f} mm" if moved else ": 0 vertices moved"
        return f"{text}."


@dataclass(frozen=True)
class _Curve:
    path: str
    index: int
    values: NDArray[Any]
    group: str
    label: str
    """What the artist calls the channel."""


@dataclass
class _Target:
    """A data-block to be animated."""

    data: Any
    id_type: str
    owner: str
    slot_name: str
    curves: list[_Curve] = field(default_factory=list)

    @property
    def wanted(self) -> set[tuple[str, int]]:
        return {(curve.path, curve.index) for curve in self.curves}


def apply_take(
    rig: FaceRig,
    take: Take,
    start_frame: float,
    name: str = "AVI Take",
    scene: bpy.types.Scene | None = None,
    check: bool = True,
) -> KeyingReport:
    """Key `take` onto `rig`, its first frame at `start_frame`, in an Action called `name`.

    Frame i of the take lies at start_frame + i · (scene's fps) / (take's fps), with `scene` (the current one where
    None) at its true rate, fps / fps_base. Every frame is a key, interpolation is linear; a channel that stands
    still has a key at both ends. With `check` some frames are evaluated afterwards to see whether the mesh moves.

    Raises `JobError` where the rig cannot take keys; animation data is then as it was.
    """
    scene = scene or bpy.context.scene
    rate = scene.render.fps / scene.render.fps_base
    frames = np.float32(start_frame) + np.arange(take.motion.frames) * (rate / take.motion.fps)
    frames = frames.astype(np.float32)

    keyed = [KeyedMesh(mesh, _shape_values(mesh, rig.kind, take)) for mesh in rig.meshes]
    targets = _targets(rig, keyed, take)
    driven = [label for target in targets for label in _leave_to_drivers(target)]
    targets = [target for target in targets if target.curves]
    if not targets:
        raise JobError(f"Drivers move every channel of {rig.name!r}: key what drives them, or remove the drivers.")
    for target in targets:
        animation = target.data.animation_data
        if animation is not None and animation.use_tweak_mode:
            raise JobError(
                f"An NLA strip of {target.owner!r} is being edited: leave tweak mode (Tab in the NLA editor)."
            )

    with _unchanged_on_failure(targets):
        replaced, actions = _key(targets, frames, name)
        for action in actions:
            action[PROVENANCE_PROPERTY] = json.dumps(dict(take.provenance))
            action[INSTRUCTIONS_PROPERTY] = json.dumps([dict(one) for one in take.instructions])
    written = {(t.data.name_full, c.label) for t in targets for c in t.curves}
    keyed = [
        KeyedMesh(one.mesh, {n: v for n, v in one.values.items() if (one.mesh.key.name_full, n) in written})
        for one in keyed
    ]
    for one in keyed:
        _widen_sliders(one)
    movement = look(rig, keyed, frames, scene, _view_layer(scene, rig)) if check else None
    return KeyingReport(
        head=rig.name,
        actions=tuple(action.name for action in actions),
        curves=sum(len(target.curves) for target in targets),
        frame_start=float(frames[0]),
        frame_end=float(frames[-1]),
        replaced=tuple(replaced),
        driven=tuple(dict.fromkeys(driven)),
        missing=_missing(rig, take),
        movement=movement,
    )


def remove_take(rig: FaceRig) -> int:
    """Take the active Actions that this add-on made off `rig` and put back what they replaced.

    Shape keys and bones that they moved return to rest. An Action that also moves other things stays in the
    file. Returns the number of data-blocks that changed.
    """
    changed = 0
    made: list[bpy.types.Action] = []
    for data in [*(mesh.key for mesh in rig.meshes), *([rig.armature] if rig.armature else [])]:
        animation = data.animation_data
        action = animation.action if animation else None
        if action is None or PROVENANCE_PROPERTY not in action or animation.use_tweak_mode:
            continue
        _rest(data, rig)
        former = _replaced_by(action, data)
        action_slots.assign(animation, None)
        if former is not None:
            action_slots.assign(animation, *former)
        made.append(action)
        changed += 1
    for action in dict.fromkeys(made):
        if action.users - action.use_fake_user == 0 and not _moves_more(action, rig):
            bpy.data.actions.remove(action)
        else:
            action.use_fake_user = True
    return changed


# What is keyed


def _shape_values(mesh: FaceMesh, kind: Kind, take: Take) -> dict[str, FloatArray]:
    """Shape key name -> its values (T,), for the channels that both the mesh and the take have."""
    channel = _flame_channel if kind is Kind.FLAME else _control
    found = {block: channel(name, take) for name, block in mesh.blocks.items()}
    return {block: values for block, values in found.items() if values is not None}


def _flame_channel(name: str, take: Take) -> FloatArray | None:
    motion = take.motion
    if name in EYELIDS:
        return motion.eyelids[:, EYELIDS.index(name)]
    source = motion.expression if name.startswith("Exp") else motion.tongue
    index = int(name[-3:])
    return source[:, index] if index < source.shape[1] else None


def _control(name: str, take: Take) -> FloatArray:
    return take.controls[:, INDEX[name]]


def _missing(rig: FaceRig, take: Take) -> tuple[str, ...]:
    have = {name for mesh in rig.meshes for name in mesh.blocks}
    if rig.kind is Kind.FLAME:
        wanted = {f"Exp{i:03d}": column for i, column in enumerate(take.motion.expression.T)}
        wanted |= dict(zip(EYELIDS, take.motion.eyelids.T, strict=True))
        wanted |= {f"Tongue{i:03d}": column for i, column in enumerate(take.motion.tongue.T)}
        joints = JOINTS
    else:
        wanted = {name: take.controls[:, column] for name, column in INDEX.items()}
        joints = JOINTS[:2]
    absent = [name for name, values in wanted.items() if name not in have and np.abs(values).max() > 1e-3]
    turned = [f"the {j.replace('_', ' ')} joint" for j in joints if j not in rig.bones and _turns(take, j)]
    return tuple(absent + turned)


def _turns(take: Take, joint: str) -> bool:
    return bool(np.abs(take.motion.joint(joint)).max() > 1e-3)


def _targets(rig: FaceRig, keyed: Sequence[KeyedMesh], take: Take) -> list[_Target]:
    targets = []
    for number, one in enumerate(keyed):
        owner = one.mesh.object.name
        target = _Target(one.mesh.key, "KEY", owner, "Face" if number == 0 else owner)
        for block, values in one.values.items():
            path = f'key_blocks["{bpy.utils.escape_identifier(block)}"].value'
            target.curves.append(_Curve(path, 0, values, "Face", block))
        targets.append(target)
    if rig.armature is not None:
        joints = JOINTS if rig.kind is Kind.FLAME else JOINTS[:2]
        target = _Target(rig.armature, "OBJECT", rig.armature.name, "Rig")
        for joint in joints:
            if joint in rig.bones:
                bone = rig.armature.pose.bones[rig.bones[joint]]
                target.curves += _bone_curves(bone, take.motion.joint(joint))
        targets.append(target)
    return targets


def _bone_curves(bone: bpy.types.PoseBone, rotation: FloatArray) -> Iterator[_Curve]:
    """The rotation (T, 3), axis-angle in FLAME's axes, as curves in the bone's own axes and rotation mode."""
    axes = np.array(bone.bone.matrix_local.to_3x3(), np.float64).T @ AXES
    moving = np.ptp(rotation, axis=0).any()
    turns = map(Quaternion, ((rotation if moving else rotation[:1]) @ axes.T).tolist())  # from exponential maps
    mode = bone.rotation_mode
    values: list[Sequence[float]] = []
    if mode == "QUATERNION":
        prop, quaternion = "rotation_quaternion", Quaternion()
        for turn in turns:
            turn.make_compatible(quaternion)
            values.append(quaternion := turn)
    elif mode == "AXIS_ANGLE":
        prop = "rotation_axis_angle"
        values = [(angle, *axis) for axis, angle in (turn.to_axis_angle() for turn in turns)]
    else:
        prop, euler = "rotation_euler", Matrix().to_euler(mode)
        for turn in turns:
            euler = turn.to_euler(mode, euler)  # near the last one: no jumps by a full turn
            values.append(euler)
    columns = np.array(values, np.float32).T
    if not moving:
        columns = np.repeat(columns, len(rotation), axis=1)
    path = f'pose.bones["{bpy.utils.escape_identifier(bone.name)}"].{prop}'
    for index, column in enumerate(columns):
        yield _Curve(path, index, column, bone.name, bone.name)


def _leave_to_drivers(target: _Target) -> list[str]:
    """Take the driven channels out of `target`; a driver would win over the keys. Returns their names."""
    animation = target.data.animation_data
    if animation is None or not animation.drivers:
        return []
    driven = {(curve.data_path, curve.array_index) for curve in animation.drivers if not curve.mute}
    left = [curve.label for curve in target.curves if (curve.path, curve.index) in driven]
    target.curves = [curve for curve in target.curves if (curve.path, curve.index) not in driven]
    return left


# Where it is keyed


def _key(
    targets: Sequence[_Target], frames: NDArray[np.float32], name: str
) -> tuple[list[Replaced], list[bpy.types.Action]]:
    """Make the Actions, write the curves, make them active."""
    replaced: list[Replaced] = []
    actions: list[bpy.types.Action] = []
    for action, members in _new_actions(targets, name):
        actions.append(action)
        history = []
        for target, slot, curves, continued in members:
            _write(curves, target, frames)
            animation = target.data.animation_data or target.data.animation_data_create()
            if (old := animation.action) is not None:
                old_slot = action_slots.assigned_slot(animation)
                history.append([target.data.name_full, old.name_full, old_slot.identifier if old_slot else None])
                replaced.append(Replaced(target.owner, old.name, continued))
                if old.library is None:
                    old.use_fake_user = True
            action_slots.assign(animation, action, slot)
        action[REPLACED_PROPERTY] = json.dumps(history)
    return replaced, actions


_Member = tuple[_Target, Any, Any, bool]
"""A target, its slot, its curves, and whether they go on from the Action that was active."""


def _new_actions(targets: Sequence[_Target], name: str) -> Iterator[tuple[bpy.types.Action, list[_Member]]]:
    """One Action for all targets where Blender can have that and their former Actions allow it."""
    former = {id(target): _action_to_continue(target) for target in targets}
    groups: list[list[_Target]] = []
    by_action: dict[str | None, list[_Target]] = {}
    for target in targets:
        action = former[id(target)]
        by_action.setdefault(action.name_full if action else None, []).append(target)
    if action_slots.has_slots():
        fresh = by_action.pop(None, [])
        groups = list(by_action.values()) or [[]]
        groups[0] = groups[0] + fresh
    else:
        groups = [[target] for target in targets]
    for group in groups:
        continued = [target for target in group if former[id(target)] is not None]
        members: list[_Member] = []
        if continued:
            slots = [action_slots.assigned_slot(target.data.animation_data) for target in continued]
            action, kept = action_slots.copy_for(former[id(continued[0])], slots)
            action.name = name
            for key in (PROVENANCE_PROPERTY, INSTRUCTIONS_PROPERTY, REPLACED_PROPERTY):
                action.pop(key, None)
            members += [(target, *place, True) for target, place in zip(continued, kept, strict=True)]
        else:
            action = bpy.data.actions.new(name)
        action.use_fake_user = False
        for target in group:
            if former[id(target)] is None:
                members.append((target, *action_slots.add_slot(action, target.id_type, target.slot_name), False))
        yield action, members


def _action_to_continue(target: _Target) -> bpy.types.Action | None:
    """The active Action of `target` if it moves anything besides the channels that are about to be keyed."""
    animation = target.data.animation_data
    curves = action_slots.assigned_curves(animation)
    if curves is None:
        return None
    others = any((curve.data_path, curve.array_index) not in target.wanted for curve in curves.fcurves)
    return animation.action if others else None


def _write(curves: Any, target: _Target, frames: NDArray[np.float32]) -> None:
    groups: dict[str, Any] = {}
    for wanted in target.curves:
        old = curves.fcurves.find(wanted.path, index=wanted.index)
        if old is not None:
            curves.fcurves.remove(old)
        curve = curves.fcurves.new(wanted.path, index=wanted.index)
        moves = len(frames) > 2 and np.ptp(wanted.values) > STILL
        at = frames if moves else frames[[0, -1]] if len(frames) > 1 else frames
        values = wanted.values if moves else wanted.values[[0, -1]] if len(frames) > 1 else wanted.values
        points = curve.keyframe_points
        points.add(len(at))
        co = np.empty(2 * len(at), np.float32)
        co[0::2], co[1::2] = at, values
        points.foreach_set("co", co)
        points.foreach_set("interpolation", np.full(len(at), LINEAR, np.int32))
        if wanted.group not in groups:
            groups[wanted.group] = curves.groups.get(wanted.group) or curves.groups.new(wanted.group)
        curve.group = groups[wanted.group]
        curve.update()


@contextmanager
def _unchanged_on_failure(targets: Sequence[_Target]) -> Iterator[None]:
    """Puts Actions and their assignment back when its block fails."""
    before = []
    for target in targets:
        animation = target.data.animation_data
        state = (animation.action, action_slots.assigned_slot(animation)) if animation else None
        before.append((target.data, state, bool(state and state[0] and state[0].use_fake_user)))
    known = {action.name_full for action in bpy.data.actions}
    try:
        yield
    except BaseException:
        for data, state, kept in before:
            if state is None:
                data.animation_data_clear()
                continue
            action_slots.assign(data.animation_data, None)
            action_slots.assign(data.animation_data, *state)
            if state[0] is not None and state[0].library is None:
                state[0].use_fake_user = kept
        bpy.data.batch_remove([action for action in bpy.data.actions if action.name_full not in known])
        raise


def _widen_sliders(one: KeyedMesh) -> None:
    """Blender clamps a shape key to its slider's range in playback: make the range hold what was keyed."""
    mesh = one.mesh.object.data
    if mesh.override_library is not None:  # such a change would be lost with the file; `movement` tells the artist
        return
    for name, values in one.values.items():
        block = one.mesh.key.key_blocks[name]
        lowest, highest = float(values.min()), float(values.max())
        if lowest < block.slider_min:
            block.slider_min = max(-SLIDER_LIMIT, np.floor(lowest))
        if highest > block.slider_max:
            block.slider_max = min(SLIDER_LIMIT, np.ceil(highest))


def _view_layer(scene: bpy.types.Scene, rig: FaceRig) -> bpy.types.ViewLayer:
    """The artist's view layer, or the first that shows the head."""
    current = bpy.context.view_layer
    if current is not None and current.id_data == scene:
        return current
    name = rig.meshes[0].object.name
    return next((layer for layer in scene.view_layers if name in layer.objects), scene.view_layers[0])


# Taking it away


def _replaced_by(action: bpy.types.Action, data: Any) -> tuple[bpy.types.Action, Any] | None:
    """The (Action, slot) that `action` took the place of on `data`, if it still exists."""
    try:
        history = json.loads(action.get(REPLACED_PROPERTY, "[]"))
    except json.JSONDecodeError:
        return None
    for owner, name, slot_name in history:
        former = next((a for a in bpy.data.actions if a.name_full == name), None)
        if owner == data.name_full and former is not None and former != action:
            slots: Mapping[str, Any] = getattr(former, "slots", {})
            return former, slots.get(slot_name) if slot_name else None
    return None


def _rest(data: Any, rig: FaceRig) -> None:
    if isinstance(data, bpy.types.Key):
        for mesh in rig.meshes:
            if mesh.key == data:
                for block in mesh.blocks.values():
                    data.key_blocks[block].value = 0.0
        return
    for name in rig.bones.values():
        bone = data.pose.bones[name]
        bone.rotation_euler = (0.0, 0.0, 0.0)
        bone.rotation_quaternion = (1.0, 0.0, 0.0, 0.0)
        bone.rotation_axis_angle = (0.0, 0.0, 1.0, 0.0)


def _moves_more(action: bpy.types.Action, rig: FaceRig) -> bool:
    """Whether `action` has curves besides those of the face."""
    ours = {f'key_blocks["{bpy.utils.escape_identifier(b)}"].value' for m in rig.meshes for b in m.blocks.values()}
    bones = tuple(f'pose.bones["{bpy.utils.escape_identifier(b)}"].rotation_' for b in rig.bones.values())
    return any(
        curve.data_path not in ours and not curve.data_path.startswith(bones or ("\0",))
        for curve in action_slots.all_curves(action)
    )
