# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job as an artist does it, without a window: a spoken clip becomes a talking head.

An empty scene, the clip as a strip in the sequencer, the default head, the add-on's operators; then `demo.blend`,
`demo.glb` and `demo.mp4` in the folder `demo`. Another clip: `make demo CLIP=path`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("AVI_TALKING_PYTHON", sys.executable)

import bpy  # noqa: E402

from scripts.addon_package import load, load_root  # noqa: E402

LINE = ROOT / "assets" / "demo_line.flac"
LINE_INSTRUCTION = "A cheerful woman speaks with a warm smile and slightly raised brows."
FPS = 24
SIZE = 480
"""Pixels on a side of the film; a frame must render in about two seconds on two processor cores."""
SAMPLES = 4
FILM_SECONDS = 12.0
"""The film shows no more than this of a long clip; the .blend and the .glb hold all of it."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Animate a clip: demo.blend, demo.glb and demo.mp4.")
    parser.add_argument("clip", nargs="?", type=Path, default=LINE)
    parser.add_argument("--transcript", help="what is said; read from a .txt beside the clip where there is one")
    parser.add_argument("--instruction", help="how the face performs it, in words")
    parser.add_argument("--output", type=Path, default=ROOT / "demo", help="the folder for the results (demo)")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--no-film", action="store_true", help="leave out the rendering")
    options = parser.parse_args()
    clip = options.clip.resolve()
    if not clip.is_file():
        print(f"demo: there is no file {clip}. Name a clip: make demo CLIP=path", file=sys.stderr)
        return 1
    beside = clip.with_suffix(".txt")
    transcript = options.transcript or (beside.read_text(encoding="utf-8").strip() if beside.is_file() else "")
    options.output.mkdir(parents=True, exist_ok=True)
    blend, glb, film = (options.output / f"demo.{kind}" for kind in ("blend", "glb", "mp4"))

    root = load_root()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    root.register()
    try:
        step(f"Strip in the sequencer: {clip.name}")
        scene = bpy.context.scene
        scene.render.fps, scene.render.fps_base = FPS, 1.0
        scene.render.resolution_x = scene.render.resolution_y = SIZE
        add_strip(scene, clip)
        step("Head")
        bpy.ops.avi_talking.add_head()
        head = bpy.context.view_layer.objects.active
        scene.avi_talking.transcript = transcript
        if options.instruction is None and clip == LINE:
            options.instruction = LINE_INSTRUCTION
        scene.avi_talking.instruction = options.instruction or ""
        scene.avi_talking.seed = options.seed
        step("Generate: listening, articulating, keying")
        started = time.monotonic()
        bpy.ops.avi_talking.generate()
        step(f"Generated in {time.monotonic() - started:.1f} s")
        message = load("avi_talking_addon.messages").last
        if message is not None:
            print(f"  {message.text}")
        scene.frame_start, scene.frame_end = 1, last_key(head)
        load("avi_talking_addon.studio").add_studio(bpy.context, head)
        scene.view_settings.look = "AgX - Medium High Contrast"
        for sound in bpy.data.sounds:
            sound.pack()
        bpy.ops.wm.save_as_mainfile(filepath=str(blend), check_existing=False, compress=True)
        step("Exporting the .glb")
        export(glb)
        if not options.no_film:
            scene.frame_end = min(scene.frame_end, round(FILM_SECONDS * FPS))
            render(scene, film)
    except RuntimeError as error:  # an operator's report
        print(f"demo: {str(error).strip().removeprefix('Error: ')}", file=sys.stderr)
        return 1
    finally:
        root.unregister()
    step("Done")
    for path in (blend, glb, film):
        if path.is_file():
            print(f"  {path}  ({path.stat().st_size / 1e6:.1f} MB)")
    return 0


def step(text: str) -> None:
    print(f"demo: {text}", flush=True)


def add_strip(scene: bpy.types.Scene, clip: Path) -> None:
    """The clip at frame 1 of the sequencer, selected, as an artist would leave it."""
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strip = strips.new_sound(name=clip.stem, filepath=str(clip), channel=1, frame_start=1)
    strip.select = True
    editor.active_strip = strip


def last_key(head: bpy.types.Object) -> int:
    action = head.data.shape_keys.animation_data.action
    return round(action.frame_range[1])


def export(path: Path) -> None:
    """The whole scene as glTF binary, shape keys and bones sampled at every frame."""
    bpy.ops.preferences.addon_enable(module="io_scene_gltf2")
    with quiet():
        bpy.ops.export_scene.gltf(
            filepath=str(path), export_format="GLB", export_animations=True, export_force_sampling=True
        )


def render(scene: bpy.types.Scene, path: Path) -> None:
    """Film with sound; one line of progress a frame."""
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.samples = SAMPLES
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.use_denoising = True
    scene.cycles.denoising_prefilter = "FAST"  # the accurate one takes longer than the picture itself
    scene.cycles.denoising_quality = "FAST"
    scene.cycles.max_bounces = 2
    scene.render.use_persistent_data = True
    scene.render.image_settings.file_format = "FFMPEG"
    scene.render.ffmpeg.format = "MPEG4"
    scene.render.ffmpeg.codec = "H264"
    scene.render.ffmpeg.constant_rate_factor = "HIGH"
    scene.render.ffmpeg.audio_codec = "AAC"
    scene.render.filepath = str(path)
    started, total = time.monotonic(), scene.frame_end - scene.frame_start + 1
    with quiet() as out:

        def show(*_: object) -> None:
            done = scene.frame_current - scene.frame_start + 1
            left = (time.monotonic() - started) / done * (total - done)
            os.write(out, f"\rdemo: Rendering {done} of {total}, {left:.0f} s left   ".encode())

        bpy.app.handlers.render_post.append(show)
        try:
            bpy.ops.render.render(animation=True)
        finally:
            bpy.app.handlers.render_post.remove(show)
            os.write(out, b"\n")


@contextmanager
def quiet() -> Iterator[int]:
    """Blender's own lines go nowhere; yields a descriptor that still reaches the terminal."""
    sys.stdout.flush()
    out, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield out
    finally:
        sys.stdout.flush()
        os.dup2(out, 1)
        os.close(out)
        os.close(nowhere)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # Blender as a module can hang while the interpreter takes itself apart
