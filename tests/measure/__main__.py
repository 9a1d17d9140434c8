# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the lips and write the report: `make measure`, or `python -m tests.measure --clips 6 --fps 24`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from tests.blender.addon_fixture import load

from .clips import CORPORA, alsa_clips, corpus_clips, spread
from .report import as_json, as_markdown
from .run import Stage, measure


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure", description=__doc__)
    parser.add_argument("--corpus", choices=CORPORA, default="heldout", help="which synthetic sentences (heldout)")
    parser.add_argument("--clips", type=int, default=1000, help="how many of the corpus (all)")
    parser.add_argument("--fps", type=lambda text: [int(rate) for rate in text.split(",")], default=[24, 25, 30, 60])
    parser.add_argument("--no-alsa", action="store_true", help="leave the ALSA recordings out")
    parser.add_argument("--channels", choices=("FLAME", "ARKIT"), default="FLAME", help="what the head is keyed by")
    parser.add_argument("--output", type=Path, default=Path("build"), help="folder for measure.md and measure.json")
    options = parser.parse_args()

    clips = spread(corpus_clips(options.corpus), options.clips) + ([] if options.no_alsa else alsa_clips())
    began = time.monotonic()
    results = measure(
        Stage(load, options.channels), clips, options.fps, lambda message: print(message, file=sys.stderr)
    )
    setting = {
        "corpus": options.corpus,
        "clips": f"{len(clips)}, {sum(clip.phones[-1].end for clip in clips):.0f} s of sound",
        "head": f"the default head, {options.channels} channels, evaluated through the dependency graph at every frame",
        "true phone times": "synthetic voices: the synthesiser's own; ALSA recordings: our alignment of the words, "
        "so nothing about recognition can be read off them",
        "measuring took": f"{time.monotonic() - began:.0f} s",
    }
    options.output.mkdir(parents=True, exist_ok=True)
    text = as_markdown(results, setting)
    (options.output / "measure.md").write_text(text)
    (options.output / "measure.json").write_text(json.dumps(as_json(results, setting), indent=1) + "\n")
    print(text)
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # bpy 4.5 can hang in the interpreter's clean-up
