# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators as a script calls them, with the real backend in its own process."""

import json
import os
import sys
from pathlib import Path

import bpy
import numpy as np
import pytest

from tests.blender.addon_fixture import ROOT
from tests.blender.scene_tools import JobError, census, character, curves_of, evaluated, furthest, make_take
from tests.blender.test_sequencer import RATE, add_strip, write_wav

LINE = ROOT / "assets" / "demo_line.flac"


@pytest.fixture(scope="module", autouse=True)
def backend():
    """The worker stays warm from test to test, as it does for an artist."""
    before = os.environ.get("AVI_TALKING_PYTHON")
    os.environ.setdefault("AVI_TALKING_PYTHON", sys.executable)
    yield
    if before is None:
        del os.environ["AVI_TALKING_PYTHON"]


@pytest.fixture
def scene(addon, empty_scene):
    scene = bpy.context.scene
    scene.render.fps = 25
    yield scene
    addon.backend.job.listener = None


@pytest.fixture
def stage(scene):
    """A head and the first second and a half of the line, heard from frame 11 on."""
    bpy.ops.avi_talking.add_head()
    strip = add_strip(scene, LINE, frame=11)
    if hasattr(strip, "right_handle"):
        strip.right_handle = 11 + 38
    else:
        strip.frame_final_end = 11 + 38
    return scene


def face(scene):
    return scene.avi_talking.head.data.shape_keys


def while_running(addon, act):
    """Call `act` once while a job is at work; returns the list of the messages that were shown."""
    shown, acted = [], []

    def listen(state):
        shown.append((state.fraction, state.message))
        if not acted and state.message not in ("", "Starting", "Looking for the backend"):
            acted.append(act())

    addon.backend.job.listener = listen
    return shown


def failure(operator, **arguments) -> str:
    """The one sentence that a failing operator says."""
    with pytest.raises(RuntimeError) as caught:
        operator(**arguments)
    text = str(caught.value).strip()
    assert "Traceback" not in text and "\n" not in text
    return text


def test_add_head_chooses_it(scene):
    assert bpy.ops.avi_talking.add_head(channels="ARKIT", name="Anna") == {"FINISHED"}
    head = scene.avi_talking.head
    assert head.name == "Anna" and head == bpy.context.view_layer.objects.active
    assert "jawOpen" in face(scene).key_blocks
    bpy.ops.avi_talking.add_head()
    assert "Exp000" in face(scene).key_blocks and scene.avi_talking.head != head


def test_generate_makes_the_head_speak(addon, stage):
    head = stage.avi_talking.head
    shown = while_running(addon, lambda: None)
    assert bpy.ops.avi_talking.generate() == {"FINISHED"}
    fractions = [fraction for fraction, _ in shown]
    assert fractions == sorted(fractions) and len({message for _, message in shown}) > 2
    curves = curves_of(face(stage))
    assert {curve.range()[0] for curve in curves} == {11.0}
    action = face(stage).animation_data.action
    provenance = json.loads(action["avi_talking_provenance"])
    assert provenance["clip"]["duration"] == pytest.approx(38 / 25) and provenance["fps"] == 25
    stage.frame_set(11)
    still = evaluated(head)
    assert max(furthest(evaluated(head, frame), still) for frame in range(12, 49, 4)) > 2e-3
    assert "vertices move" in addon.messages.last.text
    assert not addon.backend.job.state.running


def test_generate_obeys_the_instruction(stage, addon):
    stage.avi_talking.instruction = "smiling broadly, her brows raised, says grumblefoo"
    bpy.ops.avi_talking.generate()
    assert "grumblefoo" in addon.messages.last.text
    head = stage.avi_talking.head
    meanings = addon.head.head_description(head)["meanings"]
    smile = next(key for key, control in meanings.items() if control == "mouthSmileLeft")
    stage.frame_set(11 + 25)
    assert head.data.shape_keys.key_blocks[smile].value > 0.3
    action = head.data.shape_keys.animation_data.action
    assert "smiling broadly" in action["avi_talking_instructions"]


