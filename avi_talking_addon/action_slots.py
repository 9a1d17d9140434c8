# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions on every supported Blender, by what they can do and never by a version number.

Up to Blender 4.3 an Action holds its F-curves itself and animates one kind of data-block. From 4.4 on it
has *slots*, one for each animated data-block, and the F-curves of a slot lie in its *channelbag*. The
functions here hide that difference; "curves" is whatever has `.fcurves` and `.groups`.
"""

from __future__ import annotations

from typing import Any

import bpy


def has_slots() -> bool:
    """Whether one Action can animate several data-blocks (Blender 4.4 and later)."""
    return "slots" in bpy.types.Action.bl_rna.properties


def add_slot(action: bpy.types.Action, id_type: str, name: str) -> tuple[Any, Any]:
    """A new place in `action` for a data-block of `id_type` ('KEY', 'OBJECT'): (slot or None, curves)."""
    if not has_slots():
        action.id_root = id_type
        return None, action
    slot = action.slots.new(id_type=id_type, name=name)
    return slot, _channelbag(action, slot)


def assign(animation: bpy.types.AnimData, action: bpy.types.Action | None, slot: Any = None) -> None:
    """Make `action` the active one, with `slot` or, for None, without any where Actions have slots."""
    animation.action = action
    if action is not None and has_slots():
        animation.action_slot = slot


def assigned_slot(animation: bpy.types.AnimData) -> Any:
    """The slot that the active Action animates this data-block from; None where there is none."""
    return getattr(animation, "action_slot", None)


def assigned_curves(animation: bpy.types.AnimData | None) -> Any:
    """The curves that the active Action moves this data-block with; None where there are none."""
    if animation is None or animation.action is None:
        return None
    if not has_slots():
        return animation.action
    slot = animation.action_slot
    return None if slot is None else _channelbag(animation.action, slot, ensure=False)


def copy_for(action: bpy.types.Action, slots: list[Any]) -> tuple[bpy.types.Action, list[tuple[Any, Any]]]:
    """A copy of `action` that keeps only `slots`: (copy, (slot, curves) of each in the given order).

    The copy is exact: handles, modifiers, extrapolation and groups. Without slots the one entry is (None, copy).
    """
    copy = action.copy()
    if not has_slots():
        return copy, [(None, copy)]
    wanted = {slot.handle for slot in slots}
    for slot in [slot for slot in copy.slots if slot.handle not in wanted]:
        copy.slots.remove(slot)
    by_handle = {slot.handle: slot for slot in copy.slots}
    kept = [by_handle[slot.handle] for slot in slots]
    return copy, [(slot, _channelbag(copy, slot)) for slot in kept]


def all_curves(action: bpy.types.Action) -> list[Any]:
    """Every F-curve of the Action, over all its slots."""
    if not has_slots():
        return list(action.fcurves)
    return [
        curve for layer in action.layers for strip in layer.strips for bag in strip.channelbags for curve in bag.fcurves
    ]


def _channelbag(action: bpy.types.Action, slot: Any, ensure: bool = True) -> Any:
    # Blender has one layer with one strip to an Action so far; layers that were added by hand stay as they are.
    if not action.layers or not action.layers[0].strips:
        if not ensure:
            return None
        layer = action.layers[0] if action.layers else action.layers.new("Layer")
        layer.strips.new(type="KEYFRAME")
    strip = action.layers[0].strips[0]
    return strip.channelbag(slot, ensure=True) if ensure else strip.channelbag(slot)
