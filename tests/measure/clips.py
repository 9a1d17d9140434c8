# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: the corpora, whose phone times are known, and the real voices of Debian's alsa-utils."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from model_backend.pipeline import Clip, analyze
from model_backend.speech.track import SILENCE, Phone

DATA = Path(__file__).resolve().parents[1] / "data"
CORPUS = DATA / "corpus"
CORPORA = {"heldout": DATA / "heldout", "development": CORPUS}
"""Constants were chosen with an eye on the development corpus; nothing may be tuned on the held-out one."""
ALSA = Path("/usr/share/sounds/alsa")
ALSA_GROUP = "alsa"


@dataclass(frozen=True)
class MeasuredClip:
    """A sound, its words and when each phone is heard."""

    name: str
    group: str
    """The synthetic voice, or `ALSA_GROUP`."""
    path: Path
    text: str
    phones: tuple[Phone, ...]
    reduced: frozenset[int] = frozenset()
    """Places in `phones` of vowels reduced to schwa, which need not open the mouth."""


def corpus_clips(corpus: str = "development") -> list[MeasuredClip]:
    """The synthetic sentences of one of `CORPORA`; the synthesiser says when each phone sounds."""
    folder = CORPORA[corpus]
    clips = []
    for entry in json.loads((folder / "corpus.json").read_text()):
        phones = tuple(Phone(phone["phone"], phone["start"], phone["end"]) for phone in entry["phones"])
        reduced = frozenset(i for i, phone in enumerate(entry["phones"]) if phone.get("reduced"))
        path = folder / entry["file"]
        clips.append(MeasuredClip(entry["name"], entry["voice"], path, entry["text"], phones, reduced))
    return clips


def alsa_clips() -> list[MeasuredClip]:
    """The ALSA recordings ("Front Center", …); none where alsa-utils is not installed.

    Nobody knows their true phone times: these are our own alignment of the words with the sound. So they show whether
    the mouth does what the alignment says on real speech, not whether the alignment is right.
    """
    clips = []
    for path in sorted(ALSA.glob("*_*.wav")):
        text = path.stem.replace("_", " ")
        phones = analyze(Clip(str(path)), text).phones
        clips.append(MeasuredClip(path.stem.lower(), ALSA_GROUP, path, text, phones))
    return clips


def spread(clips: list[MeasuredClip], count: int) -> list[MeasuredClip]:
    """`count` clips, evenly over the list, so that every voice is among them."""
    if count >= len(clips):
        return clips
    return [clips[round((i + 0.5) * len(clips) / count - 0.5)] for i in range(count)]


def speech_end(clip: MeasuredClip) -> float:
    """Where the last sound ends, seconds."""
    return max((phone.end for phone in clip.phones if phone.phone != SILENCE), default=0.0)
