"""`remixlab demo`: the whole job once, in front of everybody: a catalogue, a remix, a cover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remixlab.doors.cli.session import Opened

PROMPTS = (
    ("QZRLB2600001", "remix", "80s synthwave, keep the vocals, faster chorus"),
    ("QZRLB2600002", "cover", "a bossa nova cover on nylon guitar, one tone lower"),
)


def run_demo(opened: Opened, out: Path) -> dict[str, Any]:
    """Make the catalogue, then one remix and one cover from prompts; the files go to `out`."""
    from remixlab.doors.answers.making import made_answer
    from remixlab.doors.cli.files import write_whole
    from remixlab.usecases.catalogue import make_demo, what_is_open
    from remixlab.usecases.making import RemixOrder, deliver, read_decision

    actor, context = opened.actor, opened.context
    recordings = make_demo(actor, context, opened.progress)
    out.mkdir(parents=True, exist_ok=True)
    made: list[dict[str, Any]] = []
    for source, kind, prompt in PROMPTS:
        order = RemixOrder.model_validate({"source": source, "prompt": prompt, "kind": kind, "share": "public"})
        finished = opened.workspace.make(order, actor, opened.progress)
        path = out / f"{source}-{kind}.flac"
        write_whole(path, deliver(finished, "flac", context))
        decision = read_decision(finished.decision_id, actor, context)
        made.append(made_answer(finished, decision, str(path)).to_dict())
    items = [
        {
            "recording_id": r.recording_id,
            "isrc": r.isrc,
            "title": r.title,
            "artist": r.artist,
            "state": what_is_open(r, actor, context).sentence,
        }
        for r in recordings
    ]
    return {"recordings": items, "made": made}
