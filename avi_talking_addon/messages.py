# SPDX-License-Identifier: GPL-3.0-or-later
"""The last thing the add-on said, kept for the panels: it outlives Blender's own report but not the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import bpy
from bpy.app.handlers import persistent

Level = Literal["INFO", "WARNING", "ERROR"]


@dataclass(frozen=True)
class Message:
    level: Level
    text: str


last: Message | None = None


def say(level: Level, text: str) -> None:
    """Show `text` in the panels until the next one."""
    global last
    last = Message(level, text)
    redraw()


def clear() -> None:
    global last
    last = None


def redraw() -> None:
    """Have every editor that shows our panel drawn again."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"VIEW_3D", "SEQUENCE_EDITOR"}:
                area.tag_redraw()


@persistent
def _forget(*_: object) -> None:
    clear()


def register() -> None:
    bpy.app.handlers.load_post.append(_forget)


def unregister() -> None:
    bpy.app.handlers.load_post.remove(_forget)
    clear()