def test_generate_from_a_file(scene, addon):
    bpy.ops.avi_talking.add_head(channels="ARKIT")
    settings = scene.avi_talking
    settings.source, settings.sound_file, settings.sound_frame = "FILE", str(LINE), 100
    settings.transcript = (ROOT / "assets" / "demo_line.txt").read_text()
    has_sound = bpy.app.build_options.audaspace
    assert bpy.ops.avi_talking.generate(add_strip=has_sound, set_frame_range=True) == {"FINISHED"}
    first, last = curves_of(face(scene))[0].range()
    assert (scene.frame_start, scene.frame_end) == (first, last) == (100, last)
    if has_sound:
        editor = scene.sequence_editor
        (strip,) = editor.strips if hasattr(editor, "strips") else editor.sequences
        assert addon.sequencer.strip_times(scene, strip).first == 100


def test_generate_leaves_the_frame_range_alone_and_says_so(stage, addon):
    stage.frame_start, stage.frame_end = 1, 20
    assert bpy.ops.avi_talking.generate() == {"FINISHED"}
    assert (stage.frame_start, stage.frame_end) == (1, 20)
    assert "the scene plays 1 to 20" in addon.messages.last.text and addon.messages.last.level == "WARNING"


def test_generate_is_one_undo_step(stage):
    bpy.ops.ed.undo_push(message="before")
    actions = len(bpy.data.actions)
    assert bpy.ops.avi_talking.generate("EXEC_DEFAULT", True) == {"FINISHED"}
    assert len(bpy.data.actions) > actions
    bpy.ops.ed.undo()
    assert len(bpy.data.actions) == actions
    head = bpy.context.scene.avi_talking.head
    assert head is not None and head.data.shape_keys.animation_data.action is None
    bpy.ops.ed.redo()
    assert bpy.context.scene.avi_talking.head.data.shape_keys.animation_data.action is not None


@pytest.mark.skipif(
    "sequencer_scene" not in bpy.types.WorkSpace.bl_rna.properties, reason="the sequencer shows the window's scene"
)
def test_the_sequencer_may_edit_another_scene(stage, addon):
    edit = bpy.data.scenes.new("Edit")
    edit.render.fps = 24
    add_strip(edit, LINE, frame=101)
    bpy.context.workspace.sequencer_scene = edit
    assert bpy.ops.avi_talking.generate() == {"FINISHED"}
    assert curves_of(face(stage))[0].range()[0] == 101.0
    assert "24 frames per second" in addon.messages.last.text and addon.messages.last.level == "WARNING"


def test_generate_twice_keeps_the_first_take(stage, addon):
    bpy.ops.avi_talking.generate()
    first = face(stage).animation_data.action.name
    stage.avi_talking.seed = 1
    bpy.ops.avi_talking.generate()
    assert face(stage).animation_data.action.name != first and first in bpy.data.actions
    assert addon.messages.last.level == "INFO" and first in addon.messages.last.text


def test_analyze_shows_what_was_heard(stage, addon):
    assert bpy.ops.avi_talking.analyze() == {"FINISHED"}
    settings = stage.avi_talking
    track = json.loads(settings.heard_track)
    assert settings.heard == " ".join(word["text"] for word in track["words"]) and "hello" in settings.heard.lower()
    assert track["phones"][-1]["end"] == pytest.approx(38 / 25, abs=0.02)
    assert settings.transcript == "" and settings.heard_clip == "line"
    assert bpy.ops.avi_talking.use_heard() == {"FINISHED"}
    assert settings.transcript == settings.heard


def test_apply_take(addon, stage, tmp_path):
    path = tmp_path / "gesture.npz"
    make_take(frames=31, fps=25.0).save(path)
    assert bpy.ops.avi_talking.apply_take(filepath=str(path), start_frame=40) == {"FINISHED"}
    assert curves_of(face(stage))[0].range()[:] == (40.0, 70.0)
    assert face(stage).animation_data.action.name == "AVI gesture"


def test_apply_take_refuses_what_is_no_take_of_this_head(addon, stage, tmp_path):
    before = census()
    assert "There is no take file" in failure(bpy.ops.avi_talking.apply_take, filepath=str(tmp_path / "none.npz"))
    (tmp_path / "garbage.npz").write_bytes(b"PK\x03\x04" + bytes(100))
    assert "not a take file" in failure(bpy.ops.avi_talking.apply_take, filepath=str(tmp_path / "garbage.npz"))
    take = make_take()
    object.__setattr__(take, "provenance", {"head_model": {"name": "FLAME 2023", "sha256": "0" * 64}})
    take.save(tmp_path / "other.npz")
    assert "made for the head model 'FLAME 2023'" in failure(
        bpy.ops.avi_talking.apply_take, filepath=str(tmp_path / "other.npz")
    )
    assert census() == before


