"""Which deal counts: the closest that applies, of those the newest, and never two."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from remixlab.app.wire import read_deals
from remixlab.domain.errors import InvalidTerms
from remixlab.domain.rights import Asset
from remixlab.royalties import Deal, Deals, deal_for, default_deal

EVERYBODY = {"remix": default_deal("remix"), "cover": default_deal("cover")}
SONG = Asset(recording_id="rec_1", label_id="label")
OTHER = Asset(recording_id="rec_2", label_id="other")
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def deal(name: str, applies: str = "", kind: str = "remix") -> Deal:
    parts = "master = 500_000\npublishing = 160_000\nlikeness = 40_000\nremixer = 50_000\nplatform = 250_000"
    return Deal.parse(f'name = "{name}"\nkind = "{kind}"\n{parts}\n[applies]\n{applies}')


LABEL = deal("label", 'labels = ["label"]')
NEWER = deal("newer", 'labels = ["label"]\nsince = 2026-12-01T00:00:00Z')
RECORDING = deal("recording", 'recordings = ["rec_2"]\nuntil = 2026-12-01T00:00:00Z')
GERMANY = deal("germany", 'territories = ["DE"]')
DEALS = Deals(EVERYBODY, [LABEL, NEWER, RECORDING, GERMANY])


@pytest.mark.parametrize(
    ("asset", "territory", "at", "name"),
    [
        (SONG, "US", NOW, "newer"),
        (SONG, "US", NOW.replace(year=2025), "label"),
        (SONG, "DE", NOW, "newer"),
        (OTHER, "DE", NOW, "germany"),
        (OTHER, "DE", NOW.replace(month=11), "recording"),
        (OTHER, "US", NOW, "remix/1"),
        (None, "DE", NOW, "remix/1"),
    ],
)
def test_the_closest_deal_counts_and_of_those_the_newest(asset: Asset, territory: str, at: datetime, name: str) -> None:
    assert DEALS.of("remix", asset, territory, at).name == name
    assert deal_for(DEALS, "remix", asset, territory, at).name == name
    assert deal_for(EVERYBODY, "remix", asset, territory, at).name == "remix/1"
    assert DEALS.of("cover", asset, territory, at).name == "cover/1"
    assert (DEALS["remix"].name, list(DEALS), len(DEALS)) == ("remix/1", ["remix", "cover"], 2)


def test_two_deals_that_would_both_count_are_refused() -> None:
    with pytest.raises(InvalidTerms, match="same remixes"):
        Deals(EVERYBODY, [LABEL, deal("again", 'labels = ["other", "label"]')])
    with pytest.raises(InvalidTerms, match="ends after"):
        deal("never", "since = 2026-12-01T00:00:00Z\nuntil = 2026-12-01T00:00:00Z")
    apart = [
        deal("elsewhere", 'labels = ["other"]'), deal("cover", 'labels = ["label"]', "cover"), LABEL,
    ]  # fmt: skip
    assert Deals(EVERYBODY, apart).of("cover", SONG, "US", NOW).name == "cover"


def test_the_folder_of_deals_is_read_whole(tmp_path: Path) -> None:
    for kind in ("remix", "cover"):
        (tmp_path / f"{kind}.toml").write_text(deal(kind, kind=kind).model_dump_json(), "utf-8")
    with pytest.raises(InvalidTerms):
        read_deals(tmp_path)
    parts = "master = 500_000\npublishing = 160_000\nlikeness = 40_000\nremixer = 50_000\nplatform = 250_000\n"
    for name, head in (("remix", ""), ("cover", 'kind = "cover"\n'), ("label-2027", "")):
        applies = '[applies]\nlabels = ["label"]\n' if name == "label-2027" else ""
        (tmp_path / f"{name}.toml").write_text(f'name = "{name}"\n{head}{parts}{applies}', "utf-8")
    deals = read_deals(tmp_path)
    assert deals.of("remix", SONG, "US", NOW).name == "label-2027"
    assert deals.of("remix", OTHER, "US", NOW).name == "remix"
