# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that touches Blender.

properties, preferences   what the artist sets, for a scene and for good
sequencer, sound          the speech: which strip, which part of its file, when
backend/                  the worker process that does the thinking
head, rig, keying         the face: the default head, what a character has, F-curves
operators/, ui/           what is pressed and where
"""

from __future__ import annotations

from . import messages, operators, preferences, properties, ui
from .backend import job

_MODULES = (properties, messages, preferences, job, operators, ui)
"""In the order of registration."""


def register() -> None:
    for module in _MODULES:
        module.register()


def unregister() -> None:
    for module in reversed(_MODULES):
        module.unregister()
