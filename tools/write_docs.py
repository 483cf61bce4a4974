"""Write the pages that are made from the code, such as docs/errors.md and openapi.json. `--check` only compares."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from draw_groove import draw_groove

from remixlab.accounts import RULES, Action, Grant
from remixlab.app.settings import variables
from remixlab.domain.actor import Role
from remixlab.plan import VERBS, describe, parse, styles, uses, verb_name
from remixlab.rights import licence_page, meaning_page

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
        (ROOT / "docs" / "access.md", write_access()),
        (ROOT / "docs" / "plan.md", plan_page()),
        (ROOT / "docs" / "styles" / "README.md", styles_page()),
        (ROOT / "docs" / "errors.md", errors_page()),
        (ROOT / "docs" / "opting-out.md", meaning_page()),
        (ROOT / "docs" / "licence.md", licence_page()),
        (ROOT / "openapi.json", openapi()),
        (ROOT / "docs" / "guides" / "operate.md", operate_page()),
        *drawn,
    ]


def operate_page() -> str:
    """The operating guide as it stands, with the table of settings made anew."""
    text = (ROOT / "docs" / "guides" / "operate.md").read_text("utf-8")
    before, _, rest = text.partition("<!-- settings -->\n")
    _, _, after = rest.partition("<!-- /settings -->")
    rows = [
        f"| `{name}` | {meaning} | {f'`{default}`' if default else ''} |"
        for name, (meaning, default) in variables().items()
    ]
    table = "\n".join(["| variable | meaning | default |", "|---|---|---|", *rows])
    return f"{before}<!-- settings -->\n{table}\n<!-- /settings -->{after}"


WHO_SOMEBODY_IS = [
    "",
    "## Who somebody is",
    "",
    "Three things say it, and nothing else does: a session (a cookie that a browser keeps after signing in), an API key,",
    "or the files of the workspace themselves. Whoever owns those works with `remixlab` on its machine as its owner,",
    "`me`, without a password; `--as NAME` is for them alone, and acts as that account, or as a stranger who speaks",
    "for the party of that name. Over HTTP nobody is anybody by saying so.",
    "",
    "An account has roles and a tier. For which parties it acts, its **memberships** say: each is a mandate with the",
    "sides it may speak on, the part of the catalogue it is about, its first and its last moment, and who gave it.",
    "Who holds a mandate that may be handed on can give others as much as they hold, and no more. No name makes",
    "anybody a party: no account can be called like one, nor like the workspace or its books.",
    "",
    "An API key lets as much of its account through as its scopes name: roles, a tier, parties. It never opens more",
    "than the account may at that moment, and it makes no keys, passwords or invitations: these need a session.",
    "The header `RemixLab-As: PARTY` chooses one of the parties one acts for; for any other it is refused.",
    "",
    "Ids are no keys: a plan, a preview, a job, a decision or a private recording is shown to whom the tables above",
    "name, whoever else knows its id.",
    "",
]


def write_access() -> str:
    """The access-control matrix, one row an operation, from `accounts.RULES`."""
    grants = {
        Grant.EVERYBODY: ("everybody", "whoever has an account"),
        Grant.OWNER: (
            "owner",
            "whose account it belongs to: who brought the recording, made the remix, asked for the decision",
        ),
        Grant.PARTY: ("party", "who acts for a party that has a part in it: a label, an artist, a writer"),
        Grant.PUBLIC: (
            "public",
            "everybody, when it is published: a remix that is shared, a recording of the catalogue",
        ),
    }
    columns = ["Operation", *(name for name, _ in grants.values()), *(role.value for role in Role)]
    columns += ["without an account", "to all others"]
    parts = [
        "# Who may do what",
        "",
        "Every operation asks the one function `accounts.may` before it does anything, whichever door it came through:",
        "the command line, HTTP and jobs obey alike. A row lists what allows an operation; one mark is enough.",
        "More roles or parties never allow less. What music may be used for is another question, answered by its owners:",
        "see [Who decides, and how](rights.md). To verify a file, and to listen to a file of one's own or take it apart,",
        "nobody has to be anybody: these ask for no account.",
        "This page is written by `make docs` from `accounts.RULES`.",
        "",
        *(f"- **{name}**: {meaning}." for name, meaning in grants.values()),
        "- **without an account**: what is marked here for everybody, or for the public, is open to strangers too.",
        "",
        "Where the last column says *hidden*, others are told that there is no such thing; where it says *refused*,",
        "that they may not.",
        "",
    ]
    area = ""
    for action in Action:
        if action.value.partition(".")[0] != area:
            area = action.value.partition(".")[0]
            parts += [
                "",
                f"## {area}",
                "",
                "| " + " | ".join(columns) + " |",
                "|---" + "|:-:" * (len(columns) - 1) + "|",
            ]
        rule = RULES[action]
        marks = ["●" if grant in rule.grants else "" for grant in grants] + [
            "●" if role in rule.roles else "" for role in Role
        ]
        marks.append("●" if rule.open else "")
        rest = "" if Grant.EVERYBODY in rule.grants else "hidden" if rule.hides else "refused"
        parts.append(f"| `{action.value}` | " + " | ".join([*marks, rest]) + " |")
    parts += WHO_SOMEBODY_IS
    return "\n".join(parts)


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


def errors_page() -> str:
    """docs/errors.md: every stable code, by branch of the error tree, with its HTTP status and exit code."""
    from remixlab.domain.codes import CODES
    from remixlab.doors.errors import DOORS

    parts = [
        "# Error codes",
        "",
        "The API answers an error as `application/problem+json` (RFC 9457), the command line with `--json` as",
        '`{"error": {...}}` and an exit code. Both carry a stable `code`, a `message` for people, and a `hint` that says',
        "what to do next. A code keeps its meaning; new ones may come.",
        "This page is written by `make docs` from `domain/codes.py`.",
        "",
    ]
    for branch, (exit_code, status) in DOORS.items():
        said = str(branch.__doc__).splitlines()[0].rstrip(".")
        parts += [
            f"## {branch.__name__}: HTTP {status}, exit code {exit_code}",
            "",
            f"{said}.",
            "",
            "| code | class | meaning |",
            "|---|---|---|",
        ]
        parts += [
            f"| `{code}` | {kind.__name__} | {sentence} |"
            for code, (kind, sentence) in CODES.items()
            if next(door for door in DOORS if issubclass(kind, door)) is branch
        ]
        parts.append("")
    return "\n".join(parts)


def openapi() -> str:
    from remixlab.doors.api import create_schema

    return json.dumps(create_schema(), indent=1, sort_keys=True) + "\n"


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
