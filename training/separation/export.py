"""Export the separator of a run as ONNX, check it against torch, and write its card.

`python -m training.separation.export --run sep_hydrogen`
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.card import Card, check_onnx, lay_in_place, write_card, write_onnx
from training.separation.net import BINS, HOP, Separator


def list_sources(pool: Path, held_out: list[str], *, with_weak: bool) -> list[dict[str, Any]]:
    """Add the minutes of every source that a separator run drew from."""
    total: dict[tuple[str, str], float] = {}
    for entry in json.loads((pool / "index.json").read_text()):
        if entry["source"] not in held_out and (with_weak or not entry["weak"]):
            key = (entry["source"], entry["licence"])
            total[key] = total.get(key, 0) + entry["seconds"] / 60
    return [
        {"source": source, "licence": licence, "stem_minutes": round(minutes, 1)}
        for (source, licence), minutes in sorted(total.items())
    ]


def list_voices(pool: Path, held_out: list[str], *, with_weak: bool) -> dict[str, float]:
    """Add the minutes of singing, of the same sung again by other mouths, of speech that was made to sing, and of
    speech.
    """
    minutes = {"singing": 0.0, "singing by other mouths": 0.0, "speech made to sing": 0.0, "speech": 0.0}
    for entry in json.loads((pool / "index.json").read_text()):
        if entry["kind"] == "vocals" and entry["source"] not in held_out and (with_weak or not entry["weak"]):
            sings = entry["source"].startswith(("evr_", "vocadito", "producer_space_")) and not entry[
                "source"
            ].endswith("spoken")
            again = "singing by other mouths" if "_again" in entry["song"] else "singing"
            kind = "speech made to sing" if "sung" in entry["song"] else again if sings else "speech"
            minutes[kind] += entry["seconds"] / 60
    return {kind: round(total, 1) for kind, total in minutes.items()}


def export_separator(work: Path, package: Path, run: str, *, replace: bool) -> None:
    """Export the separator of a run and its card; scores of songs that the run held out come from its own log."""
    saved = torch.load(work / run / "checkpoint.pt", weights_only=True, map_location="cpu")
    model = Separator().eval()
    model.load_state_dict(saved["smooth"])
    path = package / "separation" / "weights" / "separator.onnx"

    def draw(batch: int, frames: int) -> Tensor:
        return torch.randn(batch, 4, frames, BINS) * 0.01

    made = path.with_suffix(".new")
    write_onnx(model, draw(1, 64), made, ("spectrum", ["masks"]), (2, 3))
    check = check_onnx(model, made, draw, HOP / 44100)
    lay_in_place(made, path, replace=replace)
    log = [json.loads(line) for line in (work / run / "log.jsonl").read_text().splitlines()]
    rounds = [*saved.get("rounds", []), saved["progress"]]
    steps, hours, cpu_s = (
        sum(r["step"] for r in rounds),
        sum(r["audio_s"] for r in rounds) / 3600,
        sum(r["cpu_s"] for r in rounds),
    )
    facts: Card = {
        "name": "separator",
        "what": "shares the spectrum of a mix out among vocals, drums, bass and other",
        "architecture": "band-patch U-Net: 168 bands, widths 32-48-72-96, layers over all bands, GRU over time, softmax masks "
        "for mid and side; STFT 4096/1024 at 44100 Hz",
        "sources": list_sources(work / "pool", saved["held_out"], with_weak=saved["with_weak"]),
        "voice_minutes": list_voices(work / "pool", saved["held_out"], with_weak=saved["with_weak"]),
        "weak_provenance_used": saved["with_weak"],
        "held_out_songs": saved["held_out"],
        "seeds": {"run": saved["seed"], "pool": 7},
        **(
            {"blend": "the mean of the weights of the last rounds, one a seed"}
            if isinstance(saved["seed"], list)
            else {}
        ),
        "rounds": [
            {"steps": r["step"], "cpu_core_s": round(r["cpu_s"]), "audio_hours": round(r["audio_s"] / 3600, 2)}
            for r in rounds
        ],
        "steps": steps,
        "audio_hours_drawn": round(hours, 2),
        "validation_in_run": {
            "what": "mean SDR in dB of three 12 s excerpts of each song held out by the last round",
            **log[-1]["held_out"],
        },
        "scores": {},
        "known_failures": [
            "one singer (the artist of the stem songs) made nearly all real singing it heard; other voices were speech made to sing",
            "lead synthesizers, saxophones and strings in the vocal range leak into vocals",
            "bass and other are much weaker than vocals and drums; a bass without a low end is called other",
            "most of its accompaniment is played by this product's own instruments and by one General MIDI SoundFont",
            "above 8.3 kHz four bins share one mask",
        ],
    }
    write_card(path, facts, model, check, cpu_s)


def main() -> None:
    """Export from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--package", type=Path, default=Path("src/remixlab"))
    parser.add_argument(
        "--run", default="separator", help="the run whose separator is exported: a folder of the work folder"
    )
    parser.add_argument(
        "--replace", action="store_true", help="also where the weights in the package carry measured scores"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    export_separator(options.work, options.package, options.run, replace=options.replace)


if __name__ == "__main__":
    main()
