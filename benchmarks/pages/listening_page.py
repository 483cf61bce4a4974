"""Write docs/transparency/listening.md, and what the cards of the ears say was measured, from the rows of one run.

python -m benchmarks.pages.listening_page benchmarks/results/listening_accuracy.jsonl
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.listening.listening_accuracy import write_table
from benchmarks.measuring.places import RESULTS, ROOT

PAGE = ROOT / "docs" / "transparency" / "listening.md"
WEIGHTS = ROOT / "src" / "remixlab" / "listening" / "weights"
GOALS = (
    ("beats", "beats_f", 0.97),
    ("downbeats, songs in six included", "downbeats_f", 0.80),
    ("chords, major and minor", "chords_majmin", 0.90),
    ("sections within 3 s", "sections_f_3s", 0.60),
    ("all notes of a mix, middle minute, onsets within 50 ms", "notes_f", 0.60),
)
MEASURED = {
    "beats": ("beats_f", "downbeats_f", "meter", "tempo", "sections_f_3s", "kick_f", "snare_f", "hat_f"),
    "chords": ("chords_majmin", "chords_root", "chords_sevenths", "key"),
    "notes": ("melody_f", "bass_f", "notes_f"),
}
HEAD = """# Listening, measured

F measures and shares from 0 to 1, by `python -m benchmarks.listening.listening_accuracy`, which uses mir_eval. Beats count
within 70 ms, onsets of melody and bass within 100 ms and half a semitone, all notes of the middle minute within 50 ms,
and section boundaries within 3 s.

- **untrained**: the listener without networks. **networks**: the same listener with the networks that ship.
- **taken apart**: as *networks*, but the listener is also given the four stems that our separator made of the mix. The
  catalogue listens in this way.
- **librosa** and **basic-pitch**: other people's listeners with their own defaults.
- *Either octave*: the true tempo is the one that was found or the second one that the listener offers.

The rows are in [listening_accuracy.jsonl](../../benchmarks/results/listening_accuracy.jsonl);
`python -m benchmarks.pages.listening_page` writes this page from them.

"""
NOTES = """
- *Rendered*: twelve POP909 songs, nine in four and three in six, played by drums, bass, keys and a sung voice
  (`benchmarks/listening/pop909.py`, [decision 66](../decisions/0066-pop-songs-measure-and-never-train.md)). No network
  heard them. But we looked at failures on some of them when we wrote rules (experiments 79, 80, 98): for the rules they are
  not wholly unseen. Their instruments are FluidR3's, which training used too, and four recorded speakers are made to sing
  them: **they are easier than masters**. We kept these speakers out of the last round of training; earlier rounds had heard
  their speech, made to sing in another way. **The singer was changed**, see below.
- *Real*: five songs of one artist and four loops whose tempo is known. The beats of a song are counted from its start, as
  the artist's notes say. Numbers in brackets say how many recordings.
"""
FAILURES = """
## Known failures

- The networks never heard a real master in training. Where no tempo fits what the beat network says, onsets decide
  ([experiment 64](../experiments/listening/0064-the-beat-network-is-followed-where-a-tempo-fits-it.md)).
- Backbeat, quick notes and loops of whole bars decide the tempo octave
  ([experiment 79][79]).
  The listener reads reggae, whose snare falls with the kick on three, at its double, and fast swing without a snare at its
  half; the right octave stays in the answer. The tempo of the five-second trumpet follows from its length alone.
- In a song whose bar lines shift by half a bar (020 and 548 of the rendered ones) some downbeats stay wrong.
- Key: the listener confuses relative keys where no chord decides (064), and parallel keys where nobody plays the third
  (rubidium, the trumpet).
- It guesses the names of sections from repetition, energy and voice
  ([experiment 80](../experiments/listening/0080-section-names-downbeats-and-keys-follow-usage.md)). On the rendered songs
  they agree with the letters of the human annotators for {names:.0f} % of the time. In a song that opens with its chorus,
  verse and chorus are swapped.
