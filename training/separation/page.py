"""Write what was measured of the separator as a page: tables, what holds, and what the figures cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from training.material.pool import STEMS
from training.separation.scores import Scores

NETWORK = "network"
MEASURES = (*STEMS, "accompaniment")
Means = dict[str, dict[str, Scores]]
Folds = list[tuple[str, tuple[str, ...], str]]


class Row(NamedTuple):
    """Scores of one separator on one excerpt."""

    group: str
    name: str
    who: str
    scores: Scores


ABOUT = """# Separation, measured

{folds}

- **SDR** in dB: energy of the true stem over energy of the error, over the whole excerpt and both channels. We take no
  median and allow for no distortion. **SI-SDR** beside it forgives a wrong level and does not reward a stem that is quiet
  out of caution. `make -C training table` writes this page.
- **network**: the separator that ships, or a network trained in the same way without the song. After its masks it also uses
  where each stem stands in the stereo picture
  ([experiment 102](../experiments/separation/0102-the-stereo-position-of-each-stem-refines-the-masks.md)).
- **untrained**: the package's masks without training.
- **oracle**: every bin is shared out by the true magnitudes. No mask of this kind can do better; only the stereo step of
  the network can, in principle, go beyond it.
- {rivals}
- **One singer.** One artist sings all five songs. No network heard the song that it is scored on here, but every network
  that heard one of the five heard the same singer. In the rows "voice n over ..." we lay other singers over accompaniments.
  No training run heard these singers (phrases of Producer Space, which we kept out because they do not name their singers),
  and the network of a row did not hear the accompaniment. Nothing here was trained on the recording "trow".
- We chose on these songs how much masks are softened
  ([experiment 95](../experiments/separation/0095-two-rounds-of-training-softer-masks.md)). If one leaves any of them out, the
  other three choose the same value for the voice.
- Only lithium has a bass stem of its own. The artist published the other songs with the bass inside the rest; there we
  score bass and other together, as other.
- Every network lacks two of the five songs: the one that it is scored on, and Rubidium
  ([experiment 106](../experiments/separation/0106-the-last-round-is-run-twice-and-averaged.md) also tells what did not
  help). The network of the first round, which heard none of the five, scores Rubidium.
- **How sure this is.** With four songs of one artist it matters which others a network heard, and two training runs that
  differ by their seed alone lie up to 0.6 dB apart on one song
  ([experiment 105](../experiments/separation/0105-two-runs-differ-by-0-6-db.md)). Each network except Rubidium's is the mean
  of the weights of two such runs. A difference of half a decibel means nothing.
- "Whole songs" are all that we have of each song, quiet singing included. Rubidium's voice lies 17 dB under its band: we
  report it, and leave it out of every mean.
- *Rendered*: FluidR3 songs of {seconds:.0f} s each, made from lead sheets and drum performances that we kept out of training.
  Training heard their instruments, and **it heard the speakers** whose speech is made to sing here, on other melodies. It
  is an easy test.
- **Isolation** is our definition of what others call isolation accuracy (the press quotes 92 % for the real tool and does
  not define it): the share of the mix's energy, over time and frequency, that lands in the stem where it belongs. One loud,
  easy stem raises it, and a quiet voice hardly counts: the figure of the untrained masks shows how little it says.
