# SPDX-License-Identifier: GPL-3.0-or-later
"""The look of our heads: one Principled material for each kind of surface, for Cycles, EEVEE and the solid view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Surface:
    """A surface's look; colours are linear scene-referred RGB."""

    colour: Colour
    roughness: float
    subsurface: float = 0.0
    """Weight of the scattering under the surface."""
    glow: float = 0.0
    """Emission that stands in for light scattered inside the mouth, which the fast render paths do not compute."""


SURFACES: dict[str, Surface] = {
    "skin": Surface((0.74, 0.42, 0.29), 0.52, 0.16),
    "lips": Surface((0.58, 0.205, 0.18), 0.36, 0.12),
    "mouth": Surface((0.30, 0.065, 0.06), 0.5, glow=0.28),
    "sclera": Surface((0.86, 0.85, 0.83), 0.12),
    "limbus": Surface((0.025, 0.10, 0.125), 0.12),
    "iris": Surface((0.10, 0.32, 0.36), 0.12),
    "pupil": Surface((0.004, 0.004, 0.006), 0.06),
    "teeth": Surface((0.88, 0.85, 0.77), 0.22, 0.05, glow=0.16),
    "gums": Surface((0.62, 0.22, 0.21), 0.35, 0.1, glow=0.15),
    "tongue": Surface((0.66, 0.22, 0.21), 0.4, 0.1, glow=0.10),
    "brow": Surface((0.075, 0.040, 0.024), 0.7),
    "lash": Surface((0.025, 0.013, 0.010), 0.6),
    "hair": Surface((0.085, 0.042, 0.024), 0.55),
}
"""By the names that head models give their materials; any other name gets the look of skin."""

SCATTERING: Colour = (0.010, 0.004, 0.002)
"""Mean distance in metres that red, green and blue light travels under skin; the head is life-size."""


def head_materials(names: Sequence[str]) -> list[bpy.types.Material]:
    """New materials for the surfaces `names`, in that order."""
    return [_material(name, SURFACES.get(name, SURFACES["skin"])) for name in names]


def _material(name: str, surface: Surface) -> bpy.types.Material:
    material = bpy.data.materials.new(f"AVI {name}")
    if material.node_tree is None:  # Blender 5.0 and later give every material its nodes
        material.use_nodes = True
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    inputs = shader.inputs
    inputs["Base Color"].default_value = (*surface.colour, 1.0)
    inputs["Roughness"].default_value = surface.roughness
    if surface.subsurface:
        inputs["Subsurface Weight"].default_value = surface.subsurface
        inputs["Subsurface Radius"].default_value = SCATTERING
        inputs["Subsurface Scale"].default_value = 1.0
    if surface.glow:
        inputs["Emission Color"].default_value = (*surface.colour, 1.0)
        inputs["Emission Strength"].default_value = surface.glow
    # The solid view has no scattering and a flat light: the same colour looks muddy there, so it is lifted.
    material.diffuse_color = (*(channel**0.75 for channel in surface.colour), 1.0)
    material.roughness = surface.roughness
    return material
