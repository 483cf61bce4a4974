"""Training runs anywhere: notes survive a file, shares sum to one, a tiny run learns, a killed one goes on."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch, which the product does not")
pytest.importorskip("soxr", reason="training resamples with soxr")
sys.path.insert(0, str(Path(__file__).parents[2]))

from synthesis.smf import Note, read_notes, write_notes  # noqa: E402
from training.features import BEATS, CHORDS, NOTES, hear  # noqa: E402
from training.separation.mixing import split_complex, transform  # noqa: E402
from training.separation.net import Separator  # noqa: E402
from training.songs.lead_sheet import compose_lead  # noqa: E402
from training.songs.performance import GrooveShelf, perform  # noqa: E402

RATE = 44100


def test_notes_written_to_a_file_are_read_back(tmp_path: Path) -> None:
    notes = [Note(0.0, 0.5, 60, 90, 0, 4), Note(0.25, 1.0, 64, 80, 1, 33), Note(0.5, 0.6, 36, 120, 9, 0)]
    write_notes(tmp_path / "a.mid", notes)
    assert read_notes(tmp_path / "a.mid") == sorted(notes)


def test_a_tone_sounds_in_the_band_of_its_pitch() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(22050) / 22050).astype(np.float32)
    assert hear(tone, NOTES)[25].argmax() == 3 * (69 - 21) + 1
    assert hear(tone, CHORDS)[5].argmax() == 3 * (69 - 24) + 1
    assert hear(tone, BEATS).shape == (51, 81)


def test_a_composed_song_says_where_its_bars_and_chords_are() -> None:
    rng = np.random.default_rng(4)
    for _ in range(5):
        song = perform(compose_lead(rng), GrooveShelf(None), rng, 20.0)
        assert song.downbeats_s == song.beats_s[:: song.meter]
        assert all(a < b for a, b in zip(song.beats_s, song.beats_s[1:], strict=False))
        assert set(song.boundaries_s) <= set(song.downbeats_s)
        assert all(0 <= note.start_s < 20 for row in song.notes.values() for note in row)


def test_the_separator_shares_out_all_of_the_mix() -> None:
    torch.manual_seed(0)
    sound = torch.randn(2, 15 * 1024)
    spectrum = split_complex(transform(sound)[None])
    masks = Separator().eval()(spectrum)
    assert masks.shape == (1, 4, 2, 16, 2048)
    assert torch.allclose(masks.sum(1), torch.ones(1, 2, 16, 2048), atol=1e-5)


def write_pool(folder: Path) -> None:
    rng = np.random.default_rng(0)
    time = np.arange(8 * RATE) / RATE
    sounds = {
        "vocals": np.sin(2 * np.pi * 300 * time) * (np.sin(2 * np.pi * time) > 0),
        "drums": rng.standard_normal(len(time)) * np.exp(-(time % 0.5) * 30),
        "bass": np.sin(2 * np.pi * 60 * time),
        "other": np.sin(2 * np.pi * 880 * time),
    }
    index = []
    for kind, sound in sounds.items():
        np.save(folder / f"{kind}.npy", (sound[:, None].repeat(2, 1) * 8000).astype(np.int16))
        facts = {"source": "test", "licence": "CC0-1.0", "weak": False, "seconds": 8.0, "file": f"{kind}.npy"}
        index.append({"kind": kind, "song": "test", **facts})
    (folder / "index.json").write_text(json.dumps(index))


def test_a_killed_run_goes_on_from_its_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.separation import train as train_separator

    write_pool(tmp_path)
    command = ["x", "--pool", str(tmp_path), "--out", str(tmp_path / "run"), "--frames", "24", "--batch", "2"]
    for steps in ("2", "4"):
        monkeypatch.setattr(sys, "argv", [*command, "--steps", steps])
        train_separator.main()
    saved = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert saved["progress"]["step"] == 4
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [2, 4]
    assert all(np.isfinite(line["loss"]) for line in lines)


def test_a_few_steps_on_one_mix_lower_its_loss(tmp_path: Path) -> None:
    from training.separation.loss import measure_loss
    from training.separation.mixing import Library, Mixer

    write_pool(tmp_path)
    torch.manual_seed(0)
    spectra, joined = Mixer(Library(tmp_path, (), with_weak=False), 1, 24).draw_batch(2)
    net, losses = Separator(), []
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3)
    for _ in range(10):
        loss = measure_loss(net.share_cells(split_complex(spectra.sum(1))), spectra, joined)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] - 0.2


def test_runs_of_one_recipe_are_blended_and_others_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.separation import blend
    from training.separation import train as train_separator

    write_pool(tmp_path)
    common = ["--pool", str(tmp_path), "--frames", "24", "--batch", "2", "--steps", "2"]
    for run, extra in (("begin", []), ("one", ["--seed", "1"]), ("two", ["--seed", "2"])):
        from_begin = [] if run == "begin" else ["--start-from", str(tmp_path / "begin" / "checkpoint.pt")]
        monkeypatch.setattr(sys, "argv", ["x", *common, *extra, *from_begin, "--out", str(tmp_path / run)])
        train_separator.main()
    monkeypatch.setattr(
        sys, "argv", ["x", "--runs", "one,two", "--out", "both", "--work", str(tmp_path), "--pool", str(tmp_path)]
    )
    blend.main()
    one, two, both = (torch.load(tmp_path / run / "checkpoint.pt", weights_only=True) for run in ("one", "two", "both"))
    assert all(
        torch.allclose(value, (one["smooth"][name] + two["smooth"][name]) / 2, atol=1e-6)
        for name, value in both["smooth"].items()
        if value.is_floating_point()
    )
    assert any(not torch.equal(one["smooth"][name], value) for name, value in two["smooth"].items())
    assert both["seed"] == [1, 2]
    assert sum(r["step"] for r in [*both["rounds"], both["progress"]]) == 6, "the first round once, both last ones"
    with pytest.raises(SystemExit, match="rounds"):
        blend.blend([one, torch.load(tmp_path / "begin" / "checkpoint.pt", weights_only=True)])


def test_a_song_is_cut_where_somebody_sings_and_its_voice_brought_near_its_band(tmp_path: Path) -> None:
    from training.separation.mixing import Library, Mixer

    write_pool(tmp_path)
    voice = np.load(tmp_path / "vocals.npy")
    voice[: len(voice) * 3 // 4] = 0
    np.save(tmp_path / "vocals.npy", voice // 4)
    mixer = Mixer(Library(tmp_path, (), with_weak=False), 3, 12)
    drawn = [mixer._draw_song()[0] for _ in range(60)]
    loud = lambda piece: float(np.sqrt(np.mean(piece**2)))  # noqa: E731
    sung = [waves for waves in drawn if loud(waves["vocals"]) > 1e-3]
    assert len(sung) > 0.5 * len(drawn), "by chance it would be a quarter"
    shares = np.array([loud(waves["vocals"]) / loud(waves["drums"] + waves["bass"] + waves["other"]) for waves in sung])
    assert np.mean(shares > 0.35) > 0.3, "the song's own is less than a fifth"
    assert np.mean(shares < 0.25) > 0.2, "and is still heard"


def test_a_published_run_is_scored_and_started_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.separation import publish
    from training.separation import train as train_separator
    from training.separation.measure import load_weights

    write_pool(tmp_path)
    common = ["x", "--pool", str(tmp_path), "--frames", "24", "--batch", "2", "--steps", "2"]
    monkeypatch.setattr(sys, "argv", [*common, "--out", str(tmp_path / "run")])
    train_separator.main()
    monkeypatch.setattr(sys, "argv", ["x", "--run", "run", "--work", str(tmp_path), "--out", str(tmp_path / "kept.pt")])
    publish.main()
    whole, kept = tmp_path / "run" / "checkpoint.pt", tmp_path / "kept.pt"
    assert kept.stat().st_size < whole.stat().st_size / 5
    given = np.random.default_rng(2).normal(0, 0.01, (1, 4, 16, 2048)).astype(np.float32)
    assert np.abs(load_weights(kept)(given)["masks"] - load_weights(whole)(given)["masks"]).max() < 0.01
    monkeypatch.setattr(sys, "argv", [*common, "--start-from", str(kept), "--out", str(tmp_path / "further")])
    train_separator.main()
    further = torch.load(tmp_path / "further" / "checkpoint.pt", weights_only=True)
    assert [one["step"] for one in further["rounds"]] == [2]


def test_the_first_round_that_is_kept_heard_none_of_the_songs_it_is_scored_on() -> None:
    from training.material.pool import STEM_SONGS
    from training.separation.measure import Fold, list_unheard

    kept = Path(__file__).parents[2] / "training" / "rounds" / "first.pt"
    assert sorted(list_unheard(Fold("first", STEM_SONGS, kept))) == sorted(STEM_SONGS)
    saved = torch.load(kept, weights_only=True)
    assert not saved["with_weak"]
    Separator().load_state_dict(saved["smooth"])
