# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as people use it, on real sound, and everything that can be wrong with what they give it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from model_backend.cli import main
from model_backend.controls import CONTROLS
from model_backend.report import measure
from model_backend.take import load_take

ROOT = Path(__file__).resolve().parents[2]
CLIP = ROOT / "assets" / "demo_line.flac"
TEXT = CLIP.with_suffix(".txt").read_text(encoding="utf-8").strip()


def run(capsys, *arguments):
    try:
        status = main([str(a) for a in arguments])
    except SystemExit as end:
        status = end.code
    out, err = capsys.readouterr()
    return status, out, err


def sound(path, samples, rate=16000):
    soundfile.write(path, samples, rate, subtype="FLOAT" if path.suffix == ".wav" else None)
    return path


def tone(seconds, rate=16000, frequency=220.0):
    return 0.3 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate).astype(np.float32)


def test_analyze_json_has_the_fixed_form(capsys):
    status, out, err = run(capsys, "analyze", CLIP, "--transcript", TEXT, "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert set(found) == {"duration", "words", "phones", "prosody", "instructions"}
    assert found["duration"] == pytest.approx(soundfile.info(CLIP).duration, abs=0.02)
    assert [set(w) for w in found["words"]] == [{"text", "start", "end"}] * len(found["words"])
    assert all(set(p) == {"phone", "start", "end", "confidence"} for p in found["phones"])
    ends = [p["end"] for p in found["phones"]]
    assert [p["start"] for p in found["phones"][1:]] == pytest.approx(ends[:-1]) and ends[-1] == found["duration"]
    spoken = " ".join(w["text"] for w in found["words"]).lower()
    for word in ("hello", "beautiful", "apple", "both"):
        assert word in spoken


def test_animate_writes_a_take_that_closes_its_lips(capsys, tmp_path):
    path = tmp_path / "take.npz"
    status, out, err = run(capsys, "animate", CLIP, "-o", path, "--transcript", TEXT, "--fps", 24, "--seed", 7)
    assert (status, out, err) == (0, "", "")
    take = load_take(path)
    assert take.motion.fps == 24 and take.motion.frames == int(np.ceil(soundfile.info(CLIP).duration * 24)) + 1
    with np.load(path, allow_pickle=False) as file:
        assert file["control_names"].tolist() == list(CONTROLS)
    figures = measure(take)
    assert figures["closures"] >= 8 and figures["closures_made"] == 1.0
    assert figures["open_vowels_open"] == 1.0
    assert take.provenance["seed"] == 7 and len(take.provenance["sound_sha256"]) == 64

    again = tmp_path / "again.npz"
    run(capsys, "animate", CLIP, "-o", again, "--transcript", TEXT, "--fps", 24, "--seed", 7)
    np.testing.assert_array_equal(load_take(again).motion.expression, take.motion.expression)

    status, out, _ = run(capsys, "report", path, "--json")
    assert status == 0 and json.loads(out)["closures_made"] == 1.0
    status, out, _ = run(capsys, "convert", path, "-o", tmp_path / "take.csv", "--to", "arkit")
    assert status == 0 and (tmp_path / "take.csv").read_text().startswith("frame,seconds,eyeBlinkLeft,")


def test_instructions_are_obeyed_and_lips_still_close(capsys, tmp_path):
    lines = tmp_path / "lines.json"
    lines.write_text(json.dumps([{"start": 0, "end": 2.5, "text": "furious"}, {"start": 2.5, "text": "smiles warmly"}]))
    status, _, err = run(
        capsys, "animate", CLIP, "-o", tmp_path / "t.npz", "--transcript", TEXT, "--instructions", lines
    )
    assert (status, err) == (0, "")
    take = load_take(tmp_path / "t.npz")
    seconds = np.arange(take.motion.frames) / take.motion.fps
    anger, smile = (take.controls[:, CONTROLS.index(name)] for name in ("browDownLeft", "mouthSmileLeft"))
    early, late = (seconds > 0.8) & (seconds < 2.0), (seconds > 3.5) & (seconds < 5.0)
    assert np.median(anger[early]) > 0.5 > 0.1 > np.median(anger[late])
    assert np.median(smile[late]) > 0.25 > np.median(smile[early])
    assert measure(take)["closures_made"] == 1.0
    assert [i["text"] for i in take.instructions] == ["furious", "smiles warmly"]


def test_words_that_mean_nothing_are_named(capsys, tmp_path):
    status, _, err = run(capsys, "animate", CLIP, "-o", tmp_path / "t.npz", "--instruction", "smiling like a zorblax")
    assert status == 0 and "zorblax" in err and "smiling" not in err


def test_takes_differ_in_performance_and_agree_in_speech(capsys, tmp_path):
    status, *_ = run(capsys, "animate", CLIP, "-o", tmp_path / "t.npz", "--takes", 2, "--transcript", TEXT)
    assert status == 0
    first, second = (load_take(tmp_path / f"t_{i}.npz") for i in (1, 2))
    assert first.phones == second.phones
    assert np.abs(first.motion.joint("neck") - second.motion.joint("neck")).max() > 0.01


def test_the_installed_program_runs(tmp_path):
    program = Path(sys.executable).with_name("avi-talking")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("avi-talking 0.")
    wrong = subprocess.run([program, "report", tmp_path / "none.npz"], capture_output=True, text=True)
    assert wrong.returncode == 1 and wrong.stderr.count("\n") == 1 and "Traceback" not in wrong.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["sing", "x.wav"],
        ["animate", "x.wav"],
        ["animate", "x.wav", "-o", "y.npz", "--fps", "fast"],
        ["animate", "x.wav", "-o", "y.npz", "--takes", "0"],
        ["animate", "x.wav", "-o", "y.npz", "--fps", "nan"],
        ["animate", "x.wav", "-o", "y.npz", "--instruction", "a", "--instructions", "b.json"],
        ["convert", "x.npz", "-o", "y.csv", "--to", "vrml"],
    ],
)
def test_wrong_usage_exits_with_2(capsys, arguments):
    status, _, err = run(capsys, *arguments)
    assert status == 2 and "usage:" in err


