"""Write what is kept of the golden set: `tools/write_golden.py` adds this kind of machine, `--anew` begins again.

Without `--anew` nothing that is kept may differ: the facts must hold, and a machine that is known must give its bits.
`--anew` is for a change that is meant to be heard: it writes the facts, and forgets every other machine, for its bits
are now others too.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

golden = importlib.import_module("golden_set")
Facts = dict[str, Any]


def main() -> int:
    anew = "--anew" in sys.argv[1:]
    facts, bits = _play_everything()
    if not anew:
        kept = golden.read_facts()
        wrong = [f"{name}: {told}" for name, found in facts.items() for told in golden.differences(kept[name], found)]
        known = golden.read_hashes().get(bits["machine"])
        wrong += [] if known is None else _other_bits(known, bits)
        if wrong:
            print(*wrong, "This is not what is kept. Where it is meant to be heard: --anew.", sep="\n")
            return 1
    machines = {} if anew else golden.read_hashes()
    machines[bits.pop("machine")] = bits
    if anew:
        golden.FACTS.write_text(_lines(facts), encoding="utf-8")
    golden.HASHES.write_text(json.dumps(machines, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"kept: {len(facts)} sets of facts, bits of {len(machines)} kinds of machine")
    return 0


def _play_everything() -> tuple[dict[str, Facts], dict[str, Any]]:
    """Facts and hashes of everything, here; each plan once by one thread and once by two, which must agree."""
    around = golden.surroundings()
    facts: dict[str, Facts] = {}
    hashes: dict[str, dict[str, str]] = {}
    for name, plan in golden.plans().items():
        mix = golden.play(name, workers=1)
        facts[name], hashes[name] = golden.facts_of(plan, mix), golden.hashes_of_plan(name, mix)
        if golden.hash_of(golden.play(name, workers=2).audio.samples) != hashes[name]["mix"]:
            raise SystemExit(f"{name}: two workers give other bits than one")
        print(name, hashes[name]["mix"][:16], flush=True)
    facts["hearing"], heard = golden.hearing()
    songs = {name: golden.hashes_of_song(name) for name in golden.SONGS}
    bits = {"surroundings": around, "songs": songs, "plans": hashes, "hearing": heard}
    return facts, {"machine": golden.machine_of(around), **bits}


def _other_bits(known: dict[str, Any], found: dict[str, Any]) -> list[str]:
    groups = [(kind, name) for kind in ("songs", "plans") for name in found[kind]]
    pairs = [(f"{kind} {name}", known[kind].get(name), found[kind][name]) for kind, name in groups]
    pairs.append(("hearing", known["hearing"], found["hearing"]))
    return [f"{name}: other bits" for name, was, now in pairs if was != now]


def _lines(facts: dict[str, Facts]) -> str:
    """One fact a line, so that a change can be read."""
    blocks: list[str] = []
    for name, found in facts.items():
        lines = ",\n".join(f"  {json.dumps(fact)}: {json.dumps(value)}" for fact, value in found.items())
        blocks.append(f" {json.dumps(name)}: {{\n{lines}\n }}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main())
