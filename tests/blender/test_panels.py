# SPDX-License-Identifier: GPL-3.0-or-later
"""Every state of the panels, drawn on a layout that refuses what Blender would refuse."""

import sys

import bpy
import pytest

from tests.blender.recording_layout import Drawing, RecordingLayout, draw
from tests.blender.test_sequencer import RATE, add_strip, write_wav


@pytest.fixture
def settings(addon, empty_scene, monkeypatch):
    monkeypatch.setenv("AVI_TALKING_PYTHON", sys.executable)
    forget_backend(addon)
    addon.messages.clear()
    yield bpy.context.scene.avi_talking
    forget_backend(addon)
    addon.messages.clear()


def forget_backend(addon):
    addon.ui.backend_status._last = (-10.0, "")


@pytest.fixture(params=["AVI_TALKING_PT_viewport", "AVI_TALKING_PT_sequencer"])
def panel(request, addon):
    return getattr(addon.ui.panels, request.param)


@pytest.fixture
def strip(settings, tmp_path):
    return add_strip(bpy.context.scene, write_wav(tmp_path / "line.wav", [0.1] * 2 * RATE), name="Hello")


@pytest.fixture
def state(addon):
    """The state of the job, put back afterwards."""
    state = addon.backend.job.state
    before = dict(vars(state))
    yield state
    vars(state).update(before)


def test_both_editors_have_the_tab(addon):
    panels = addon.ui.panels
    places = {(p.bl_space_type, p.bl_region_type, p.bl_category) for p in panels.CLASSES}
    assert places == {(space, "UI", "AVI Talking") for space in ("VIEW_3D", "SEQUENCE_EDITOR")}


def test_an_empty_scene(panel, settings):
    drawn = draw(panel)
    assert "No sound strip is selected" in drawn.text()
    assert drawn.operators() == [
        "avi_talking.analyze",
        "avi_talking.add_head",
        "avi_talking.generate",
        "avi_talking.apply_take",
    ]
    assert drawn.properties()[:2] == ["source", "transcript"]


def test_a_strip_and_its_length(panel, strip):
    assert "Hello, 2.0 s" in draw(panel).text()
    strip.mute = True
    assert "is muted" in draw(panel).text()


def test_a_sound_file(panel, settings):
    settings.source = "FILE"
    assert {"sound_file", "sound_frame"} <= set(draw(panel).properties())


def test_the_words_that_were_heard(panel, settings):
    settings.heard, settings.heard_clip = "hello my friend", "line"
    drawn = draw(panel)
    assert "Heard in line: hello my friend" in drawn.text() and "avi_talking.use_heard" in drawn.operators()
    bpy.ops.avi_talking.use_heard()
    assert settings.transcript == "hello my friend"
    assert "avi_talking.use_heard" not in draw(panel).operators()


def test_a_flame_head_from_elsewhere_is_asked_for_its_model(panel, settings):
    mesh = bpy.data.meshes.new("flame")
    mesh.from_pydata([(0, 0, 0)], [], [])
    settings.head = bpy.data.objects.new("flame", mesh)
    assert "head_model" not in draw(panel).properties()
    settings.head.shape_key_add(name="Basis")
    settings.head.shape_key_add(name="Exp001")
    assert "head_model" in draw(panel).properties()


def test_a_job_at_work_shows_progress_and_cancel_in_place_of_generate(panel, settings, state):
    state.running, state.label, state.message, state.fraction = True, "Generate", "Listening", 0.4
    drawn = draw(panel)
    (bar,) = [call.arguments for call in drawn.calls if call.method == "progress"]
    assert (bar["factor"], bar["text"]) == (0.4, "Listening")
    assert "avi_talking.cancel" in drawn.operators() and "avi_talking.generate" not in drawn.operators()


@pytest.mark.parametrize("level", ["INFO", "WARNING", "ERROR"])
def test_the_last_message_is_read_to_its_end(addon, panel, settings, level):
    text = "The file of the strip 'line' is missing: " + "find it with File, External Data, Find Missing Files, " * 3
    addon.messages.say(level, text)
    assert " ".join(text.split()) in draw(panel).text()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert addon.messages.last is None


def test_a_missing_backend_offers_to_set_it_up(addon, panel, settings, monkeypatch, tmp_path):
    assert "avi_talking.install_backend" not in draw(panel).operators()
    forget_backend(addon)
    monkeypatch.delenv("AVI_TALKING_PYTHON")
    monkeypatch.setattr(addon.backend.job, "user_folder", lambda: tmp_path)
    drawn = draw(panel)
    assert drawn.text().startswith("The backend is not installed")
    # Blender may not go online here, so that comes first.
    assert drawn.operators()[:2] == ["screen.userpref_show", "preferences.addon_show"]


def test_preferences(addon, settings, state, monkeypatch, tmp_path):
    cls = addon.preferences.AVI_TALKING_preferences
    entry = bpy.context.preferences.addons.new()
    entry.module = addon.package
    try:
        chosen = entry.preferences
        assert chosen.python == ""
        drawn = draw(cls, bl_rna=chosen.bl_rna)
        assert sys.executable in drawn.text().replace(" ", "")
        assert drawn.operators() == ["avi_talking.check_backend"]
        forget_backend(addon)
        chosen.python = str(tmp_path / "nowhere")
        drawn = draw(cls, bl_rna=chosen.bl_rna)
        assert "does not exist" in drawn.text()
        assert drawn.operators() == ["avi_talking.check_backend", "screen.userpref_show"]
        state.running = True
        assert "avi_talking.cancel" in draw(cls, bl_rna=chosen.bl_rna).operators()
    finally:
        bpy.context.preferences.addons.remove(entry)


def test_lines_fit_and_lose_no_word(addon):
    text = addon.ui.text
    sentence = (
        "There is no sound file at /home/someone/projects/shots/sequence_010/audio/line_take_007_final.wav: choose."
    )
    for width in (60, 120, 300, 2000):
        lines = text.wrap(sentence, width)
        assert "".join("".join(lines).split()) == "".join(sentence.split())
        assert all(text.blf.dimensions(0, line)[0] <= width for line in lines)
    assert text.wrap(sentence, 2000) == [sentence]
    assert text.wrap("", 100) == [""]
    assert text.wrap("wide", 1) == list("wide")


def test_the_layout_refuses_what_blender_refuses(settings):
    layout = RecordingLayout(Drawing())
    for mistake in (
        lambda: layout.label(text="x", icon="NO_SUCH_ICON"),
        lambda: layout.prop(bpy.context.scene, "no_such_property"),
        lambda: layout.operator("avi_talking.no_such_operator"),
        lambda: layout.rowing(),
        lambda: layout.label(txt="x"),
    ):
        with pytest.raises((TypeError, AttributeError, KeyError)):
            mistake()