- **Leak**: level of the vocal stem against the mix, median over the seconds without singing (wanted: -30 or less).
- **Kept**: share of the sung tenths of a second in which the vocal stem is less than 10 dB quieter than the true voice.
"""
COLUMNS = " | vocals | drums | bass | other | accompaniment | isolation | leak | kept |"
COLUMNS_SI = " | vocals | drums | bass | other | accompaniment |"


def describe_folds(folds: Folds, shipped: str) -> str:
    """Say which network never heard what, and which of them ships."""
    told = [f"network {name} (sha256 `{digest[:12]}`) never heard {', '.join(songs)}" for name, songs, digest in folds]
    ships = [name for name, _, digest in folds if digest == shipped]
    return (
        f"A network that never heard a song scores it: {'; '.join(told)}. "
        + (
            f"Network {ships[0]} is the one that ships. "
            if ships
            else "None of them ships: the one that does was trained like them. "
        )
        + f"Network {folds[0][0]} scores the rendered songs."
    )


def write_line(row: Row, *, scale_free: bool) -> str:
    """Write one line of a table."""
    scores, suffix = row.scores, "_si" if scale_free else ""
    cells = [f"{scores[k + suffix]:.1f}" if k + suffix in scores else "" for k in MEASURES]
    if not scale_free:
        cells.append(f"{100 * scores['isolation']:.0f} %" if "isolation" in scores else "")
        cells.append(f"{scores['leak_db']:.0f}" if "leak_db" in scores else "")
        cells.append(f"{100 * scores['kept']:.0f} %" if "kept" in scores else "")
    return f"| {row.name} | {row.who} | " + " | ".join(cells) + " |"


def write_table(rows: list[Row], means: Means, group: str, *, scale_free: bool) -> Iterator[str]:
    """Write the table of one group, its means last."""
    columns = COLUMNS_SI if scale_free else COLUMNS
    yield f"| {'song' if group == 'whole songs' else 'excerpt'} | who" + columns
    yield "|---" * (columns.count("|") + 1) + "|"
    chosen = [row for row in rows if row.group == group]
    total = [Row(group, "**mean**", who, scores) for who, scores in means[group].items()]
    yield from (write_line(row, scale_free=scale_free) for row in [*chosen, *total])


def list_goals(means: Means, rows: list[Row]) -> Iterator[tuple[str, float, float]]:
    """Every goal as words, what was measured, and what is wanted at least."""
    if NETWORK in means.get("whole songs", {}):
        real, plain = means["whole songs"][NETWORK], means["whole songs"]["untrained"]
        yield "vocals of real songs never heard, at least 4 dB", real["vocals"], 4.0
        yield (
            "vocals of real songs never heard, at least 3 dB above the untrained separator",
            real["vocals"] - plain["vocals"],
            3.0,
        )
        yield "accompaniment of real songs never heard, at least 8 dB", real["accompaniment"], 8.0
        yield "the long-term goal: vocals of real songs never heard, 6 dB", real["vocals"], 6.0
        if "leak_db" in real:
            yield (
                "vocal stem at least 30 dB under the mix where nobody sings (mean of the songs' medians)",
                -real["leak_db"],
                30.0,
            )
            leaks = [
                r.scores["leak_db"]
                for r in rows
                if r.group == "whole songs" and r.who == NETWORK and "leak_db" in r.scores
            ]
            yield (
                "vocal stem at least 30 dB under the mix where nobody sings, in every one of these songs",
                -max(leaks),
                30.0,
            )
            yield "sung moments kept, at least 90 of 100", 100 * real["kept"], 90.0
    if NETWORK in means.get("other voices", {}):
        voices, plain = means["other voices"][NETWORK], means["other voices"]["untrained"]
        yield "voices of other singers, at least 4 dB", voices["vocals"], 4.0
        yield (
            "voices of other singers, at least 3 dB above the untrained separator",
            voices["vocals"] - plain["vocals"],
            3.0,
        )
    if NETWORK in means.get("rendered", {}):
        made, plain = means["rendered"][NETWORK], means["rendered"]["untrained"]
        yield "vocals of rendered songs, at least 8 dB", made["vocals"], 8.0
        yield "drums of rendered songs, at least 7 dB", made["drums"], 7.0
        yield "bass of rendered songs, at least 3 dB above the untrained separator", made["bass"] - plain["bass"], 3.0
        yield (
            "other of rendered songs, at least 3 dB above the untrained separator",
            made["other"] - plain["other"],
            3.0,
        )


def write_page(rows: list[Row], means: Means, folds: Folds, missing: list[str], seconds: float, *, shipped: str) -> str:
    """Write the whole page."""
    asked = sorted({row.who for row in rows} - {NETWORK, "untrained", "oracle"})
    told = ([f"**{'**, **'.join(asked)}**: other people's methods with their own defaults."] if asked else []) + (
        [f"Not measured: {'; '.join(missing)}."] if missing else []
    )
    lines = [ABOUT.format(folds=describe_folds(folds, shipped), rivals=" ".join(told), seconds=seconds)]
    goals = [
        f"- {'holds' if found >= wanted else '**fails**'}: {words}; measured {found:.1f}"
        for words, found, wanted in list_goals(means, rows)
    ]
    lines += ["## What holds and what does not", "", *goals, ""]
    for group in means:
        lines += [f"## {group[0].upper()}{group[1:]}: SDR", "", *write_table(rows, means, group, scale_free=False), ""]
    for group in means:
        lines += [
            f"## {group[0].upper()}{group[1:]}: SI-SDR",
            "",
            *write_table(rows, means, group, scale_free=True),
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"
