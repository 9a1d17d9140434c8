# SPDX-License-Identifier: GPL-3.0-or-later
"""AVI Talking for Blender.

Imports happen inside the functions, so that the backend's tests, which also see this package, need no Blender.
"""


def register() -> None:
    from . import avi_talking_addon

    avi_talking_addon.register()


def unregister() -> None:
    from . import avi_talking_addon

    avi_talking_addon.unregister()
