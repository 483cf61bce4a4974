"""/remixes: make, read, hear, publish."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query

from remixlab.domain.errors import Invalid
from remixlab.domain.remix import Remix
from remixlab.doors.api.context import TheCaller, TheHouse
from remixlab.doors.api.plans import order_of
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.shapes import JobStarted, RemixAnswer, RemixList, RemixWish
from remixlab.doors.api.sound import RangeHeader, media_type_of, peaks_of, serve_bytes
from remixlab.signal.reel import blocks_of
from remixlab.studio import audible_remix, deliver, publish, read_order, stream_token

router = APIRouter(tags=["remixes"], responses=PROBLEMS)


@router.post("/remixes", status_code=202)
def make_remix(
    wish: RemixWish, house: TheHouse, caller: TheCaller, idempotency_key: Annotated[str | None, Header(max_length=200)] = None
) -> JobStarted:
    """Start the making. The same Idempotency-Key with the same wish is the same job; with another wish it clashes."""
    if (wish.plan_id is None) == (wish.recording_id is None):
        raise Invalid("give exactly one of plan_id and recording_id", code="request.invalid")
    if wish.plan_id:
        order = read_order(wish.plan_id, house.desk).model_copy(update={"at": caller.at, "share": wish.share, "listener": caller.user})
    else:
        order = order_of(wish, caller)
    start = lambda: house.jobs.remix(order, key=idempotency_key)  # noqa: E731
    if idempotency_key is None:
        return JobStarted.of(start())
    return JobStarted.of(house.once(idempotency_key, caller.user, wish.model_dump_json(), start, caller.at))


@router.get("/remixes")
def list_remixes(house: TheHouse, caller: TheCaller, source_id: Annotated[str | None, Query(max_length=128)] = None) -> RemixList:
    """Your own remixes, and everybody's published ones."""
    with house.desk.read() as shelf:
        found = shelf.remixes(source_id=source_id)
        seen = [r for r in found if r.listener == caller.user or (r.share == "public" and r.state == "published")]
        return RemixList(items=[answer_of(r, shelf.recording(r.source_id)) for r in seen])


@router.get("/remixes/{remix_id}")
def read_remix(remix_id: str, house: TheHouse, caller: TheCaller) -> RemixAnswer:
    remix = audible_remix(remix_id, house.desk, user=caller.user)
    with house.desk.read() as shelf:
        return answer_of(remix, shelf.recording(remix.source_id))


@router.get(
    "/remixes/{remix_id}/audio", response_model=None, responses={206: {"description": "A part"}, 416: {"description": "No such part"}}
)
def read_audio(
    remix_id: str, house: TheHouse, caller: TheCaller, format: str = "flac", download: bool = False, range_header: RangeHeader = None
) -> Any:
    """The sealed file: marked, tagged, signed."""
    media_type = media_type_of(format)
    remix = audible_remix(remix_id, house.desk, user=caller.user)
    data = deliver(remix, format, house.desk)
    name = f"{remix.remix_id}.{format}" if download else ""
    answer = serve_bytes(data, media_type, range_header, name=name, private=remix.share == "private")
    answer.headers["RemixLab-Stream-Token"] = stream_token(remix.remix_id, caller.user, house.desk)
    return answer


@router.get("/remixes/{remix_id}/peaks")
def read_peaks(remix_id: str, house: TheHouse, caller: TheCaller) -> dict[str, list[list[int]]]:
    remix = audible_remix(remix_id, house.desk, user=caller.user)
    audio = house.desk.audio_files.decode(house.desk.blobs.get(remix.audio_sha256), "remix.flac")
    return {"peaks": peaks_of(blocks_of(audio), audio.length_frames)}


@router.post("/remixes/{remix_id}/publish")
def publish_remix(remix_id: str, house: TheHouse, caller: TheCaller) -> RemixAnswer:
    """Share a private remix; the permission to share is decided now."""
    remix = publish(remix_id, house.desk, user=caller.user, territory=caller.territory, at=caller.at)
    with house.desk.read() as shelf:
        return answer_of(remix, shelf.recording(remix.source_id))


def answer_of(remix: Remix, recording: Any) -> RemixAnswer:
    url = f"/v1/remixes/{remix.remix_id}"
    tree = remix.to_dict()
    kept = {name: tree[name] for name in RemixAnswer.model_fields if name in tree}
    source = {"recording_id": recording.recording_id, "title": recording.title, "artist": recording.artist, "isrc": recording.isrc}
    return RemixAnswer.model_validate(
        {**kept, "source": source, "audio_url": f"{url}/audio", "peaks_url": f"{url}/peaks", "share_url": f"/r/{remix.remix_id}"}
    )
