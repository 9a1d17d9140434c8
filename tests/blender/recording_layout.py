# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for `UILayout`: it draws nothing, but is as strict as Blender's own, and remembers what was drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import bpy

_LAYOUT = bpy.types.UILayout.bl_rna
_ICONS = {item.identifier for item in _LAYOUT.functions["label"].parameters["icon"].enum_items}


@dataclass
class Call:
    """One call on a layout, its arguments by name."""

    method: str
    arguments: dict[str, Any]


@dataclass
class Drawing:
    """Everything that one `draw` has drawn, in its order."""

    calls: list[Call] = field(default_factory=list)

    def operators(self) -> list[str]:
        return [call.arguments["operator"] for call in self.calls if call.method == "operator"]

    def properties(self) -> list[str]:
        return [call.arguments["property"] for call in self.calls if "property" in call.arguments]

    def text(self) -> str:
        return " ".join(str(call.arguments["text"]) for call in self.calls if call.arguments.get("text"))


class RecordingLayout:
    """Raises on a method, argument, icon, property or operator that Blender does not know."""

    def __init__(self, drawing: Drawing) -> None:
        object.__setattr__(self, "drawing", drawing)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _LAYOUT.properties or _LAYOUT.properties[name].is_readonly:
            raise AttributeError(f"UILayout has no {name!r} that could be set")
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        function = _LAYOUT.functions.get(name)
        if function is None:
            raise AttributeError(f"UILayout has no {name!r}")

        def call(*args: Any, **named: Any) -> Any:
            known = [parameter.identifier for parameter in function.parameters if not parameter.is_output]
            arguments = dict(zip(known, args, strict=False)) | named
            if unknown := set(arguments) - set(known):
                raise TypeError(f"{name} has no arguments {sorted(unknown)}")
            if arguments.get("icon", "NONE") not in _ICONS:
                raise TypeError(f"there is no icon {arguments['icon']!r}")
            if "property" in arguments:
                data, prop = arguments["data"], arguments["property"]
                if data is None or prop not in data.bl_rna.properties:
                    raise TypeError(f"{data!r} has no property {prop!r}")
            self.drawing.calls.append(Call(name, arguments))
            if name == "operator":
                return _operator_properties(arguments["operator"])
            if name == "panel":
                return self._child(), self._child()
            return self._child() if any(parameter.is_output for parameter in function.parameters) else None

        return call

    def _child(self) -> RecordingLayout:
        return RecordingLayout(self.drawing)


def _operator_properties(idname: str) -> SimpleNamespace:
    module, name = idname.split(".")
    known = getattr(getattr(bpy.ops, module), name).get_rna_type().properties  # KeyError for an unknown operator
    return SimpleNamespace(**{prop.identifier: None for prop in known})


def draw(panel: type, context: Any = None, **attributes: Any) -> Drawing:
    """What `panel.draw` draws; `attributes` are what else its methods find on `self`."""
    drawing = Drawing()
    this = SimpleNamespace(layout=RecordingLayout(drawing), **attributes)
    panel.draw(this, bpy.context if context is None else context)
    return drawing
