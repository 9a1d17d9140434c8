# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound files of every kind, and files that are no sound."""

from __future__ import annotations

import os
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.signal import correlate

from model_backend.audio import SAMPLE_RATE, Sound, load_sound
from model_backend.errors import JobError


def sweep(seconds: float, rate: int, top: float = 400.0) -> np.ndarray:
    """A rising tone that starts and ends at once: its place in time is known to a fraction of a millisecond."""
    t = np.arange(round(seconds * rate)) / rate
    return 0.4 * np.sin(2 * np.pi * (100 * t + (top - 100) / (2 * seconds) * t**2))


def encode(path: Path, samples: np.ndarray, rate: int, codec: str, sample_format: str, layout: str = "mono") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        resampler = av.AudioResampler(
            format=sample_format, layout=layout, rate=rate, frame_size=stream.frame_size or 1024
        )
        channels = np.atleast_2d(samples).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channels), format="fltp", layout=layout)
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        frame.pts = 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            for packet in stream.encode(piece):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


def film(path: Path, sound: np.ndarray | None, rate: int = 44100, delay: float = 0.0) -> Path:
    """A small film; its sound, if any, begins `delay` seconds after its first picture."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=10)
        video.width = video.height = 32
        video.pix_fmt = "yuv420p"
        audio = None if sound is None else container.add_stream("aac", rate=rate, layout="mono")
        for i in range(20):
            picture = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 10 * i, np.uint8), format="rgb24")
            for packet in video.encode(picture):
                container.mux(packet)
        for packet in video.encode(None):
            container.mux(packet)
        if audio is not None:
            for i in range(0, len(sound), 1024):
                frame = av.AudioFrame.from_ndarray(sound[None, i : i + 1024].astype(np.float32), "fltp", "mono")
                frame.sample_rate = rate
                frame.time_base = Fraction(1, rate)
                frame.pts = i + round(delay * rate)
                for packet in audio.encode(frame):
                    container.mux(packet)
            for packet in audio.encode(None):
                container.mux(packet)
    return path


def lag(sound: Sound, expected: np.ndarray) -> float:
    """Milliseconds by which the sound lies later than expected, where they fit best; fails where nothing fits."""
    match = correlate(sound.samples, expected, method="fft")
    fit = match.max() / np.linalg.norm(sound.samples) / np.linalg.norm(expected)
    assert fit > 0.97
    return 1000 * (int(match.argmax()) - len(expected) + 1) / SAMPLE_RATE


@pytest.mark.parametrize("rate", [1000, 8000, 11025, 16000, 22050, 44100, 48000, 96000, 192000])
def test_every_sample_rate_arrives_at_16_khz(tmp_path, rate):
    soundfile.write(tmp_path / "a.wav", sweep(1.0, rate), rate)
    sound = load_sound(tmp_path / "a.wav")
    assert sound.samples.dtype == np.float32
    assert sound.duration == pytest.approx(1.0, abs=2e-3)
    assert abs(lag(sound, sweep(1.0, SAMPLE_RATE))) < 0.2
    assert np.abs(sound.samples).max() == pytest.approx(0.4, rel=0.1)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "IMA_ADPCM"])
def test_every_sample_format_keeps_its_level(tmp_path, subtype):
    soundfile.write(tmp_path / "a.wav", sweep(0.5, 16000), 16000, subtype=subtype)
    sound = load_sound(tmp_path / "a.wav")
    rms = float(np.sqrt(np.mean(sound.samples**2)))
    assert rms == pytest.approx(0.4 / np.sqrt(2), rel=0.03)


@pytest.mark.parametrize(
    ("name", "codec", "sample_format", "tolerance"),
    [
        ("a.mp3", "libmp3lame", "fltp", 1.0),
        ("a.m4a", "aac", "fltp", 1.0),
        ("a.mkv", "flac", "s16", 1.0),
        ("a.flac", "flac", "s16", 0.1),
        ("a.opus", "libopus", "flt", 1.0),
        ("a.aiff", "pcm_s16be", "s16", 0.1),
        ("a.w64", "pcm_s64le", "s64", 0.1),
    ],
)
def test_coded_sound_lies_where_it_was(tmp_path, name, codec, sample_format, tolerance):
    rate = 48000
    silence = np.zeros(rate // 2)
    path = encode(tmp_path / name, np.concatenate([silence, sweep(1.0, rate), silence]), rate, codec, sample_format)
    assert lag(load_sound(path), sweep(1.0, SAMPLE_RATE)) == pytest.approx(500, abs=tolerance)


def test_ogg_vorbis_lies_where_it_was(tmp_path):
    silence = np.zeros(24000)
    soundfile.write(tmp_path / "a.ogg", np.concatenate([silence, sweep(1.0, 48000), silence]), 48000)
    assert lag(load_sound(tmp_path / "a.ogg"), sweep(1.0, SAMPLE_RATE)) == pytest.approx(500, abs=1.0)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6, 8])
def test_channels_are_averaged(tmp_path, channels):
    tone = sweep(0.5, 16000)
    soundfile.write(tmp_path / "a.wav", np.stack([tone] * channels, axis=1), 16000, subtype="FLOAT")
    np.testing.assert_allclose(load_sound(tmp_path / "a.wav").samples, tone - tone.mean(), atol=1e-5)


def test_an_inverted_channel_does_not_cancel_the_voice(tmp_path):
    tone = sweep(0.5, 16000)
    soundfile.write(tmp_path / "a.wav", np.stack([0.8 * tone, -tone], axis=1), 16000, subtype="FLOAT")
    np.testing.assert_allclose(load_sound(tmp_path / "a.wav").samples, -(tone - tone.mean()), atol=1e-5)


def test_silent_channels_do_not_weaken_the_voice(tmp_path):
    tone = sweep(0.5, 16000)
    channels = np.zeros((len(tone), 6))
    channels[:, 2] = tone
    soundfile.write(tmp_path / "a.wav", channels, 16000, subtype="FLOAT")
    np.testing.assert_allclose(load_sound(tmp_path / "a.wav").samples, tone - tone.mean(), atol=1e-5)


def test_unrelated_channels_both_stay(tmp_path):
    noise = 0.1 * np.random.default_rng(1).standard_normal((8000, 2))
    soundfile.write(tmp_path / "a.wav", noise, 16000, subtype="FLOAT")
    expected = noise.mean(axis=1)
    np.testing.assert_allclose(load_sound(tmp_path / "a.wav").samples, expected - expected.mean(), atol=1e-5)


def test_dc_is_removed_and_level_kept(tmp_path):
    tone = sweep(0.5, 16000)
    soundfile.write(tmp_path / "a.wav", 0.05 * tone + 0.3, 16000, subtype="FLOAT")
    samples = load_sound(tmp_path / "a.wav").samples
    np.testing.assert_allclose(samples, 0.05 * (tone - tone.mean()), atol=1e-5)


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
@pytest.mark.parametrize("start", [0.0, 0.333, 25.5])
def test_a_part_begins_and_ends_at_its_times(tmp_path, rate, start):
    noise = 0.1 * np.random.default_rng(2).standard_normal(30 * rate)
    soundfile.write(tmp_path / "a.wav", noise, rate, subtype="FLOAT")
    part = load_sound(tmp_path / "a.wav", start, 1.25)
    assert part.duration == pytest.approx(1.25, abs=2e-4)
    first = round(start * rate)
    soundfile.write(tmp_path / "b.wav", noise[first : first + round(1.25 * rate)], rate, subtype="FLOAT")
    np.testing.assert_allclose(part.samples, load_sound(tmp_path / "b.wav").samples, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "codec", "sample_format"),
    [("a.mp3", "libmp3lame", "fltp"), ("a.m4a", "aac", "fltp"), ("a.flac", "flac", "s16")],
)
def test_a_late_part_of_a_coded_file_is_the_same_as_cut_from_the_whole(tmp_path, name, codec, sample_format):
    noise = 0.1 * np.random.default_rng(3).standard_normal(30 * 16000)
    path = encode(tmp_path / name, noise, 16000, codec, sample_format)
    whole = load_sound(path)
    part = load_sound(path, 25.0, 1.0)
    np.testing.assert_allclose(part.samples, whole.samples[25 * 16000 : 26 * 16000], atol=1e-3)


def test_a_part_beyond_the_end_is_what_is_there(tmp_path):
    soundfile.write(tmp_path / "a.wav", sweep(1.0, 16000), 16000)
    assert load_sound(tmp_path / "a.wav", 0.5, 100.0).duration == pytest.approx(0.5)


@pytest.mark.parametrize("delay", [0.0, 0.7])
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_sound_of_a_film_keeps_its_place_to_the_picture(tmp_path, name, delay):
    rate = 44100
    tone = np.concatenate([np.zeros(rate // 2), sweep(1.0, rate)])
    sound = load_sound(film(tmp_path / name, tone, rate, delay))
    # the coder's priming shifts some films by up to one packet (23 ms) where the container cannot tell of it
    assert lag(sound, sweep(1.0, SAMPLE_RATE)) == pytest.approx(1000 * delay + 500, abs=24)


def test_the_hash_tells_sounds_apart_and_nothing_else(tmp_path):
    tone = (30000 * sweep(0.5, 16000)).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", tone, 16000, subtype="PCM_16")
    soundfile.write(tmp_path / "b.flac", tone, 16000, subtype="PCM_16")
    soundfile.write(tmp_path / "c.wav", tone + np.int16(1) * (tone > 0), 16000, subtype="PCM_16")
    a, b, c = (load_sound(tmp_path / name).sha256() for name in ("a.wav", "b.flac", "c.wav"))
    assert a == b
    assert a != c


def test_a_sound_cannot_be_changed_behind_its_hash():
    sound = Sound(np.zeros(4000, np.float32))
    with pytest.raises(ValueError, match="read-only"):
        sound.samples[0] = 1.0


def test_digital_silence_is_a_sound(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(8000), 16000)
    assert not load_sound(tmp_path / "a.wav").samples.any()


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_single_samples_that_are_no_numbers_become_silence(tmp_path, subtype):
    tone = sweep(0.5, 16000)
    tone[100], tone[2000], tone[3000] = np.nan, np.inf, -np.inf
    soundfile.write(tmp_path / "a.wav", tone, 16000, subtype=subtype)
    samples = load_sound(tmp_path / "a.wav").samples
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() < 0.45


def fails(path: Path, *words: str, start: float = 0.0, duration: float | None = None) -> None:
    with pytest.raises(JobError) as error:
        load_sound(path, start, duration)
    text = str(error.value)
    assert text.endswith(".")
    assert "\n" not in text
    for word in words:
        assert word in text


def test_a_file_of_nans_is_refused(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.full(8000, np.nan), 16000, subtype="FLOAT")
    fails(tmp_path / "a.wav", "a.wav", "damaged")


def test_a_missing_file_is_refused(tmp_path):
    fails(tmp_path / "none.wav", "none.wav", "no file")
    fails(tmp_path / ("x" * 5000), "no file")
    fails(Path("a\0b.wav"), "no file")


def test_a_folder_is_refused(tmp_path):
    fails(tmp_path, "is a folder")


def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "a.wav")
    fails(tmp_path / "a.wav", "is not a file")


def test_a_file_that_may_not_be_read_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.wav"
        soundfile.write(path, sweep(0.5, 16000), 16000)
        Path(folder).chmod(0o755)
        path.chmod(0)
        root = os.geteuid() == 0
        if root:  # who may read everything
            os.seteuid(65534)
        try:
            fails(path, "may not read")
        finally:
            if root:
                os.seteuid(0)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "a.wav").touch()
    fails(tmp_path / "a.wav", "empty")


def test_a_file_without_samples_is_refused(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(0), 16000)
    fails(tmp_path / "a.wav", "0.00 s")


def test_a_picture_is_refused_whatever_its_name(tmp_path):
    picture = av.VideoFrame.from_ndarray(
        np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8), format="rgb24"
    )
    for codec, pixels in (("png", "rgb24"), ("mjpeg", "yuvj420p"), ("bmp", "bgr24"), ("tiff", "rgb24")):
        encoder = av.CodecContext.create(codec, "w")
        encoder.width = encoder.height = 64
        encoder.pix_fmt = pixels
        encoder.time_base = Fraction(1, 25)
        packets = [*encoder.encode(picture.reformat(format=pixels)), *encoder.encode(None)]
        path = tmp_path / f"{codec}.wav"
        path.write_bytes(b"".join(bytes(packet) for packet in packets))
        fails(path, "is a picture")


def test_a_silent_film_is_refused(tmp_path):
    fails(film(tmp_path / "a.mp4", None), "no audio track")


@pytest.mark.parametrize(
    "content",
    [
        b"hello, this is text\n" * 20,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.wav\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile b.wav\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    ],
)
def test_text_and_lists_of_other_files_are_refused(tmp_path, content):
    soundfile.write(tmp_path / "b.wav", sweep(0.5, 16000), 16000)
    for name in ("a.wav", "a.mp3", "a.m3u8", "a.sdp"):
        (tmp_path / name).write_bytes(content)
        fails(tmp_path / name)


def test_a_truncated_mp3_yields_what_is_left(tmp_path):
    whole = encode(tmp_path / "a.mp3", sweep(2.0, 16000), 16000, "libmp3lame", "fltp").read_bytes()
    (tmp_path / "b.mp3").write_bytes(whole[: len(whole) // 2])
    assert 0.7 < load_sound(tmp_path / "b.mp3").duration < 1.3
    (tmp_path / "c.mp3").write_bytes(whole[:300])
    fails(tmp_path / "c.mp3", "c.mp3")


def test_a_damaged_middle_is_passed_over(tmp_path):
    data = bytearray(encode(tmp_path / "a.mp3", sweep(3.0, 16000), 16000, "libmp3lame", "fltp").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 500] = bytes(500)
    (tmp_path / "b.mp3").write_bytes(data)
    assert load_sound(tmp_path / "b.mp3").duration > 2.5


@pytest.mark.parametrize(("seconds", "accepted"), [(0.1, False), (0.19, False), (0.2, True), (0.21, True)])
def test_the_shortest_clip(tmp_path, seconds, accepted):
    soundfile.write(tmp_path / "a.wav", sweep(seconds, 44100), 44100)
    if accepted:
        assert load_sound(tmp_path / "a.wav").duration == pytest.approx(seconds, abs=1e-3)
    else:
        fails(tmp_path / "a.wav", "0.2 s")


def test_the_longest_clip(tmp_path):
    path = tmp_path / "a.wav"
    with soundfile.SoundFile(path, "w", 1000, 1, subtype="PCM_U8") as file:
        for _ in range(31):
            file.write(np.zeros(60 * 1000))
    fails(path, "30 min")
    assert load_sound(path, 1790.0, 65.0).duration == pytest.approx(65.0)


def test_parts_that_cannot_be(tmp_path):
    soundfile.write(tmp_path / "a.wav", sweep(1.0, 16000), 16000)
    fails(tmp_path / "a.wav", "1.00 s long", "5.00 s", start=5.0)
    soundfile.write(tmp_path / "b.wav", sweep(30.0, 1000), 1000)
    fails(tmp_path / "b.wav", "30.00 s long", "50.00 s", start=50.0)
    fails(tmp_path / "a.wav", "start", start=-1.0)
    fails(tmp_path / "a.wav", "start", start=float("nan"))
    fails(tmp_path / "a.wav", "last", duration=0.0)
    fails(tmp_path / "a.wav", "last", duration=float("nan"))
    fails(tmp_path / "a.wav", "0.05 s", start=0.5, duration=0.05)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    position=st.integers(0, 3000),
    junk=st.binary(min_size=1, max_size=64),
    cut=st.integers(0, 6000),
    kind=st.sampled_from("wfm"),
)
def test_damaged_files_give_a_sound_or_a_sentence(tmp_path, position, junk, cut, kind):
    originals = {"w": tmp_path / "o.wav", "f": tmp_path / "o.flac", "m": tmp_path / "o.mp3"}
    if not originals["w"].exists():
        soundfile.write(originals["w"], sweep(0.3, 8000), 8000)
        soundfile.write(originals["f"], sweep(0.3, 8000), 8000)
        encode(originals["m"], sweep(0.3, 16000), 16000, "libmp3lame", "fltp")
    data = bytearray(originals[kind].read_bytes())
    data[position : position + len(junk)] = junk
    path = tmp_path / "damaged"
    path.write_bytes(data[: len(data) - cut] if cut < len(data) else data)
    try:
        assert np.isfinite(load_sound(path).samples).all()
    except JobError as error:
        assert str(error).endswith(".")
