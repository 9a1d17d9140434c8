# SPDX-License-Identifier: GPL-3.0-or-later
"""A first session with the add-on in Blender's real window, with a picture of each step. See README.md."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import bpy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).parent))

from window import play, shot, until  # noqa: E402

UNDO = True
"""Operators called by a script push an undo step only when asked to; a click always does."""

def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="walk.py")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--zip", type=Path, help="install this extension; without it the checkout is loaded")
    parser.add_argument("--backend", help="the backend's Python, where AVI_TALKING_PYTHON does not name it")
    parser.add_argument("--line", type=Path, default=ROOT / "assets" / "demo_line.flac", help="the recording")
    parser.add_argument("--instruction", default="", help="how the face performs it")
    parser.add_argument("--transcript", default="", help="what the artist types")
    after = sys.argv.index("--") + 1 if "--" in sys.argv else len(sys.argv)
    return parser.parse_args(sys.argv[after:])


ARGUMENTS = arguments()


def scene() -> bpy.types.Scene:
    return bpy.context.scene


def area(kind: str) -> bpy.types.Area:
    window = bpy.context.window_manager.windows[0]
    return next(area for area in window.screen.areas if area.type == kind)


def within(kind: str) -> Any:
    """The context of an editor: operators look where the mouse is."""
    window = bpy.context.window_manager.windows[0]
    place = area(kind)
    region = next(region for region in place.regions if region.type == "WINDOW")
    return bpy.context.temp_override(window=window, area=place, region=region)


def install() -> None:
    if ARGUMENTS.backend:
        os.environ["AVI_TALKING_PYTHON"] = ARGUMENTS.backend
    if ARGUMENTS.zip is not None:
        bpy.ops.extensions.package_install_files(
            "EXEC_DEFAULT", filepath=str(ARGUMENTS.zip.resolve()), repo="user_default", enable_on_install=True
        )
    else:
        # As Blender loads it: the repository's root is the extension's package.
        spec = importlib.util.spec_from_file_location(
            "avi_talking", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
        )
        assert spec is not None and spec.loader is not None
        package = sys.modules["avi_talking"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(package)
        package.register()


def arrange() -> None:
    """The viewport above, the sequencer below, both with their sidebars at our tab."""
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    scene().render.fps = 25
    with within("VIEW_3D"):
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=0.42)
    below = min(
        (a for a in bpy.context.window_manager.windows[0].screen.areas if a.type == "VIEW_3D"), key=lambda a: a.y
    )
    below.type = "SEQUENCE_EDITOR"
    below.spaces.active.show_region_ui = True
    above = area("VIEW_3D").spaces.active
    above.show_region_ui = True
    above.shading.type = "SOLID"
    above.shading.light = "STUDIO"
    if "sequencer_scene" in bpy.types.WorkSpace.bl_rna.properties:
        bpy.context.workspace.sequencer_scene = scene()


def choose_tabs() -> None:
    for kind in ("VIEW_3D", "SEQUENCE_EDITOR"):
        for region in area(kind).regions:
            if region.type == "UI":
                region.active_panel_category = "AVI Talking"
        area(kind).tag_redraw()


def add_head() -> None:
    with within("VIEW_3D"):
        bpy.ops.avi_talking.add_head("INVOKE_DEFAULT", UNDO)


def look_at_head() -> None:
    with within("VIEW_3D"):
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_selected(use_all_regions=False)
        bpy.ops.object.select_all(action="DESELECT")
    space = area("VIEW_3D").spaces.active
    space.region_3d.view_perspective = "PERSP"
    space.overlay.show_overlays = False


def add_strip() -> None:
    with within("SEQUENCE_EDITOR"):
        add = bpy.ops.sequencer.sound_strip_add
        # From 5.0 on a new strip hangs on the mouse unless told otherwise.
        still = {"move_strips": False} if "move_strips" in add.get_rna_type().properties else {}
        add("EXEC_DEFAULT", UNDO, filepath=str(ARGUMENTS.line), frame_start=1, channel=1, **still)
        bpy.ops.sequencer.view_all()


def type_words() -> None:
    scene().avi_talking.transcript = ARGUMENTS.transcript
    scene().avi_talking.instruction = ARGUMENTS.instruction


def press_generate() -> None:
    with within("VIEW_3D"):
        result = bpy.ops.avi_talking.generate("INVOKE_DEFAULT", UNDO)
    assert result == {"RUNNING_MODAL"}, result


def addon() -> Any:
    """The package `avi_talking_addon`, wherever Blender has installed it."""
    return sys.modules[type(scene().avi_talking).__module__.rpartition(".")[0]]


def state() -> Any:
    return addon().job.state


def stop_backend() -> None:
    addon().job.client.stop_all()


def listening() -> bool:
    return state().fraction > 0.1 or not state().running


def done() -> bool:
    return not state().running


def check_keys() -> None:
    action = scene().avi_talking.head.data.shape_keys.animation_data.action
    assert action is not None, state().error
    print("walk: keyed", action.name, tuple(action.frame_range), flush=True)


def cancel_a_second_one() -> None:
    scene().avi_talking.transcript = "These words are not what is said."
    press_generate()
    with within("VIEW_3D"):
        bpy.ops.avi_talking.cancel()


def open_wide() -> None:
    scene().frame_set(38)


def start_playing() -> None:
    with within("SEQUENCE_EDITOR"):
        bpy.ops.screen.animation_play()


def stop_playing() -> None:
    print("walk: playing at frame", scene().frame_current, flush=True)
    assert scene().frame_current > 1
    with within("SEQUENCE_EDITOR"):
        bpy.ops.screen.animation_cancel(restore_frame=False)


def undo() -> None:
    with within("VIEW_3D"):
        bpy.ops.ed.undo()


def check_undone() -> None:
    action = scene().avi_talking.head.data.shape_keys.animation_data.action
    assert action is None, "one undo takes the take away"


def spoil() -> None:
    scene().avi_talking.source = "FILE"
    scene().avi_talking.sound_file = "/home/someone/projects/feature/shots/010/audio/line_take_007_final.wav"


def press_generate_in_vain() -> None:
    with within("VIEW_3D"):
        try:
            bpy.ops.avi_talking.generate("INVOKE_DEFAULT", UNDO)
        except RuntimeError as error:
            print("walk:", error, flush=True)


def check_backend() -> None:
    with within("VIEW_3D"):
        bpy.ops.avi_talking.check_backend("INVOKE_DEFAULT")


def show_preferences() -> None:
    bpy.ops.preferences.addon_show(module=addon().packages.ROOT_PACKAGE)


def close_preferences() -> None:
    windows = bpy.context.window_manager.windows
    with bpy.context.temp_override(window=windows[-1]):
        bpy.ops.wm.window_close()


def hide_backend() -> None:
    os.environ.pop("AVI_TALKING_PYTHON", None)
    scene().avi_talking.source = "STRIP"
    addon().messages.clear()


def picture(name: str) -> tuple[float, Any]:
    return (1.5, shot(ARGUMENTS.folder.resolve() / f"{name}.png"))


def main() -> None:
    ARGUMENTS.folder.mkdir(parents=True, exist_ok=True)
    bpy.context.preferences.view.show_splash = False
    # The checkout is no entry of Blender's preferences.
    preferences = [] if ARGUMENTS.zip is None else [show_preferences, picture("09-preferences"), close_preferences]
    play(
        [
            install,
            arrange,
            choose_tabs,
            picture("01-empty"),
            add_head,
            look_at_head,
            picture("02-head"),
            add_strip,
            choose_tabs,
            type_words,
            picture("03-strip"),
            press_generate,
            until(listening),
            (0.1, shot(ARGUMENTS.folder.resolve() / "04-progress.png")),
            until(done),
            check_keys,
            open_wide,
            picture("05-generated"),
            start_playing,
            (2.0, shot(ARGUMENTS.folder.resolve() / "06-playing.png")),
            stop_playing,
            cancel_a_second_one,
            until(done),
            picture("07-cancelled"),
            undo,
            check_undone,
            spoil,
            press_generate_in_vain,
            picture("08-missing-file"),
            check_backend,
            until(done),
            *preferences,
            hide_backend,
            (2.5, choose_tabs),
            picture("10-no-backend"),
            stop_backend,
        ]
    )


main()
