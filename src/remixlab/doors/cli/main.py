"""The `remixlab` command: its sub-commands, and the one place where errors become an exit code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from remixlab.domain.errors import RemixLabError, of_system
from remixlab.domain.text import harmless
from remixlab.doors.cli import (
    accounts,
    catalogue,
    claims,
    hearing,
    making,
    money,
    own_data,
    papers,
    people,
    provenance,
    rights,
    shares,
    sharing,
    workspace,
)
from remixlab.doors.cli.output import never_fail_to_print, to_json
from remixlab.doors.errors import error_answer, exit_code

app = typer.Typer(
    name="remixlab",
    help="A sentence becomes a licensed remix, a listen becomes a payment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

WrongUsage: type[Exception] = next(cls for cls in typer.BadParameter.__mro__ if cls.__name__ == "ClickException")
"""Typer brings its own copy of click, so the base of its usage errors is found instead of imported."""

PANELS = {
    "Music": (catalogue.COMMANDS, hearing.COMMANDS),
    "Making": (making.COMMANDS, sharing.COMMANDS, provenance.COMMANDS),
    "Rights": (rights.COMMANDS,),
    "Money": (money.COMMANDS,),
    "Workspace": (workspace.COMMANDS, accounts.COMMANDS, people.COMMANDS, own_data.COMMANDS),
}
for panel, groups in PANELS.items():
    for one in (one for group in groups for one in group):
        # A prompt may begin with a dash: "-3 semitones".
        takes_words = one in (making.plan, making.remix, making.cover)
        app.command(rich_help_panel=panel, context_settings={"ignore_unknown_options": takes_words})(one)
app.add_typer(papers.consent, name="consent", rich_help_panel="Rights")
app.add_typer(papers.decision, name="decision", rich_help_panel="Rights")
app.add_typer(provenance.credential, name="credential", rich_help_panel="Making")
app.add_typer(claims.quarantine, name="quarantine", rich_help_panel="Rights")
app.add_typer(claims.attestation, name="attestation", rich_help_panel="Rights")
app.add_typer(people.account, name="account", rich_help_panel="Workspace")
app.add_typer(shares.shares, name="shares", rich_help_panel="Rights")
app.add_typer(shares.dispute, name="dispute", rich_help_panel="Rights")
app.add_typer(accounts.key, name="key", rich_help_panel="Workspace")


@app.callback()
def start(verbose: Annotated[bool, typer.Option("--verbose", help="Say more on stderr.")] = False) -> None:
    """A sentence becomes a licensed remix, a listen becomes a payment."""
    if verbose:
        from remixlab.app.logs import set_up_logs  # lazy: only when asked

        set_up_logs("debug")


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code; no expected error ever shows a traceback."""
    words = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in words
    never_fail_to_print()
    try:
        left = app(words, standalone_mode=False)
        if isinstance(left, int) and left:  # an Exit inside of a command comes back as its number
            sys.exit(left)
    except RemixLabError as error:
        _tell(error_answer(error), as_json)
        sys.exit(exit_code(error))
    except typer.Exit as leaving:
        sys.exit(leaving.exit_code)
    except WrongUsage as error:
        _tell({"code": "usage", "message": str(error), "hint": "Try: remixlab --help"}, as_json)
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        _tell({"code": "interrupted", "message": "Stopped.", "hint": "Run it again: it goes on where it was."}, as_json)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as wrong:
        error = of_system(wrong)
        _tell(error_answer(error), as_json)
        sys.exit(exit_code(error))


def _tell(error: dict[str, object], as_json: bool) -> None:
    if as_json:
        print(to_json({"error": error}))
        return
    hint = f" {error['hint']}" if error.get("hint") else ""
    print(harmless(f"{error['message']}{hint}"), file=sys.stderr)
