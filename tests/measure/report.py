# SPDX-License-Identifier: GPL-3.0-or-later
"""The measure as a table in Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .lips import Scores

Key = tuple[str, str, float]
"""(group of clips, condition, frames per second)"""

TITLES = {
    "transcript": "with transcript",
    "recognised": "without transcript",
    "true phones": "with the true phones",
    "shuffled": "another clip's motion (control)",
}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _median(values: list[float]) -> float | None:
    return float(np.median(values)) if values else None


FIGURES: Mapping[str, Callable[[Scores], float | None]] = {
    "closed": lambda s: _share(s.closed, s.bilabials),
    "teeth": lambda s: _share(s.at_teeth, s.labiodentals),
    "opened": lambda s: _share(s.opened, s.open_vowels),
    "held_shut": lambda s: _share(s.held_shut, s.open_vowels),
    "closure_lag_ms": lambda s: _scaled(_median(s.closure_lags), 1000),
    "opening_lag_ms": lambda s: _scaled(_median(s.opening_lags), 1000),
    "correlation": lambda s: _median(s.correlations),
    "false_closures_per_s": lambda s: s.false_closures / s.speech_seconds if s.speech_seconds else None,
    "spikes_per_s": lambda s: s.spikes / s.speech_seconds if s.speech_seconds else None,
    "speed_mm_per_s": lambda s: _median(s.speeds),
    "frames_closed": lambda s: _share(s.closed_frames, s.frames),
    "frames_at_teeth": lambda s: _share(s.teeth_frames, s.frames),
}


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else factor * value


def as_json(results: Mapping[Key, Scores], setting: Mapping[str, Any]) -> dict[str, Any]:
    rows = []
    for (group, condition, fps), scores in results.items():
        rows.append(
            {
                "group": group,
                "condition": condition,
                "fps": fps,
                **{name: figure(scores) for name, figure in FIGURES.items()},
                "bilabials": scores.bilabials,
                "labiodentals": scores.labiodentals,
                "open_vowels": scores.open_vowels,
                "missed": scores.missed if condition != "shuffled" else [],
            }
        )
    return {"setting": dict(setting), "rows": rows}


COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("closed", "/p b m/ closed", "{:.1%}"),
    ("teeth", "/f v/ at teeth", "{:.1%}"),
    ("opened", "open vowels open", "{:.1%}"),
    ("held_shut", "shut at their middle", "{:.1%}"),
    ("closure_lag_ms", "lag, closures (ms)", "{:.0f}"),
    ("opening_lag_ms", "lag, opening (ms)", "{:.0f}"),
    ("correlation", "correlation", "{:.2f}"),
    ("false_closures_per_s", "false closures /s", "{:.2f}"),
    ("spikes_per_s", "spikes /s", "{:.2f}"),
    ("speed_mm_per_s", "speed (mm/s)", "{:.0f}"),
    ("frames_closed", "frames closed", "{:.0%}"),
    ("frames_at_teeth", "frames at teeth", "{:.0%}"),
)


def as_markdown(results: Mapping[Key, Scores], setting: Mapping[str, Any]) -> str:
    lines = ["# Lips, measured on the keyed mesh in Blender", ""]
    lines += [f"- {name}: {value}" for name, value in setting.items()]
    for group in dict.fromkeys(group for group, _, _ in results):
        lines += ["", f"## {group}", ""]
        lines.append("| | fps | " + " | ".join(title for _, title, _ in COLUMNS) + " |")
        lines.append("|---|---|" + "---|" * len(COLUMNS))
        for (other, condition, fps), scores in results.items():
            if other != group:
                continue
            cells = []
            for name, _, form in COLUMNS:
                value = FIGURES[name](scores)
                cells.append("–" if value is None else form.format(value))
            lines.append(f"| {TITLES[condition]} | {fps:g} | " + " | ".join(cells) + " |")
        some = next(scores for (other, _, _), scores in results.items() if other == group)
        lines += [
            "",
            f"{some.bilabials} /p b m/, {some.labiodentals} /f v/, {some.open_vowels} open vowels at each frame rate.",
        ]
    lines += ["", "What the columns mean is defined at the head of tests/measure/lips.py.", ""]
    return "\n".join(lines)