def test_buttons_say_why_they_are_grey(addon, scene, tmp_path):
    assert "No sound strip is selected" in failure(bpy.ops.avi_talking.generate)
    strip = add_strip(scene, write_wav(tmp_path / "tone.wav", np.zeros(2 * RATE)))
    assert "add one with Add Head" in failure(bpy.ops.avi_talking.generate)
    assert "add one with Add Head" in failure(bpy.ops.avi_talking.apply_take, filepath="x.npz")
    bpy.ops.avi_talking.add_head()
    strip.mute = True
    assert "is muted" in failure(bpy.ops.avi_talking.generate)
    scene.avi_talking.source = "FILE"
    assert "Choose a sound file" in failure(bpy.ops.avi_talking.generate)
    assert "Press Listen first" in failure(bpy.ops.avi_talking.use_heard)
    strip.mute, scene.avi_talking.source = False, "STRIP"
    scene.collection.objects.unlink(scene.avi_talking.head)
    assert "is not in this scene" in failure(bpy.ops.avi_talking.generate)


def test_bad_sound_and_bad_heads_leave_the_scene_as_it_was(addon, stage, tmp_path, monkeypatch):
    settings = stage.avi_talking
    head = settings.head
    settings.source = "FILE"
    picture = tmp_path / "picture.wav"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4000))
    plain, stranger = character([], "Plain"), character(["Smile", "Frown"], "Stranger")
    flame = character(["Exp001", "Exp002"], "Flame")
    before = census()

    def refused(sound, obj, part):
        settings.sound_file, settings.head = str(sound), obj
        text = failure(bpy.ops.avi_talking.generate)
        assert part in text and text.removeprefix("Error: ") == addon.messages.last.text
        assert addon.messages.last.level == "ERROR"
        assert census() == before

    refused(tmp_path / "none.wav", head, "no sound file at")
    refused(picture, head, "picture.wav")
    refused(LINE, plain, "no shape keys")
    refused(LINE, stranger, "ARKit name")
    refused(LINE, flame, "choose the FLAME model file")
    settings.head_model = str(tmp_path / "none.pkl")
    refused(LINE, flame, "no FLAME model file at")
    monkeypatch.setenv("AVI_TALKING_PYTHON", str(tmp_path / "python"))
    refused(LINE, head, "does not exist")
    monkeypatch.delenv("AVI_TALKING_PYTHON")
    monkeypatch.setattr(addon.backend.job, "user_folder", lambda: tmp_path)
    refused(LINE, head, "The backend is not installed")


def test_a_read_only_folder_for_takes(addon, stage, tmp_path, monkeypatch):
    folder = tmp_path / "file"
    folder.write_text("not a folder")
    monkeypatch.setattr(addon.takes, "_folder", lambda: folder / "takes")
    before = census()
    assert "cannot be written to" in failure(bpy.ops.avi_talking.generate)
    assert census() == before


def test_old_takes_are_deleted(addon, tmp_path, monkeypatch):
    monkeypatch.setattr(addon.takes, "_folder", lambda: tmp_path)
    paths = [addon.takes.new_take_path() for _ in range(addon.takes.KEPT + 5)]
    assert len(list(tmp_path.iterdir())) == addon.takes.KEPT and paths[-1].exists()
    (tmp_path / "mine.npz").write_bytes(b"")
    addon.takes.new_take_path()
    assert (tmp_path / "mine.npz").exists()


def test_cancel_leaves_everything(addon, stage):
    before = census()
    while_running(addon, bpy.ops.avi_talking.cancel)
    stage.avi_talking.transcript = "Nobody has said this before."
    assert bpy.ops.avi_talking.generate() == {"CANCELLED"}
    assert census() == before and face(stage).animation_data.action is None
    assert "was cancelled" in addon.messages.last.text
    with pytest.raises(RuntimeError):
        bpy.ops.avi_talking.cancel()


