# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthesise the corpus that the lips are measured on: tests/data/corpus/, sentences whose phone times are known.

    .venv/bin/python tests/data/make_corpus.py [--check]

Needs the program `flite` with its voices slt, rms and awb (Debian: flite). The result is committed and is the same
at every run, so this is run only when the sentences change; `--check` compares instead of writing.

flite prints the phones that it lays out with their end times; two facts about that print were checked against
the waves (tests/unit/test_corpus.py): the times are those of the samples, and the last pause may end some
milliseconds after the last sample, where it is cut.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np
import soundfile

CORPUS = Path(__file__).resolve().parent / "corpus"
RATE = 16000
VOICES = ("slt", "rms", "awb")

SENTENCES: dict[str, tuple[str, ...]] = {
    "slt": (
        "Bob and Pam brought a big brown puppy home from the farm.",
        "My brother Abraham made pumpkin pie for the whole family.",
        "Five brave women moved the piano up above the shop.",
        "Please remember to put the map back before you leave.",
        "We have never seen such beautiful waves from the beach.",
        "Why would you wash a woolly sweater in warm water?",
        "The fox jumped over the fence and vanished in the fog.",
        "Who knew you could move so smoothly in blue suede shoes?",
        "Papa, may I bring a bottle of apple juice to the party?",
        "Mr. Palmer paid 25 dollars for five bottles of perfume.",
        "She sells fresh fish and oysters beside the ferry.",
        "Hamburg, Bombay and Vienna are all far from Alabama.",
        "I am so happy! Everybody loved the film.",
        "Ah, the father of the bride wore a soft velvet jacket.",
        "Keep the lamp lit, or we will stumble in the dark.",
    ),
    "rms": (
        "Come over here, Emma, and help me pump up this tyre.",
        "The baby bear slept in a warm bed by the river.",
        "Nobody believed that Philip would ever climb the mountain.",
        "What a pompous, pampered, impossible man he was!",
        "Above the village, a flock of birds flew over the valley.",
        "It was November, and the wind was blowing from the west.",
        "Stop! You must not open that box.",
        "Tom and Barbara often talk about the old farm on the hill.",
        "I would rather walk home than wait for the number 47 bus.",
        "Fifty-five thousand people voted for a better future.",
        "Shall we share the last chocolate mousse, or shall I?",
        "You and I both know who owns the yellow boat.",
        "My mum makes marvellous marmalade from bitter oranges.",
        "Every February the lovely white lambs appear in the park.",
        "A hard apple and a ripe plum fell from the cupboard.",
    ),
    "awb": (
        "Put the pepper and the butter on top of the table, please.",
        "Maybe Bobby will phone before half past five.",
        "The plumber promised to mend the pipe by Wednesday.",
        "Very few of us have ever heard of a purple elephant.",
        "Oh no, my umbrella blew away and fell in the pond!",
        "Am I the only one who brought a map and a compass?",
        "Watch out for the wolves when you go into the wood.",
        "The sheriff washed his shirt and polished his shoes.",
        "Amber, Ruby and Pearl are not only names of stones.",
        "We baked 12 muffins and ate half of them by breakfast.",
        "Far from the harbour, the lonely ship lost its way.",
        "Have you heard the marvellous voice of the new soprano?",
        "Move the blue lamp, open the window, and let in some air.",
        "Both of them laughed as the big drum boomed in the hall.",
        "Professor Webb proved a famous problem about maps.",
    ),
}  # fmt: skip

TO_ARPABET = {"ax": "AH", "pau": "SIL"}
"""flite's phones that differ from the CMU dictionary's by more than case."""


def speak(voice: str, text: str, folder: Path) -> tuple[np.ndarray, list[dict]]:
    """Samples (n,) int16 at 16 kHz, and the phones. `reduced` marks flite's schwa `ax`, which ARPAbet writes AH."""
    sound = folder / "sentence.wav"
    printed = subprocess.run(
        ["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(sound)], check=True, capture_output=True, text=True
    ).stdout
    with wave.open(str(sound)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise SystemExit(f"flite wrote an unexpected format for voice {voice}.")
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    duration = len(samples) / RATE
    phones: list[dict] = []
    start = 0.0
    for item in printed.split():
        name, _, end_text = item.rpartition(":")
        end = min(float(end_text), duration)
        phone = {"phone": TO_ARPABET.get(name, name.upper()), "start": round(start, 4), "end": round(end, 4)}
        if name == "ax":
            phone["reduced"] = True
        phones.append(phone)
        start = end
    phones[-1]["end"] = round(duration, 4)
    return samples, phones


def build() -> tuple[dict[str, np.ndarray], list[dict]]:
    sounds: dict[str, np.ndarray] = {}
    clips: list[dict] = []
    with tempfile.TemporaryDirectory() as folder:
        for voice in VOICES:
            for number, text in enumerate(SENTENCES[voice], 1):
                name = f"{voice}_{number:02d}"
                samples, phones = speak(voice, text, Path(folder))
                sounds[name] = samples
                clips.append({"name": name, "file": f"{name}.flac", "voice": voice, "text": text, "phones": phones})
    return sounds, clips


def as_json(clips: list[dict]) -> str:
    """One phone a line would be 2,000 lines: one clip a line instead."""
    return "[\n" + ",\n".join(json.dumps(clip) for clip in clips) + "\n]\n"


def check(sounds: dict[str, np.ndarray], clips: list[dict]) -> bool:
    same = (CORPUS / "corpus.json").read_text() == as_json(clips)
    for name, samples in sounds.items():
        stored, rate = soundfile.read(CORPUS / f"{name}.flac", dtype="int16")
        same = same and rate == RATE and np.array_equal(stored, samples)
    return same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed corpus, write nothing")
    arguments = parser.parse_args()
    sounds, clips = build()
    if arguments.check:
        same = check(sounds, clips)
        print("The corpus is what this program makes." if same else "The corpus differs from what this program makes.")
        return 0 if same else 1
    CORPUS.mkdir(exist_ok=True)
    for name, samples in sounds.items():
        soundfile.write(CORPUS / f"{name}.flac", samples, RATE, subtype="PCM_16")
    (CORPUS / "corpus.json").write_text(as_json(clips))
    return 0


if __name__ == "__main__":
    sys.exit(main())
