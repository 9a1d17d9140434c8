# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be pressed. Each runs headless (EXEC_DEFAULT blocks until it is done) and in a window (INVOKE_DEFAULT)."""

from __future__ import annotations

from . import add_head, analyze, apply_take, generate, install_backend

_MODULES = (add_head, analyze, generate, apply_take, install_backend)


def register() -> None:
    for module in _MODULES:
        module.register()


def unregister() -> None:
    for module in reversed(_MODULES):
        module.unregister()
