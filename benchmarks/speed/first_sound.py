"""First sound of a basic edit over HTTP: half a second of audio, rights decided, everything warm."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, repeat
from typing import Any

from fastapi.testclient import TestClient

from benchmarks.measuring.measure import measure
from benchmarks.measuring.songs import bench_house
from remixlab.app import Workspace
from remixlab.doors.site import create_site

EDITS = {
    "karaoke": "no vocals",
    "faster": "10 percent faster",
    "filter": "low pass filter and reverb",
    "two up": "two semitones up",
}
STYLE = "synthwave, keep the vocals"
RUNS, WARM = 21, 3


def _browser(workspace: Workspace) -> TestClient:
    """A browser on a page of ours."""
    ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    return TestClient(create_site(workspace), base_url="http://localhost", headers=ours)


def run() -> Iterator[dict[str, Any]]:
    """The request for sound alone: the plan was written and judged before, and is judged again here; another place
    every time.
    """
    with bench_house() as workspace, _browser(workspace) as client:
        client.post("/v1/session", json={"link": workspace.owners_link()})
        recording = client.get("/v1/recordings").json()["items"][0]["recording_id"]

        def plan(words: str, seed: int = 0) -> str:
            return client.post("/v1/plans", json={"recording_id": recording, "prompt": words, "seed": seed}).json()[
                "preview_url"
            ]

        def first_sound(what: str, words: str, urls: Iterator[str]) -> dict[str, Any]:
            places = count(20)

            def listen() -> None:
                assert client.get(next(urls), params={"start_s": next(places), "length_s": 0.5}).status_code == 200

            return measure(f"first sound, {what}", listen, unit="requests", runs=RUNS, warm=WARM, prompt=words)

        for name, words in EDITS.items():
            yield first_sound(name, words, repeat(plan(words)))
        yield first_sound("style, elsewhere in it", STYLE, repeat(plan(STYLE)))
        yield first_sound(
            "style, a take never heard", STYLE, iter([plan(STYLE, seed) for seed in range(1, RUNS + WARM + 1)])
        )
