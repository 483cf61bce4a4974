"""First sound of a basic edit over HTTP: half a second of audio, rights decided, everything warm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient

from benchmarks.measure import measure
from benchmarks.songs import bench_house
from remixlab.doors.api import create_app

EDITS = {
    "karaoke": "no vocals",
    "faster": "10 percent faster",
    "filter": "low pass filter and reverb",
    "two up": "two semitones up",
    "style": "synthwave, keep the vocals",
}


def run() -> Iterator[dict[str, Any]]:
    """The request for sound alone: the plan was written and judged before, and is judged again here."""
    with bench_house() as house, TestClient(create_app(house)) as client:
        recording = client.get("/v1/recordings").json()["items"][0]["recording_id"]
        for name, words in EDITS.items():
            plan = client.post("/v1/plans", json={"recording_id": recording, "prompt": words}).json()

            def listen(url: str = plan["preview_url"]) -> None:
                assert client.get(url, params={"start_s": 30, "length_s": 0.5}).status_code == 200

            yield measure(f"first sound, {name}", listen, unit="requests", runs=21, warm=3, prompt=words)
