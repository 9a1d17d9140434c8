# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/data/speech: a few sentences in flite's voice kal16 with the true times of their phones.

    python tests/data/make_speech.py

flite's voices are free software under a BSD-like licence; the sentences are this project's own.
"""

import json
import sys
import tempfile
from pathlib import Path

import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from phone_accuracy import synthesise

FOLDER = Path(__file__).resolve().parent / "speech"
SENTENCES = {
    "bob": "Bob made a big map of Paris, 5 times.",
    "mother": "My mother never believed a word of it.",
    "film": "The film was awful, but the music made up for it.",
    "puppy": "What happened to the poor puppy in the basement?",
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    clips = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in SENTENCES.items():
            path = Path(folder) / "speech.wav"
            phones = synthesise(text, "kal16", path)
            samples, rate = soundfile.read(path)
            soundfile.write(FOLDER / f"{name}.flac", samples, rate, subtype="PCM_16")
            phones = [[p, start, min(end, len(samples) / rate)] for p, start, end in phones]
            clips.append({"file": f"{name}.flac", "text": text, "phones": phones})
    (FOLDER / "clips.json").write_text(json.dumps(clips, indent=1) + "\n")


if __name__ == "__main__":
    main()
