# SPDX-License-Identifier: GPL-3.0-or-later
"""What is heard is what is spoken: Blender's own mixdown of the scene is the judge of every clip."""

import wave
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest

RATE = 16000


@pytest.fixture(scope="module")
def recording(tmp_path_factory) -> Path:
    """Six seconds of noise whose loudness wanders: no stretch of it is like another."""
    generator = np.random.default_rng(2)
    noise = generator.standard_normal(6 * RATE)
    loudness = np.repeat(generator.uniform(0.2, 1.0, 60), RATE // 10)
    return write_wav(tmp_path_factory.mktemp("sound") / "line.wav", 0.15 * noise * loudness)


def write_wav(path: Path, samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def read_wav(path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (RATE, 1)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def spoken(clip) -> np.ndarray:
    """The samples that the backend is asked to listen to."""
    samples = read_wav(clip.path)
    end = len(samples) if clip.duration is None else round((clip.start + clip.duration) * RATE)
    return samples[round(clip.start * RATE) : end]


def heard(scene, clip, tmp_path) -> np.ndarray:
    """What Blender plays of the whole scene while the clip is spoken."""
    frames = round(clip.duration * clip.fps)
    scene.frame_start, scene.frame_end = clip.frame, clip.frame + frames - 1
    path = tmp_path / "heard.wav"
    bpy.ops.sound.mixdown(
        filepath=str(path),
        check_existing=False,
        container="WAV",
        codec="PCM",
        format="S16",
        mixrate=RATE,
        channels="MONO",
    )
    return read_wav(path)


def lag_and_likeness(a, b, reach=800):
    """Samples by which `b` comes later than `a`, and their correlation there."""
    n = min(len(a), len(b)) - 2 * reach
    middle, wide = a[reach : reach + n], b[: n + 2 * reach]
    size = 2 * len(wide)
    products = np.fft.irfft(np.fft.rfft(wide, size) * np.conj(np.fft.rfft(middle, size)), size)[: 2 * reach + 1]
    energy = np.cumsum(np.concatenate([[0.0], wide**2]))
    scores = products / (np.linalg.norm(middle) * np.sqrt(energy[n:] - energy[: 2 * reach + 1]) + 1e-9)
    best = int(np.argmax(scores))
    return best - reach, scores[best]


def assert_spoken_is_heard(addon, scene, tmp_path, likeness=0.98):
    clip = addon.sequencer.clip_from_strip(scene)
    try:
        a, b = spoken(clip), heard(scene, clip, tmp_path)
        assert abs(len(a) - len(b)) < 0.1 * RATE
        lag, likeness_found = lag_and_likeness(a, b)
        assert abs(lag) <= RATE // 1000
        assert likeness_found > likeness
    finally:
        clip.discard()
    return clip


def need_audio():
    if not bpy.app.build_options.audaspace:
        pytest.skip("this Blender was built without its audio library")


def add_strip(scene, path, frame=1, channel=1, name="line"):
    need_audio()
    editor = scene.sequence_editor or scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strip = strips.new_sound(name, str(path), channel, frame)
    editor.active_strip = strip
    return strip


def trim(strip, first=0, last=0):
    """Take frames off the beginning and the end."""
    if hasattr(strip, "left_handle"):
        strip.left_handle, strip.right_handle = strip.left_handle + first, strip.right_handle - last
    else:
        strip.frame_offset_start += first
        strip.frame_offset_end += last


def tells_retiming(strip):
    """Whether this Blender tells that a sound is retimed; where not, every sound is mixed down."""
    return hasattr(strip, "retiming_keys")


def retime(strip, speed, split=None):
    """Play the strip at `speed` percent; with `split`, move the middle of its sound to that frame."""
    window = bpy.context.window_manager.windows[0]
    area = window.screen.areas[0]
    area.type = "SEQUENCE_EDITOR"
    scene = strip.id_data
    if "sequencer_scene" in bpy.types.WorkSpace.bl_rna.properties:
        bpy.context.workspace.sequencer_scene = scene
    strip.select = True
    with bpy.context.temp_override(window=window, area=area):
        assert bpy.ops.sequencer.retiming_segment_speed_set(speed=speed) == {"FINISHED"}
        if split is not None:
            middle = (strip.retiming_keys[0].timeline_frame + strip.retiming_keys[-1].timeline_frame) // 2
            strip.select = True
            bpy.ops.sequencer.retiming_key_add(timeline_frame=middle)
            strip.retiming_keys[1].timeline_frame = split


@pytest.fixture
def scene(empty_scene):
    return bpy.context.scene


def test_times_of_a_trimmed_strip(addon, scene, recording):
    scene.render.fps = 24
    strip = add_strip(scene, recording, frame=11)
    trim(strip, first=12, last=72)
    clip = addon.sequencer.clip_from_strip(scene)
    assert (clip.frame, clip.duration, clip.name, clip.fps) == (23, 2.5, "line", 24.0)
    if tells_retiming(strip):
        assert (clip.path, clip.start, clip.temporary) == (str(recording), 0.5, False)
    clip.discard()


@pytest.mark.parametrize(("fps", "base"), [(24, 1.0), (24, 1.001), (25, 1.0), (30, 1.001), (60, 1.0), (12, 1.0)])
def test_plain_strip_at_every_frame_rate(addon, scene, recording, tmp_path, fps, base):
    scene.render.fps, scene.render.fps_base = fps, base
    strip = add_strip(scene, recording, frame=7)
    trim(strip, first=fps // 2, last=fps)
    clip = assert_spoken_is_heard(addon, scene, tmp_path)
    assert clip.path == str(recording) or not tells_retiming(strip)
    assert clip.frame == 7 + fps // 2


@pytest.mark.parametrize("offset", [0.73, -0.73])
@pytest.mark.parametrize("first", [0, 30])
def test_sound_offset(addon, scene, recording, tmp_path, offset, first):
    strip = add_strip(scene, recording, frame=5)
    strip.sound_offset = offset
    trim(strip, first=first, last=20)
    assert_spoken_is_heard(addon, scene, tmp_path)


def test_strip_that_begins_before_its_sound(addon, scene, recording, tmp_path):
    strip = add_strip(scene, recording, frame=50)
    trim(strip, first=-10)
    clip = assert_spoken_is_heard(addon, scene, tmp_path)
    assert (clip.frame, clip.start) == ((50, 0.0) if tells_retiming(strip) else (40, 0.0))


@pytest.mark.parametrize("split", [None, 20])
def test_retimed_strip_is_mixed_down(addon, scene, recording, tmp_path, split):
    strip = add_strip(scene, recording, frame=3)
    if split is not None and not tells_retiming(strip):
        pytest.skip("this Blender does not let a script move retiming keys of sounds")
    add_strip(scene, recording, frame=30, channel=2, name="other").select = False
    scene.sequence_editor.active_strip = strip
    retime(strip, 200.0, split)
    trim(strip, first=12)
    counts = {kind: len(getattr(bpy.data, kind)) for kind in ("scenes", "sounds", "actions", "objects", "collections")}
    clip = addon.sequencer.clip_from_strip(scene)
    assert clip.temporary and (clip.frame, clip.start) == (15, 0.0)
    assert counts == {kind: len(getattr(bpy.data, kind)) for kind in counts}
    path = Path(clip.path)
    clip.discard()
    assert not path.exists()
    other = next(
        s for s in (getattr(scene.sequence_editor, "strips", None) or scene.sequence_editor.sequences) if s != strip
    )
    assert not other.mute
    other.mute = True
    assert_spoken_is_heard(addon, scene, tmp_path)


def test_animated_volume_is_mixed_down(addon, scene, recording, tmp_path):
    strip = add_strip(scene, recording)
    for frame, volume in ((1, 0.0), (60, 0.0), (70, 1.0)):
        strip.volume = volume
        strip.keyframe_insert("volume", frame=frame)
    clip = assert_spoken_is_heard(addon, scene, tmp_path)
    assert clip.temporary


def test_packed_sound(addon, scene, recording, tmp_path):
    gone = tmp_path / "gone.wav"
    gone.write_bytes(recording.read_bytes())
    strip = add_strip(scene, gone)
    strip.sound.pack()
    gone.unlink()
    trim(strip, first=24)
    clip = assert_spoken_is_heard(addon, scene, tmp_path)
    assert clip.temporary and clip.frame == 25


def test_strip_inside_a_meta_strip_is_heard_as_far_as_the_meta_shows_it(addon, scene, recording, tmp_path):
    strip = add_strip(scene, recording)
    window = bpy.context.window_manager.windows[0]
    window.screen.areas[0].type = "SEQUENCE_EDITOR"
    if "sequencer_scene" in bpy.types.WorkSpace.bl_rna.properties:
        bpy.context.workspace.sequencer_scene = scene
    with bpy.context.temp_override(window=window, area=window.screen.areas[0]):
        bpy.ops.sequencer.meta_make()
        meta = scene.sequence_editor.active_strip
        with pytest.raises(addon.JobError, match="meta strip: open it"):
            addon.sequencer.clip_from_strip(scene)
        trim(meta, first=12, last=24)
        bpy.ops.sequencer.meta_toggle()
        strip.select = True
        scene.sequence_editor.active_strip = strip
        clip = assert_spoken_is_heard(addon, scene, tmp_path)
        assert (clip.frame, clip.duration) == (13, (144 - 36) / 24)
        meta.mute = True
        with pytest.raises(addon.JobError, match="muted meta strip"):
            addon.sequencer.clip_from_strip(scene)


def test_selected_strip_without_an_active_one(addon, scene, recording):
    first, second = add_strip(scene, recording), add_strip(scene, recording, channel=2, name="second")
    scene.sequence_editor.active_strip = None
    with pytest.raises(addon.JobError, match="2 sound strips are selected"):
        addon.sequencer.chosen_strip(scene)
    first.select = False
    assert addon.sequencer.chosen_strip(scene) == second
    scene.sequence_editor.active_strip = first
    assert addon.sequencer.chosen_strip(scene) == second
    second.select = False
    assert addon.sequencer.chosen_strip(scene) == first


def test_whole_file(addon, scene, recording):
    scene.render.fps, scene.render.fps_base = 30, 1.001
    clip = addon.sequencer.clip_from_file(scene, str(recording), 40)
    assert (clip.path, clip.frame, clip.start, clip.duration) == (str(recording), 40, 0.0, None)
    assert clip.fps == pytest.approx(29.97, abs=1e-3)
    need_audio()
    strip = addon.sequencer.add_sound_strip(scene, clip)
    assert addon.sequencer.strip_times(scene, strip).first == 40
    assert addon.sequencer.add_sound_strip(scene, clip).channel == 2


def test_a_blender_without_its_audio_library_says_so(addon, scene, recording, monkeypatch):
    strip = add_strip(scene, recording)
    retime(strip, 200.0)
    without = SimpleNamespace(build_options=SimpleNamespace(audaspace=False), tempdir=bpy.app.tempdir)
    monkeypatch.setattr(addon.sound, "bpy", SimpleNamespace(app=without))
    assert "built without its audio library" in refusal(addon, addon.sequencer.clip_from_strip, scene)


def test_a_mixdown_that_stops_early_is_refused(addon, scene, recording, tmp_path):
    strip = add_strip(scene, recording)
    path = write_wav(tmp_path / "mix.wav", np.zeros(2048))
    assert "only 0.13 of 6.00 seconds" in refusal(addon, addon.sound._check_length, path, strip, 6.0)
    assert not path.exists()


def film(folder, recording) -> Path:
    """Six seconds of grey with the recording as its sound, rendered by the sequencer."""
    need_audio()
    scene = bpy.data.scenes.new("Film")
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strips.new_sound("sound", str(recording), 1, 1)
    length = {"length": 144} if "length" in strips.bl_rna.functions["new_effect"].parameters else {"frame_end": 145}
    strips.new_effect(name="grey", type="COLOR", channel=2, frame_start=1, **length)
    render = scene.render
    render.resolution_x = render.resolution_y = 16
    scene.frame_end = 144
    if hasattr(render.image_settings, "media_type"):
        render.image_settings.media_type = "VIDEO"
    render.image_settings.file_format = "FFMPEG"
    render.ffmpeg.format, render.ffmpeg.codec, render.ffmpeg.audio_codec = "MPEG4", "MPEG4", "AAC"
    render.filepath = str(folder / "film.mp4")
    with bpy.context.temp_override(scene=scene):
        bpy.ops.render.render(animation=True)
    bpy.data.scenes.remove(scene)
    (path,) = folder.glob("film*.mp4")
    return path


def test_a_film_is_spoken_by_the_sound_strip_beside_it(addon, scene, recording, tmp_path):
    path = film(tmp_path, recording)
    sound_strip = add_strip(scene, path, frame=20, name="sound")
    editor = scene.sequence_editor
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    movie = strips.new_movie("movie", str(path), 2, 20)
    for strip in (movie, sound_strip):
        trim(strip, first=24)
    sound_strip.select, editor.active_strip = False, movie
    assert addon.sequencer.chosen_strip(scene) == sound_strip
    clip = addon.sequencer.clip_from_strip(scene)
    assert (clip.frame, clip.name) == (44, "sound")
    assert (clip.path, clip.start) == (str(path), 1.0) or not tells_retiming(sound_strip)
    clip.discard()
    strips.remove(sound_strip)
    clip = addon.sequencer.clip_from_strip(scene)
    assert (clip.path, clip.frame, clip.start, clip.name) == (str(path), 44, 1.0, "movie")
    retime(movie, 150.0)
    assert "retimed and has no sound strip" in refusal(addon, addon.sequencer.clip_from_strip, scene)


def refusal(addon, function, *args) -> str:
    with pytest.raises(addon.JobError) as caught:
        function(*args)
    text = str(caught.value)
    assert text.count("\n") == 0 and text.endswith(".")
    return text


def test_nothing_to_speak(addon, scene, recording):
    clip = addon.sequencer.clip_from_strip
    assert "No sound strip is selected" in refusal(addon, clip, scene)
    editor = scene.sequence_editor_create()
    assert "No sound strip is selected" in refusal(addon, clip, scene)
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    other = bpy.data.scenes.new("Other")
    editor.active_strip = strips.new_scene("shot", other, 3, 1)
    assert "scene strip" in refusal(addon, clip, scene)


def test_silent_strips(addon, scene, recording):
    clip = addon.sequencer.clip_from_strip
    strip = add_strip(scene, recording, channel=3)
    strip.mute = True
    assert "is muted" in refusal(addon, clip, scene)
    strip.mute = False
    scene.sequence_editor.channels[3].mute = True
    assert "is muted" in refusal(addon, clip, scene)
    scene.sequence_editor.channels[3].mute = False
    strip.volume = 0.0
    assert "volume" in refusal(addon, clip, scene)
    strip.volume = 0.4
    assert clip(scene).frame == 1
    strip.sound = None
    assert "lost its sound" in refusal(addon, clip, scene)


def test_strips_too_short(addon, scene, recording):
    strip = add_strip(scene, recording)
    trim(strip, first=100, last=144 - 104)
    assert "0.17 s, too short" in refusal(addon, addon.sequencer.clip_from_strip, scene)
    trim(strip, last=-1)
    assert addon.sequencer.clip_from_strip(scene).duration == pytest.approx(5 / 24)


def test_files_that_are_missing_or_no_sound(addon, scene, recording, tmp_path):
    path = tmp_path / "line.wav"
    path.write_bytes(recording.read_bytes())
    add_strip(scene, path)
    path.unlink()
    assert str(path) in refusal(addon, addon.sequencer.clip_from_strip, scene)
    picture = tmp_path / "picture.wav"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4000))
    add_strip(scene, picture, channel=2)
    assert "not a sound" in refusal(addon, addon.sequencer.clip_from_strip, scene)
    from_file = addon.sequencer.clip_from_file
    assert "No sound file is chosen" in refusal(addon, from_file, scene, "", 1)
    assert "no sound file at" in refusal(addon, from_file, scene, str(tmp_path / "none.wav"), 1)
    assert "never saved" in refusal(addon, from_file, scene, "//none.wav", 1)


def heard_file(addon, scene):
    """The file that the chosen strip plays; None where it had to be mixed down, which reads it too."""
    clip = addon.sequencer.clip_from_strip(scene)
    assert clip.duration == pytest.approx(6.0)
    clip.discard()
    return None if clip.temporary else Path(clip.path)


def test_relative_path_and_a_linked_scene(addon, scene, recording, tmp_path):
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "line.wav").write_bytes(recording.read_bytes())
    blend = tmp_path / "shots" / "edit.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(blend))
    strip = add_strip(scene, tmp_path / "shots" / "line.wav")
    strip.sound.filepath = "//line.wav"
    assert heard_file(addon, scene) == (blend.with_name("line.wav") if tells_retiming(strip) else None)
    bpy.ops.wm.save_as_mainfile(filepath=str(blend))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(blend), link=True) as (available, linked):
        linked.scenes = available.scenes[:1]
    (scene,) = linked.scenes
    strip = addon.sequencer.chosen_strip(scene)
    assert heard_file(addon, scene) == (blend.with_name("line.wav") if tells_retiming(strip) else None)