def bad_inputs(folder):
    picture = folder / "picture.wav"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    empty = folder / "empty.wav"
    empty.write_bytes(b"")
    return {
        "missing": folder / "missing.wav",
        "folder": folder,
        "picture": picture,
        "empty": empty,
        "too short": sound(folder / "short.wav", tone(0.1)),
        "not numbers": sound(folder / "nan.wav", np.full(16000, np.nan, np.float32)),
    }


@pytest.mark.parametrize("kind", ["missing", "folder", "picture", "empty", "too short", "not numbers"])
def test_bad_sound_is_one_sentence_and_no_file(capsys, tmp_path, kind):
    clip = bad_inputs(tmp_path)[kind]
    output = tmp_path / "take.npz"
    status, out, err = run(capsys, "animate", clip, "-o", output)
    assert status == 1 and out == ""
    assert err.startswith("avi-talking: ") and err.count("\n") == 1 and "Traceback" not in err
    assert not output.exists()


@pytest.mark.parametrize("rate", [1000, 8000, 192000])
def test_any_sample_rate_is_read(capsys, tmp_path, rate):
    status, _, err = run(capsys, "animate", sound(tmp_path / "x.wav", tone(1.0, rate), rate), "-o", tmp_path / "t.npz")
    assert status == 0, err


@pytest.mark.parametrize("what", ["silence", "hum", "chord"])
def test_what_is_not_speech_leaves_the_mouth_at_rest(capsys, tmp_path, what):
    samples = {
        "silence": np.zeros(3 * 16000, np.float32),
        "hum": tone(3.0, frequency=50.0),
        "chord": sum(tone(3.0, frequency=f) for f in (262.0, 330.0, 392.0)) / 3,
    }[what]
    status, _, err = run(capsys, "animate", sound(tmp_path / "x.wav", samples), "-o", tmp_path / "t.npz")
    assert status == 0
    assert "No speech" in err
    take = load_take(tmp_path / "t.npz")
    mouth = [i for i, name in enumerate(CONTROLS) if name.startswith(("mouth", "jaw", "tongue"))]
    assert take.controls[:, mouth].max() < 0.01


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--fps", "0.5"], "frame rate"),
        (["--fps", "1000"], "frame rate"),
        (["--intensity", "-1"], "intensity"),
        (["--device", "cuda"], "cuda"),
        (["--head-model", "none.pkl"], "none.pkl"),
        (["--instructions", "none.json"], "none.json"),
        (["--instructions", str(CLIP)], "JSON|read"),
        (["--transcript", "Привет, как дела"], "alphabet|Latin|letters"),
    ],
)
def test_what_cannot_be_done_is_said(capsys, tmp_path, arguments, says):
    import re

    status, _, err = run(capsys, "animate", CLIP, "-o", tmp_path / "t.npz", *arguments)
    assert status == 1 and re.search(says, err) and err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_written_is_said_before_the_work(capsys, tmp_path):
    status, _, err = run(capsys, "animate", CLIP, "-o", tmp_path / "no" / "t.npz")
    assert status == 1 and "folder" in err