def test_the_head_is_renamed_while_its_take_is_made(addon, stage):
    while_running(addon, lambda: setattr(stage.avi_talking.head, "name", "Bob"))
    assert bpy.ops.avi_talking.generate() == {"FINISHED"}
    assert "'Bob'" in addon.messages.last.text


def test_another_head_is_chosen_while_the_take_is_made(addon, stage):
    head = stage.avi_talking.head
    while_running(addon, lambda: setattr(stage.avi_talking, "head", character(["jawOpen"])))
    assert bpy.ops.avi_talking.generate() == {"FINISHED"}
    assert head.data.shape_keys.animation_data.action is not None


def test_the_head_is_deleted_while_its_take_is_made(addon, stage):
    while_running(addon, lambda: bpy.data.objects.remove(stage.avi_talking.head))
    text = failure(bpy.ops.avi_talking.generate)
    assert "'AVI Head' was deleted" in text
    path = Path(text[text.index("Apply Take with ") + len("Apply Take with ") :].rstrip("."))
    assert len(bpy.data.actions) == 0
    bpy.ops.avi_talking.add_head()
    assert bpy.ops.avi_talking.apply_take(filepath=str(path), start_frame=11) == {"FINISHED"}


def test_the_scene_is_removed_while_the_take_is_made(addon, stage):
    def leave():
        other = bpy.data.scenes.new("Other")
        bpy.context.window.scene = other
        bpy.data.scenes.remove(stage)

    while_running(addon, leave)
    assert "The scene was removed" in failure(bpy.ops.avi_talking.generate)


def test_another_scene_is_shown_while_the_take_is_made(addon, stage):
    other = bpy.data.scenes.new("Other")
    other.render.fps = 60
    while_running(addon, lambda: setattr(bpy.context.window, "scene", other))
    assert bpy.ops.avi_talking.generate() == {"FINISHED"}
    curve = curves_of(face(stage))[0]
    assert curve.range()[0] == 11.0 and curve.range()[1] < 52


def test_undo_while_the_take_is_made(addon, stage):
    bpy.ops.ed.undo_push(message="stage")
    stage.avi_talking.seed = 3
    bpy.ops.ed.undo_push(message="seed")
    while_running(addon, bpy.ops.ed.undo)
    assert bpy.ops.avi_talking.generate() == {"FINISHED"}
    scene = bpy.context.scene
    assert scene.avi_talking.seed == 0
    assert json.loads(face(scene).animation_data.action["avi_talking_provenance"])["seed"] == 3


def test_the_file_is_saved_while_the_take_is_made(addon, stage, tmp_path):
    path = str(tmp_path / "saved.blend")
    while_running(addon, lambda: bpy.ops.wm.save_as_mainfile(filepath=path))
    assert bpy.ops.avi_talking.generate() == {"FINISHED"}
    assert face(stage).animation_data.action is not None


def test_no_sound_is_left_behind(addon, stage):
    strip = stage.sequence_editor.active_strip
    strip.sound.pack()
    folder = Path(bpy.app.tempdir)
    before = {path.name for path in folder.glob("avi_talking_*") if path.is_file()}
    assert bpy.ops.avi_talking.analyze() == {"FINISHED"}
    while_running(addon, bpy.ops.avi_talking.cancel)
    stage.avi_talking.transcript = "Nobody has said that either."
    assert bpy.ops.avi_talking.generate() == {"CANCELLED"}
    assert {path.name for path in folder.glob("avi_talking_*") if path.is_file()} == before


def test_check_backend_names_versions_and_device(addon, scene):
    assert bpy.ops.avi_talking.check_backend() == {"FINISHED"}
    text = addon.messages.last.text
    assert text.startswith("Python 3.") and "torch" in text and " on " in text


def test_installing_needs_permission_to_go_online(addon, scene):
    assert not bpy.app.online_access
    assert "Allow Online Access" in failure(bpy.ops.avi_talking.install_backend)


def test_invoking_without_a_window_does_the_work(stage):
    assert bpy.ops.avi_talking.generate("INVOKE_DEFAULT") == {"FINISHED"}


def test_job_errors_are_the_add_ons_own(addon):
    assert addon.JobError is JobError
