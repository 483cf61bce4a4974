from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.catalogue import artists_of, match_recording, match_work, plain_title
from remixlab.domain.rights import Recording, Work


def recording(number: int, title: str, artist: str = "Juniper Vale", duration_s: float = 180, isrc: str | None = None) -> Recording:
    return Recording(recording_id=f"rec_{number}", title=title, artist=artist, duration_s=duration_s, sha256=f"{number:064x}", isrc=isrc)


@pytest.mark.parametrize(("title", "plain"), [
    ("Déjà Vu (feat. Mara Voss)", "deja vu"), ("Neon Harbour - 2011 Remaster", "neon harbour"), ("Let's Go Fishin'", "let s go fishin"),
    ("NEON  harbour [Radio Edit]", "neon harbour"), ("(Untitled)", "(untitled)"), ("Song ft. X", "song"), ("Left-Handed", "left handed"),
])  # fmt: skip
def test_a_title_is_compared_without_its_ornaments(title: str, plain: str) -> None:
    assert plain_title(title) == plain


def test_a_credit_names_several_artists() -> None:
    assert artists_of("The Salt Ferry, Mara Voss & Teo feat. Inês") == {"salt ferry", "mara voss", "teo", "ines"}
    assert artists_of("The The") == {"the"}


KNOWN = [
    recording(1, "Neon Harbour", isrc="QZRLB2600001"), recording(2, "Neon Harbour (Live)"), recording(3, "Paper Boats", "Mara Voss"),
    recording(4, "Neon Harbour", "Somebody Else"), recording(5, "Neon Harbour", duration_s=240),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "found"), [
    (recording(9, "whatever", isrc="QZRLB2600001"), [("rec_1", "identifier")]),
    (recording(3, "other"), [("rec_3", "content")]),
    (recording(9, "NEON HARBOR", "Juniper Vale feat. Teo", 181.5), [("rec_1", "title")]),
    (recording(9, "Neon Harbour - Live"), [("rec_2", "title")]),
    (recording(9, "Neon Harbour", "Nobody Known"), []),
    (recording(9, "Harbours of Neon"), []),
])  # fmt: skip
def test_recordings_match_by_content_identifier_or_name_and_length(asked: Recording, found: list[tuple[str, str]]) -> None:
    assert [(m.known_id, m.reason) for m in match_recording(asked, KNOWN)] == found


def test_works_with_different_codes_are_different_whatever_they_are_called() -> None:
    known = [Work(work_id="w1", title="Song", iswc="T-034.524.680-1"), Work(work_id="w2", title="The song")]
    assert [m.known_id for m in match_work(Work(work_id="", title="Song", iswc="T0345246801"), known)] == ["w1"]
    assert [m.known_id for m in match_work(Work(work_id="", title="Song"), known)] == ["w1"]
    assert match_work(Work(work_id="", title="Song", iswc="T9260000019"), known[:1]) == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_names_can_be_compared_and_a_recording_matches_itself(title: str, artist: str) -> None:
    one = recording(1, title, artist or "x")
    assert match_recording(one.model_copy(update={"recording_id": "rec_2"}), [one])[0].reason == "content"
    plain_title(title)
    artists_of(artist)
