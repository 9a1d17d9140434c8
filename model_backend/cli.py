# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line. Exit status 0, 1 (the job failed: one line says why and what to do), 2 (wrong usage)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import __version__
from .errors import JobError
from .progress import Progress, silent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `avi-talking`; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except JobError as error:
        print(f"avi-talking: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("avi-talking: stopped.", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output has gone: `avi-talking … | head`
        sys.stderr.close()
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="avi-talking", description="Speech to facial animation: FLAME coefficients from a spoken clip."
    )
    parser.add_argument("--version", action="version", version=f"avi-talking {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    analyze = commands.add_parser("analyze", help="words, phones and prosody of a clip")
    analyze.add_argument("clip", metavar="CLIP", help="an audio or film file")
    analyze.add_argument("--transcript", metavar="TEXT", help="what is said, for better timing")
    analyze.add_argument("--json", action="store_true", help="print everything as JSON")
    analyze.set_defaults(run=_analyze)

    animate = commands.add_parser("animate", help="animate a clip into a take file")
    animate.add_argument("clip", metavar="CLIP", help="an audio or film file")
    animate.add_argument("-o", "--output", metavar="TAKE.npz", required=True, type=Path)
    animate.add_argument("--transcript", metavar="TEXT", help="what is said, for better timing")
    words = animate.add_mutually_exclusive_group()
    words.add_argument("--instruction", metavar="TEXT", help="how the face performs it, in words")
    words.add_argument("--instructions", metavar="FILE.json", type=Path, help="one instruction a phrase")
    animate.add_argument("--intensity", metavar="X", type=_number, default=1.0, help="0 to 2, 1 as heard")
    animate.add_argument("--seed", metavar="N", type=int, default=0)
    animate.add_argument("--takes", metavar="K", type=_count, default=1, help="K takes: TAKE_1.npz, TAKE_2.npz, …")
    animate.add_argument("--fps", metavar="F", type=_number, default=30.0, help="frames per second (30)")
    animate.add_argument("--head-model", metavar="FILE", help="a FLAME file; the default head without")
    animate.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    animate.set_defaults(run=_animate)

    convert = commands.add_parser("convert", help="a take as a table for other programs")
    convert.add_argument("take", metavar="TAKE.npz", type=Path)
    convert.add_argument("-o", "--output", metavar="OUT.{npz,csv,json}", required=True, type=Path)
    convert.add_argument("--to", choices=("flame", "arkit", "visemes"), default="flame")
    convert.set_defaults(run=_convert)

    report = commands.add_parser("report", help="how good a take's lips are")
    report.add_argument("take", metavar="TAKE.npz", type=Path)
    report.add_argument("--json", action="store_true")
    report.set_defaults(run=_report)

    worker = commands.add_parser("worker", help="serve jobs over standard input and output (used by Blender)")
    worker.add_argument("--idle-timeout", metavar="S", type=_number, default=300.0)
    worker.set_defaults(run=_worker)
    return parser


def _number(text: str) -> float:
    value = float(text)
    if not -1e9 < value < 1e9:
        raise argparse.ArgumentTypeError(f"{text} is not a usable number")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 100:
        raise argparse.ArgumentTypeError("between 1 and 100")
    return value


def _progress() -> Progress:
    """Progress on a terminal's standard error, nothing where it is a file or a pipe."""
    if not sys.stderr.isatty():
        return silent

    def show(fraction: float, message: str) -> None:
        filled = round(24 * min(max(fraction, 0.0), 1.0))
        end = "\n" if fraction >= 1.0 else ""
        line = f"[{'#' * filled:<24}] {100 * fraction:3.0f} %  {message}"
        print(f"\r{line:<78.78}", end=end, file=sys.stderr, flush=True)

    return show


def _analyze(options: argparse.Namespace) -> None:
    from .pipeline import Clip, analyze

    track = analyze(Clip(options.clip), options.transcript, _progress())
    if options.json:
        prosody = track.prosody
        print(
            json.dumps(
                {
                    "duration": track.duration,
                    "words": [asdict(word) for word in track.words],
                    "phones": [asdict(phone) for phone in track.phones],
                    "prosody": {
                        "rate": 100.0,
                        "f0": [round(float(f), 1) for f in prosody.f0],
                        "energy": [round(float(e), 1) for e in prosody.energy],
                        "speaking_rate": prosody.speaking_rate,
                        "phrases": [list(phrase) for phrase in prosody.phrases],
                        "accents": [asdict(accent) for accent in prosody.accents],
                    },
                    "instructions": [],
                }
            )
        )
        return
    print(f"{track.duration:.2f} s, {len(track.words)} words, {track.prosody.speaking_rate:.1f} syllables/s")
    for word in track.words:
        print(f"{word.start:8.2f} {word.end:8.2f}  {word.text}")


def _instructions(options: argparse.Namespace) -> tuple[dict[str, Any], ...]:
    if options.instruction is not None:
        return ({"start": 0.0, "end": None, "text": options.instruction, "intensity": 1.0},)
    if options.instructions is None:
        return ()
    try:
        rows = json.loads(options.instructions.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise JobError(f"Could not read {options.instructions}: choose a JSON file that exists.") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise JobError(f"{options.instructions} is not JSON: it must hold a list of instructions.") from error
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and isinstance(row.get("text"), str) for row in rows
    ):
        raise JobError(f'{options.instructions} must hold a list of {{"start", "end", "text", "intensity"}}.')
    return tuple(rows)


def _animate(options: argparse.Namespace) -> None:
    from .pipeline import AnimateRequest, Clip, takes

    if not options.output.parent.is_dir():
        raise JobError(f"There is no folder {options.output.parent}. Create it or choose another.")
    request = AnimateRequest(
        clip=Clip(options.clip),
        transcript=options.transcript,
        instructions=_instructions(options),
        intensity=options.intensity,
        seed=options.seed,
        fps=options.fps,
        head_model=options.head_model,
        device=options.device,
    )
    progress = _progress()
    made = takes(request, options.takes, progress)
    for i, take in enumerate(made, start=1):
        path = options.output
        take.save(path if len(made) == 1 else path.with_name(f"{path.stem}_{i}{path.suffix}"))
    progress(1.0, "Done")
    for warning in made[0].provenance["warnings"]:
        print(f"avi-talking: {warning}", file=sys.stderr)


def _convert(options: argparse.Namespace) -> None:
    from .conversion import convert
    from .take import load_take

    convert(load_take(options.take), options.to, options.output)


def _report(options: argparse.Namespace) -> None:
    from .report import describe, measure
    from .take import load_take

    figures = measure(load_take(options.take))
    print(json.dumps(figures) if options.json else describe(figures))


def _worker(options: argparse.Namespace) -> None:
    from .worker import serve

    serve(idle_timeout=options.idle_timeout)


if __name__ == "__main__":
    sys.exit(main())
