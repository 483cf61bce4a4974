"""Write the pages that are made from the code: docs/plan.md and openapi.json. `--check` only compares."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from draw_groove import draw_groove

from remixlab.app.settings import variables
from remixlab.plan import VERBS, describe, parse, styles, uses, verb_name

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    check = "--check" in sys.argv[1:]
    stale = [path for path, text in pages() if not _same(path, text)]
    for path, text in pages():
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{'stale' if check else 'wrote'} {path.relative_to(ROOT)}")
    return 1 if check and stale else 0


def pages() -> list[tuple[Path, str]]:
    drawn = [(ROOT / "docs" / "styles" / f"{style}.svg", draw_groove(styles.load(style))) for style in styles.ids()]
    return [
        (ROOT / "docs" / "plan.md", plan_page()),
        (ROOT / "docs" / "styles" / "README.md", styles_page()),
        (ROOT / "openapi.json", openapi()),
        (ROOT / "docs" / "guides" / "operate.md", operate_page()),
        *drawn,
    ]


def operate_page() -> str:
    """The operating guide as it stands, with the table of settings made anew."""
    text = (ROOT / "docs" / "guides" / "operate.md").read_text("utf-8")
    before, _, rest = text.partition("<!-- settings -->\n")
    _, _, after = rest.partition("<!-- /settings -->")
    rows = [f"| `{name}` | {meaning} | {f'`{default}`' if default else ''} |" for name, (meaning, default) in variables().items()]
    table = "\n".join(["| variable | meaning | default |", "|---|---|---|", *rows])
    return f"{before}<!-- settings -->\n{table}\n<!-- /settings -->{after}"


def styles_page() -> str:
    parts = [
        "# The styles",
        "",
        "Each style is one readable file in `src/remixlab/plan/styles/`; adding one is adding a file, no code. The pictures show the first verse and",
        "chorus patterns: the larger the louder, bass degrees and strums as written. A take chooses among several. Written by `make docs`.",
        "",
    ]
    for name in styles.ids():
        style = styles.load(name)
        low, high = style.tempo_bpm
        near = ", ".join(f"[{n}](#{n})" for n in style.neighbours)
        parts += [
            f"## {name}",
            "",
            f"**{style.title}.** {style.character} {low:g}-{high:g} bpm. Near: {near}.",
            "",
            f"![{style.title}]({name}.svg)",
            "",
        ]
    return "\n".join(parts)


def plan_page() -> str:
    parts = [
        "# The plan language",
        "",
        "A plan is a header, a flat list of verbs and a master. Each verb says `on` which stems and `at` which place of the source:",
        "`all`, `chorus`, `chorus:2`, `chorus:last`, `bars:9-16` (from 1, both ends included). Every verb below shows its example",
        "(`examples/plans/`), what it says in plain English, and the permissions it needs. This page is written by `make docs`.",
        "",
    ]
    for verb in VERBS:
        name = verb_name(verb)
        tree = json.loads((ROOT / "examples" / "plans" / f"{name}.json").read_text(encoding="utf-8"))
        plan = parse(tree)
        needed = sorted({f"{u.scope.value}{f' ({u.detail})' if u.detail else ''}" for u in uses(plan)})
        parts += [
            f"## {name}", "", str(verb.__doc__), "", "```json", json.dumps(tree, indent=1), "```", "",
            "> " + " ".join(describe(plan)), "", f"Needs: {', '.join(needed)}.", "",
        ]  # fmt: skip
    return "\n".join(parts)


def openapi() -> str:
    from remixlab.doors.api import create_schema

    return json.dumps(create_schema(), indent=1, sort_keys=True) + "\n"


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
