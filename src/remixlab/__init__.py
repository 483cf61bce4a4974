"""RemixLab: a sentence becomes a licensed remix, a listen becomes a payment.

From Python: `listen` hears a recording, `separate` takes it apart, `remix` and `cover` begin a plan, `render` plays
one.
Nothing is imported before it is asked for. What needs rights, a ledger or a file goes through
`remixlab.app.open_workspace`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remixlab.listening import listen
    from remixlab.plan import cover, remix
    from remixlab.rendering import render
    from remixlab.separation import separate

__all__ = [
    "cover",
    "listen",
    "remix",
    "render",
    "separate",
]

_ROOMS = {"cover": "plan", "listen": "listening", "remix": "plan", "render": "rendering", "separate": "separation"}


def __getattr__(name: str) -> Any:
    """Import a public name from its room when it is first used. Source: PEP 562."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'remixlab' has no attribute '{name}'")
    return getattr(import_module(f"remixlab.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
