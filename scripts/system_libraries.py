# SPDX-License-Identifier: GPL-3.0-or-later
"""Print the Debian packages that are missing on this machine for Blender's module and the tests, on one line.

    python scripts/system_libraries.py             nothing missing: prints nothing
    python scripts/system_libraries.py --blender   exit status 0 when `import bpy` works

Asked by scripts/setup.sh. Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

LIBRARIES = {
    "libX11.so.6": "libx11-6",
    "libXrender.so.1": "libxrender1",
    "libXfixes.so.3": "libxfixes3",
    "libXi.so.6": "libxi6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libSM.so.6": "libsm6",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
}
"""What bpy 4.5 links against and its wheel leaves out, by the package that carries it in Debian and Ubuntu."""

FILES = {
    "libgl1-mesa-dri": ("/usr/lib/*/dri/swrast_dri.so", "/usr/lib/*/libgallium-*.so", "/usr/lib/*/dri/libdril_dri.so"),
    "alsa-utils": ("/usr/share/sounds/alsa/Front_Center.wav",),
}
"""Packages known by any of these files: software OpenGL for Workbench renders; the real voices that tests measure."""


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages() -> list[str]:
    missing = [package for library, package in LIBRARIES.items() if not loads(library)]
    for package, patterns in FILES.items():
        if not any(any(Path("/").glob(pattern.lstrip("/"))) for pattern in patterns):
            missing.append(package)
    return missing


def main() -> int:
    if "--blender" in sys.argv[1:]:
        import bpy  # noqa: F401  # pyright: ignore[reportMissingImports, reportUnusedImport]

        return 0
    if sys.platform == "linux":
        print(" ".join(missing_packages()), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
