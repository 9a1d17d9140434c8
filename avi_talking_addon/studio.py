# SPDX-License-Identifier: GPL-3.0-or-later
"""Portrait light and a camera for a head, for films and pictures made without an artist at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Vector

from ..model_backend.errors import JobError


@dataclass(frozen=True)
class Lamp:
    """An area light around a head; lengths are in head heights, so that it suits a head of any size."""

    name: str
    position: tuple[float, float, float]
    """From the middle of the head: to its left, to the back, up."""
    size: float
    power: float
    """Watts for a head 0.27 high; light falls off with the square of the distance."""
    colour: tuple[float, float, float]


LAMPS: Sequence[Lamp] = (
    Lamp("AVI Key Light", (2.2, -2.8, 1.9), 1.8, 11.0, (1.0, 0.95, 0.88)),
    Lamp("AVI Fill Light", (-2.8, -2.3, 0.4), 2.6, 2.6, (0.82, 0.90, 1.0)),
    Lamp("AVI Rim Light", (-1.3, 2.8, 2.1), 1.5, 13.0, (1.0, 0.97, 0.95)),
)
"""Three-point light: key above the camera's right, a cool and wider fill, a rim that parts hair from background."""

REFERENCE_HEIGHT = 0.27
"""Metres; the head that the lamps' powers are meant for."""
LENS = 85.0
"""Millimetres: the portrait lens, long enough not to swell the nose."""
MARGIN = 1.12
"""Height of the picture over the height of the head: room to nod and turn."""
TURN = np.radians(9.0)
"""The camera stands this far to the character's left: a face straight on looks flat, lips still read."""
BACKDROP = (0.10, 0.13, 0.17)


def add_studio(
    context: bpy.types.Context, head: bpy.types.Object, name: str = "AVI Studio"
) -> tuple[bpy.types.Collection, bpy.types.Object]:
    """Light `head` and aim a camera at it: (collection with lamps and camera, camera).

    The camera becomes the scene's. A scene without a world gets a soft, bluish grey one; an artist's stays. The
    framing fits the scene's picture size as it is now. Raises `JobError` for an object without extent.
    """
    scene = context.scene
    low, high = _bounds(head)
    height = float(high[2] - low[2])
    if height <= 0:
        raise JobError(f"{head.name!r} has no height to frame: select the mesh of a head.")
    middle = (low + high) / 2
    collection = bpy.data.collections.new(name)
    scene.collection.children.link(collection)
    for lamp in LAMPS:
        light = bpy.data.lights.new(lamp.name, "AREA")
        light.shape = "DISK"
        light.size = lamp.size * height
        light.energy = lamp.power * (height / REFERENCE_HEIGHT) ** 2
        light.color = lamp.colour
        _place(collection, bpy.data.objects.new(lamp.name, light), middle + height * np.array(lamp.position), middle)
    lens = bpy.data.cameras.new("AVI Camera")
    lens.lens = LENS
    lens.clip_start = 0.02 * height
    camera = bpy.data.objects.new("AVI Camera", lens)
    distance = _distance(lens, scene, float(high[0] - low[0]), height) + float(middle[1] - low[1])
    _place(collection, camera, middle + distance * np.array([np.sin(TURN), -np.cos(TURN), 0.0]), middle)
    scene.camera = camera
    if scene.world is None:
        scene.world = _world()
    return collection, camera


def _bounds(head: bpy.types.Object) -> tuple[np.ndarray, np.ndarray]:
    corners = np.array([head.matrix_world @ Vector(corner) for corner in head.bound_box])
    return corners.min(0), corners.max(0)


def _distance(lens: bpy.types.Camera, scene: bpy.types.Scene, width: float, height: float) -> float:
    """From the front of the head, so that it fits with `MARGIN` in both directions."""
    across = scene.render.resolution_x * scene.render.pixel_aspect_x
    down = scene.render.resolution_y * scene.render.pixel_aspect_y
    sensor_x = lens.sensor_width * min(1.0, across / down)
    sensor_y = lens.sensor_width * min(1.0, down / across)
    return MARGIN * max(height * lens.lens / sensor_y, width * lens.lens / sensor_x)


def _place(collection: bpy.types.Collection, obj: bpy.types.Object, position: np.ndarray, target: np.ndarray) -> None:
    obj.location = position
    obj.rotation_euler = Vector(target - position).to_track_quat("-Z", "Y").to_euler()
    collection.objects.link(obj)


def _world() -> bpy.types.World:
    world = bpy.data.worlds.new("AVI World")
    world.color = BACKDROP
    if world.node_tree is None:  # Blender 5.0 and later give every world its nodes
        world.use_nodes = True
    background = next(node for node in world.node_tree.nodes if node.type == "BACKGROUND")
    background.inputs["Color"].default_value = (*BACKDROP, 1.0)
    background.inputs["Strength"].default_value = 0.8
    return world