- At times it takes a lead instrument for the voice; less often in passages without singing, since it also asks the
  separator ([experiment 98](../experiments/listening/0098-training-songs-are-sung-a-syllable-to-a-note.md)).

[79]: ../experiments/listening/0079-backbeat-quick-notes-and-loop-lengths-tell-the-tempo-octave.md

## Cost

Three networks, trained with {wh:.1f} Wh in all (estimated at 8 W a core; the cards say it for each).
`benchmarks/speed/hearing.py` measures what separating and listening cost in time and memory. Recordings of hours are heard
in windows ([decision 83](../decisions/0083-long-recordings-are-heard-in-windows.md)).

Peak memory of a whole process (mapped files included) and CPU seconds, one run each, on a busy machine unless said
otherwise below ([rows](../../benchmarks/results/hearing.jsonl), our own song over and over):

| | 3 minutes | 10 minutes | 3 hours |
|---|---|---|---|
| `remixlab separate` | 715 MiB, 9 s | 690 MiB, 33 s | |
| `remixlab listen` | 767 MiB, 13 s | 1160 MiB, 42 s | 1026 MiB, 877 s |
| `remixlab remix` of a recording that was heard before | 1206 MiB, 24 s | 2037 MiB, 18 s | refused: twenty minutes at most |
| `remixlab remix` of a new file | | 2321 MiB, 67 s | |

Recordings longer than a song are heard in windows; therefore three hours take less memory than ten minutes. Before we
worked in blocks, `listen` took 1057 and 2200 MiB on joined real recordings: 160 MiB more for every minute. The memory of a
remix still grows with its length, up to the twenty minutes of a song. With REMIXLAB_BENCH_HOURS=3 the benchmark goes to
hours. We measured `separate` and `listen` of three and ten minutes again with `network/6` on an idle machine: `listen` took
9.7 and 29 s by the clock on two cores. That was another machine than before, where three minutes took 14.5 s, and
`separate` 577 and 595 MiB.
"""

SINGER = """
## The singer of the rendered songs was changed

Until experiment 98 ([why](../experiments/listening/0098-training-songs-are-sung-a-syllable-to-a-note.md)) the rendered songs
were sung by recorded speech, stretched over the tune. Words began anywhere: a note could fall on a pause, and a repeated
pitch often had no audible onset. Now every note has its syllable. The exception are 15 % of the notes that follow at another
pitch without a rest: they share the syllable of the note before. The truth puts the onset of a note where its vowel begins,
or, when it shares a syllable, in the middle of the glide. Dips of the voice by more than 6 and 12 dB, per second of singing
([rows](../../benchmarks/results/singing.jsonl), `python -m benchmarks.listening.singing`; nobody has annotated the notes of
the real singers):

{dips}

To show that we did not bend the yardstick to fit, the table gives melody F from the mix (precision and recall in brackets)
of both singers, with the weights and the decoder before the change and with those of now
([rows](../../benchmarks/results/listening_singers.jsonl)). The new singer is harder for the old weights, the old one for the
new weights. **Listeners that learned from neither find the new singer easier**: the untrained listener reads
{untrained:.2f} of the new singer's melody and 0.27 of the old one's, basic-pitch {rival:.2f} of all notes and 0.47 before.
The networks for beats and chords did not change. On the new mixes, whose levels we also drew anew, downbeats went from 0.884
to {downbeats:.3f}, key from 0.942 to {key:.3f}, chords from 0.932 to {chords:.3f}, sections from 0.722 to {sections:.3f}.

{table}
"""


CONDITIONS = """
## Conditions that are hard to hear

Music whose beats, bars and chords are known, played by our own instruments with the lateness of players (6 ms), before
and after a tuning was estimated, bars of five and seven were known, and a tempo that moves was followed
([rows](../../benchmarks/results/listening_conditions.jsonl), `python -m benchmarks.listening.conditions`). Fast styles
that begin on the wrong foot, and bars of six that were counted in twos, are tests of their own
(`tests/listening/test_conditions.py`): these renders were mostly heard rightly before. It is easier than masters.
"""

PEOPLE = """
## Where people play

