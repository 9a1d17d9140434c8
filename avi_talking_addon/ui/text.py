# SPDX-License-Identifier: GPL-3.0-or-later
"""Text in panels that is read to its end: Blender's labels are one line and cut off."""

from __future__ import annotations

from typing import Any

import blf
import bpy

_FONT = 0
_MARGIN = 95
"""Pixels at scale 1 that a line does not have: tabs, edges of panel and box, the icon, the label's own edges."""
_BREAKS = "/\\_-."
"""A word that is too long, a path, is rather broken after one of these."""


def paragraph(layout: Any, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """`text` over as many lines as the region needs; `icon` stands before the first."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    scale = context.preferences.system.ui_scale or 1.0
    region = getattr(context, "region", None)
    width = (region.width if region is not None and region.width > 1 else 250) - _MARGIN * scale
    blf.size(_FONT, context.preferences.ui_styles[0].widget.points * scale)
    for i, line in enumerate(wrap(text, width)):
        # Under an icon, lines begin where its text does.
        column.label(text=line, icon=icon if i == 0 else ("NONE" if icon == "NONE" else "BLANK1"), translate=False)


def wrap(text: str, width: float) -> list[str]:
    """Lines of at most `width` pixels in the current font, broken between words, or within one that is too long."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if _fits(longer, width):
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        while word:
            count = len(word)
            while count > 1 and not _fits(word[:count], width):
                count -= 1
            if count < len(word):
                count = max((word.rfind(sign, 0, count) for sign in _BREAKS), default=-1) + 1 or count
            lines[-1], word = word[:count], word[count:]
            if word:
                lines.append("")
    return lines


def _fits(text: str, width: float) -> bool:
    return blf.dimensions(_FONT, text)[0] <= width
