# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the extension's zip with Blender's own builder and have Blender's own checker look at it.

    .venv/bin/python scripts/build_zip.py [folder]      dist/ unless said otherwise

What goes in is decided by blender_manifest.toml. The builder is a plain program inside the bpy package: Blender
itself is not started.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class BuildError(Exception):
    """Blender's builder refused; the text is what it said."""


def builder() -> Path:
    """Blender's program for extensions in the bpy package that is installed."""
    spec = importlib.util.find_spec("bpy")
    folders = (spec.submodule_search_locations if spec else None) or []
    found = [
        path for folder in folders for path in Path(folder).glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py")
    ]
    if not found:
        raise BuildError("bpy is not installed in this Python: run `make setup`.")
    return found[0]


def build(folder: Path) -> Path:
    """Write and validate `<id>-<version>.zip` in `folder`; returns its path. Raises `BuildError`."""
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{manifest['id']}-{manifest['version']}.zip"
    _run("build", "--source-dir", str(ROOT), "--output-filepath", str(path))
    _run("validate", str(path))
    return path


def _run(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, str(builder()), *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if done.returncode != 0:
        raise BuildError(f"{arguments[0]} failed: {(done.stderr or done.stdout).strip()}")


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"
    try:
        path = build(folder)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