Drum takes of the Groove set (Gillick et al. 2019, CC BY 4.0; played to a click, each stroke where its drummer put it),
with bass and chords that follow the drummer, before and after bars of six and pairs of bars of three were told apart by
what their middles show ([rows](../../benchmarks/results/drummers.jsonl),
`python -m benchmarks.listening.drummers`). A jazz take whose drummer rides at 120 is heard at 60: the one tempo that is
wrong.
"""


def write_page(rows: list[dict[str, Any]]) -> str:
    """The whole page as Markdown."""
    means = [row for row in rows if row["what"].endswith(", mean")]
    by_kind = {(row["what"].split(",")[0], row["who"]): row for row in means}
    heard, untrained = by_kind["rendered", "networks"], by_kind["rendered", "untrained"]
    real, plain = by_kind["real", "networks"], by_kind["real", "untrained"]
    hits = ", ".join(f"{p} {untrained[p + '_f']:.2f} to {heard[p + '_f']:.2f}" for p in ("kick", "snare", "hat"))
    goals = [
        (heard[figure] >= least, f"{name}, at least {least:.2f}; measured {heard[figure]:.3f}")
        for name, figure, least in GOALS
    ]
    melody, alone = by_kind["rendered", "networks, taken apart"]["melody_f"], heard["melody_f"]
    goals.append(
        (
            melody >= 0.8,
            f"melody, from the mix and the stems that our separator made of it, at least 0.80; measured {melody:.3f} (from the mix alone {alone:.3f})",
        )
    )
    goals.append(
        (
            heard["key"] >= untrained["key"],
            f"key with networks no worse than without; {heard['key']:.3f} and {untrained['key']:.3f}",
        )
    )
    goals.append(
        (
            real["tempo_either_octave"] == 1,
            f"tempo of all {real['songs']} real recordings, or its other octave; {real['tempo_either_octave']:.2f}",
        )
    )
    goals.append(
        (
            real["beats_f"] >= plain["beats_f"],
            f"beats of real songs no worse than without networks; {real['beats_f']:.4f} and {plain['beats_f']:.4f}",
        )
    )
    rival = next(row for row in means if row["who"].startswith("basic-pitch"))
    singer = SINGER.format(
        table=_singers_table(),
        dips=_dips_table(),
        untrained=untrained["melody_f"],
        rival=rival["notes_f"],
        downbeats=heard["downbeats_f"],
        key=heard["key"],
        chords=heard["chords_majmin"],
        sections=heard["sections_f_3s"],
    )
    said = "\n".join(f"- {'holds' if holds else '**fails**'}: {goal}" for holds, goal in goals)
    wh = sum(
        json.loads((WEIGHTS / f"{name}.card.json").read_text(encoding="utf-8"))["energy"]["wh"] for name in MEASURED
    )
    return (
        f"{HEAD}{write_table(means)}\n{NOTES}- Drum hits on the rendered songs, untrained to networks: {hits}. Measured at commit {heard['commit']}.\n\n"
        f"## What holds and what does not\n\n{said}\n\n{_conditions()}\n{_people()}\n{singer}\n## Real recordings\n\n{_real_table(rows)}\n"
        f"{FAILURES.format(wh=wh, names=100 * heard['section_names']).lstrip()}"
    )


def _read_rows(name: str) -> list[dict[str, Any]]:
    path = RESULTS / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _conditions() -> str:
    """Conditions under which listening is hard, before and after what was done about them."""
    rows = _read_rows("listening_conditions.jsonl")
    figures = ("beats_f", "downbeats_f", "meter", "chords")
    titles = ("beats f", "downbeats f", "meter", "chords majmin")
    lines = [f"| condition | {' | '.join(titles)} |", "|---|" + "---|" * len(titles)]
    for condition in dict.fromkeys(row["condition"] for row in rows):
        own = [row for row in rows if row["condition"] == condition]
        cells = [
            " to ".join(
                f"{mean([row[name] for row in own if row['label'] == label]):.2f}" for label in ("before", "after")
            )
            for name in figures
        ]
        lines.append(f"| {condition} | {' | '.join(cells)} |")
    return "\n".join([CONDITIONS.strip(), "", *lines, ""])


def _people() -> str:
    """How takes of drummers are heard, by the meter that they play."""
    rows = [row for row in _read_rows("drummers.jsonl") if row["what"] == "drummers"]
    figures = ("beats_f", "downbeats_f", "meter", "chords")
    lines = ["| meter | takes | beats f | downbeats f | meter | chords majmin |", "|---|---|---|---|---|---|"]
    for meter in dict.fromkeys(row["meter_played"] for row in rows):
        before, after = (
            next(r for r in rows if (r["meter_played"], r["label"]) == (meter, label)) for label in ("before", "after")
        )
        cells = [f"{before[name]:.2f} to {after[name]:.2f}" for name in figures]
        lines.append(f"| {meter.replace('-', '/')} | {after['takes']} | {' | '.join(cells)} |")
    return "\n".join([PEOPLE.strip(), "", *lines, ""])


def _dips_table() -> str:
    lines = ["| voice | > 6 dB | > 12 dB |", "|---|---|---|"]
    for row in _read_rows("singing.jsonl"):
        name = row["singer"] if row["real"] else f"**{row['songs']} rendered songs, {row['singer']}**"
        lines.append(f"| {name} | {row['dips_6_db_per_s']:.1f} | {row['dips_12_db_per_s']:.1f} |")
    return "\n".join(lines)


def _singers_table() -> str:
    rows = _read_rows("listening_singers.jsonl")
    singers = list(dict.fromkeys(row["singer"] for row in rows))
    lines = [f"| network | {' | '.join(singers)} |", "|---|" + "---|" * len(singers)]
    for network in dict.fromkeys(row["network"] for row in rows):
        found = {row["singer"]: row for row in rows if row["network"] == network}
        cells = [f"{found[s]['melody_f']:.3f} ({found[s]['precision']:.2f}, {found[s]['recall']:.2f})" for s in singers]
        lines.append(f"| {network} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _real_table(rows: list[dict[str, Any]]) -> str:
    songs: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if row["what"] == "real":
            songs.setdefault(row["song"], {})[row["who"]] = row
    lines = [
        "| song | said by the artist | untrained: tempo, key, downbeats F | networks: tempo, key, downbeats F | parts heard by the networks |",
        "|---|---|---|---|---|",
    ]
    for song, heard in songs.items():
        cells = [_cell(heard[who]) for who in ("untrained", "networks")]
        lines.append(
            f"| {song} | {heard['networks']['tempo_true']} | {' | '.join(cells)} | {heard['networks'].get('sections_heard', '')} |"
        )
    return "\n".join(lines) + "\n"


def _cell(row: dict[str, Any]) -> str:
    wrong = (
        "" if row["tempo"] else f" (or {row['tempi_offered'][-1]:.0f})" if row["tempo_either_octave"] else " **wrong**"
    )
    return ", ".join(
        str(part)
        for part in (f"{row['tempo_bpm']:.1f}{wrong}", row.get("key_heard"), row.get("downbeats_f"))
        if part is not None
    )


def write_cards(rows: list[dict[str, Any]]) -> None:
    """What each network's card says was measured."""
    found = {row["who"]: row for row in rows if row["what"] == "rendered, mean"}
    for name, figures in MEASURED.items():
        path = WEIGHTS / f"{name}.card.json"
        card = json.loads(path.read_text(encoding="utf-8"))
        card["measured"]["what"] = (
            "whole chain on twelve rendered POP909 songs (benchmarks/listening/listening_accuracy.py), never trained on"
        )
        for who in ("networks", "untrained"):
            card["measured"][who] = {figure: found[who][figure] for figure in figures}
        path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main(source: Path) -> None:
    """Page and cards."""
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    PAGE.write_text(write_page(rows), encoding="utf-8")
    write_cards(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
