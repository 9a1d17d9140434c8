# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthesise the corpora that the lips are measured on, sentences whose phone times are known: tests/data/corpus/, the
development corpus, and tests/data/heldout/, on which nothing is tuned.

    .venv/bin/python tests/data/make_corpus.py [--check] [corpus | heldout]

Needs the program `flite` with its voices slt, rms and awb, and for heldout `festival` with two voices (Debian:
flite, festival, festvox-kdlpc16k, festvox-us-slt-hts). The result is committed and is the same at every run, so this is
run only when the sentences change; `--check` compares instead of writing.

Both programs print the phones that they lay out with their end times; two facts about that print were checked against
the waves (tests/unit/test_corpus.py): the times are those of the samples, and the last pause may end some
milliseconds before or after the last sample; it is made to end there.
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
from scipy.signal import resample_poly

DATA = Path(__file__).resolve().parent
RATE = 16000

DEVELOPMENT: dict[str, tuple[str, ...]] = {
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

HELDOUT: dict[str, tuple[str, ...]] = {
    "ked": (
        "The fisherman mopped the muddy ramp before supper.",
        "Martha offered Vivian half a pomegranate and some figs.",
        "Above the bar, a bamboo bird feeder swung in the wind.",
        "Our vet found 18 fleas behind the poor beagle's ears.",
        "Why are you whispering in a room with no windows?",
        "Pack a sharp saw, five bolts and an empty bucket.",
        "Sophie Baumann has moved to Memphis, apparently for love.",
        "Smooth pebbles shone in the shallow stream.",
        "Wow, that was a superb shot from the wing!",
        "Half of the profit vanished when the boom was over.",
        "A beaver chopped up the maple by the mill.",
        "Bring me the photographs of Pompeii, and be quick about it.",
        "You should chew your food slowly, Samuel.",
        "The calm mayor of Padua abolished every parking fee.",
        "Vapor from the sauna fogged up both mirrors.",
        "Push the sofa against the wall, then sweep the room.",
    ),
    "slt_hts": (
        "Peppermint syrup makes a fabulous summer drink.",
        "Bill and Fatima met on a bumpy flight to Panama.",
        "Mom forbade us to play baseball above the vegetable beds.",
        "The number is 6 0 7, and please ask for Mrs. Avery.",
        "Few people swim across the bay without a wetsuit.",
        "Oh, what a shame, the shop sold its final sewing machine!",
        "Marvin pumped water out of the flooded basement.",
        "Is the opera house far from the Moroccan embassy?",
        "A bumblebee flew into my open palm, and I froze.",
        "Save the vowels for last, and buzz your lips first.",
        "Stubborn and proud, Beverly marched through the snow.",
        "Two wise women knew who wound up the clock.",
        "Several black sheep grazed upon the soft moss.",
        "Perhaps Victor would prefer a simpler problem.",
        "On May 14 the Bishop of Bath will visit Shrewsbury.",
        "Hop on, grab a map, and never mind the bump.",
    ),
    "awb": (
        "Pauline's parrot mimics the vacuum cleaner and the phone.",
        "Fairly ripe bananas are perfect for a warm pudding.",
        "Amanda's aunt saw a white whale west of Iceland.",
        "Between 1 and 4 p.m. the ferry to Mull is free.",
        "Never put soapy spoons into the bread bin.",
        "Boris became famous for jumping over bonfires.",
        "Would you two move over, so we all have some room?",
        "The vault was empty, apart from a small brass box.",
        "Ask Sheila whether she was at school with Fiona.",
        "Popcorn and film posters covered the shabby carpet.",
        "Heavy fog made the bishop's arrival impossible.",
        "Grandma hid a map of the swamp in a bible.",
        "Wait! My wallet must be somewhere on the bus.",
        "A cobbler from Aberfoyle repaired my favourite boots.",
        "How often do Ivor and Abby buy fresh mushrooms?",
        "Both vans stopped in front of the opal museum.",
    ),
}  # fmt: skip

CORPORA = {"corpus": DEVELOPMENT, "heldout": HELDOUT}
"""The sentences of each folder, by voice."""

FESTIVAL_VOICES = {"ked": "voice_ked_diphone", "slt_hts": "voice_cmu_us_slt_arctic_hts"}
"""festival's names of voices; the others are flite's."""

TO_ARPABET = {"ax": "AH", "pau": "SIL", "ssil": "SIL"}
"""The synthesisers' phones that differ from the CMU dictionary's by more than case."""

Ends = list[tuple[str, float]]
"""Phones under the synthesiser's names, and when each ends in seconds."""


def flite(voice: str, text: str, sound: Path) -> Ends:
    """Speak into the file `sound`."""
    command = ["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(sound)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    items = (item.rpartition(":") for item in printed.split())
    return [(name, float(end)) for name, _, end in items]


def festival(voice: str, text: str, sound: Path) -> Ends:
    """Speak into the file `sound`; a process of its own, so that no sentence depends on the one before."""
    segments, program = sound.with_suffix(".lab"), sound.with_suffix(".scm")
    program.write_text(
        f"({FESTIVAL_VOICES[voice]})\n"
        f"(set! spoken (utt.synth (Utterance Text {json.dumps(text)})))\n"
        f"(utt.save.wave spoken {json.dumps(str(sound))} 'riff)\n"
        f"(utt.save.segs spoken {json.dumps(str(segments))})\n"
    )
    subprocess.run(["festival", "-b", str(program)], check=True, capture_output=True)
    rows = [line.split() for line in segments.read_text().splitlines() if line != "#"]
    ends = [(name, float(end)) for end, _, name in rows]
    return joined_er(ends) if voice == "ked" else ends


def joined_er(ends: Ends) -> Ends:
    """ked's `er` without the `r` that the voice appends to every one, to find a diphone: in ARPAbet both are one ER."""
    phones: Ends = []
    appended = False
    for name, end in ends:
        if appended:
            if name != "r":
                raise SystemExit("Voice ked spoke er without its r.")
            phones[-1] = ("er", end)
        else:
            phones.append((name, end))
        appended = name == "er" and not appended
    return phones


def read_sound(sound: Path) -> np.ndarray:
    """Samples (n,) int16 at 16 kHz; what is at 32 kHz is brought there by a filter without delay."""
    with wave.open(str(sound)) as file:
        rate = file.getframerate()
        if (file.getnchannels(), file.getsampwidth()) != (1, 2) or rate not in (RATE, 2 * RATE):
            raise SystemExit("The synthesiser wrote an unexpected format.")
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    if rate == RATE:
        return samples
    halved = resample_poly(samples.astype(np.float64), 1, 2)
    return np.clip(np.rint(halved), -32768, 32767).astype(np.int16)


def speak(voice: str, text: str, folder: Path) -> tuple[np.ndarray, list[dict]]:
    """Samples (n,) int16 at 16 kHz, and the phones. `reduced` marks the schwa `ax`, which ARPAbet writes AH."""
    sound = folder / "sentence.wav"
    ends = (festival if voice in FESTIVAL_VOICES else flite)(voice, text, sound)
    samples = read_sound(sound)
    duration = len(samples) / RATE
    phones: list[dict] = []
    start = 0.0
    for name, laid_out_end in ends:
        end = min(laid_out_end, duration)
        phone = {"phone": TO_ARPABET.get(name, name.upper()), "start": round(start, 4), "end": round(end, 4)}
        if name == "ax":
            phone["reduced"] = True
        phones.append(phone)
        start = end
    phones[-1]["end"] = round(duration, 4)
    return samples, phones


def build(sentences: dict[str, tuple[str, ...]]) -> tuple[dict[str, np.ndarray], list[dict]]:
    """The sounds by name and the clips of one corpus."""
    sounds: dict[str, np.ndarray] = {}
    clips: list[dict] = []
    with tempfile.TemporaryDirectory() as folder:
        for voice, texts in sentences.items():
            for number, text in enumerate(texts, 1):
                name = f"{voice}_{number:02d}"
                samples, phones = speak(voice, text, Path(folder))
                sounds[name] = samples
                clips.append({"name": name, "file": f"{name}.flac", "voice": voice, "text": text, "phones": phones})
    return sounds, clips


def as_json(clips: list[dict]) -> str:
    """One phone a line would be 2,000 lines: one clip a line instead."""
    return "[\n" + ",\n".join(json.dumps(clip) for clip in clips) + "\n]\n"


def check(folder: Path, sounds: dict[str, np.ndarray], clips: list[dict]) -> bool:
    same = (folder / "corpus.json").read_text() == as_json(clips)
    for name, samples in sounds.items():
        stored, rate = soundfile.read(folder / f"{name}.flac", dtype="int16")
        same = same and rate == RATE and np.array_equal(stored, samples)
    return same


def write(folder: Path, sounds: dict[str, np.ndarray], clips: list[dict]) -> None:
    folder.mkdir(exist_ok=True)
    for name, samples in sounds.items():
        soundfile.write(folder / f"{name}.flac", samples, RATE, subtype="PCM_16")
    (folder / "corpus.json").write_text(as_json(clips))


def main() -> int:
    parser = argparse.ArgumentParser(description="Synthesise the corpora that the lips are measured on.")
    parser.add_argument("corpus", nargs="?", choices=CORPORA, help="which one (both)")
    parser.add_argument("--check", action="store_true", help="compare with the committed corpora, write nothing")
    arguments = parser.parse_args()
    status = 0
    for name in [arguments.corpus] if arguments.corpus else CORPORA:
        sounds, clips = build(CORPORA[name])
        if not arguments.check:
            write(DATA / name, sounds, clips)
        elif check(DATA / name, sounds, clips):
            print(f"{name} is what this program makes.")
        else:
            print(f"{name} differs from what this program makes.")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
