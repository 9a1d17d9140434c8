# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether there is a backend, and what it is doing."""

from __future__ import annotations

import time
from typing import Any

import bpy

from ...model_backend.errors import JobError
from .. import messages
from ..backend import job
from ..backend.installation import DOWNLOAD_SIZE
from ..packages import ROOT_PACKAGE
from .text import paragraph

_FRESH = 2.0
"""Seconds for which the answer to "is there a backend?" is believed: it asks the disk, and panels are drawn often."""

_ICONS = {"INFO": "INFO", "WARNING": "ERROR", "ERROR": "CANCEL"}
_last: tuple[float, str] = (-_FRESH, "")


def backend_problem(context: bpy.types.Context) -> str:
    """Why there is no backend, or ""."""
    global _last
    asked, answer = _last
    now = time.monotonic()
    if now - asked >= _FRESH:
        answer = ""
        try:
            job.interpreter(context)
        except JobError as problem:
            answer = str(problem)
        _last = (now, answer)
    return answer


def draw_progress(layout: Any) -> None:
    """What is being done, how far it is, and Cancel."""
    state = job.state
    column = layout.column(align=True)
    column.progress(factor=state.fraction, text=state.message or state.label)
    column.operator("avi_talking.cancel", icon="X")


def draw_message(layout: Any, context: bpy.types.Context) -> None:
    """The last thing that was said, to its end."""
    message = messages.last
    if message is not None:
        paragraph(layout.box(), context, message.text, icon=_ICONS[message.level])


def draw_missing_backend(layout: Any, context: bpy.types.Context) -> None:
    """In a sidebar: what is missing and the ways to it; nothing where all is well."""
    problem = backend_problem(context)
    if not problem or job.state.running:
        return
    box = layout.box()
    paragraph(box, context, problem, icon="ERROR")
    _draw_install(box, "Set Up")
    box.operator("preferences.addon_show", text="Preferences", icon="PREFERENCES").module = ROOT_PACKAGE
    layout.separator()


def draw_in_preferences(layout: Any, context: bpy.types.Context) -> None:
    """The state of the backend with what can be done about it."""
    problem = backend_problem(context)
    if problem:
        paragraph(layout, context, problem, icon="INFO")
    else:
        path = job.interpreter(context).path
        paragraph(layout, context, f"The backend runs in {path}.", icon="CHECKMARK")
    if job.state.running:
        draw_progress(layout)
    else:
        row = layout.row(align=True)
        row.operator("avi_talking.check_backend", icon="VIEWZOOM")
        if problem or bpy.app.online_access:
            _draw_install(row, "Install Backend")
    draw_message(layout, context)


def _draw_install(layout: Any, text: str) -> None:
    if bpy.app.online_access:
        size = DOWNLOAD_SIZE.split(",")[0]
        layout.operator("avi_talking.install_backend", text=f"{text} ({size})", icon="IMPORT")
    else:
        layout.operator("screen.userpref_show", text="Allow Online Access…", icon="INTERNET").section = "SYSTEM"
