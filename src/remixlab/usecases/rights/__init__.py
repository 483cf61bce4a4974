"""Say what is allowed, take it back, answer what waits for a yes."""

from remixlab.usecases.rights.consents import (
    ConsentWish,
    answer_request,
    set_artist_veto,
    set_consent,
    show_consents,
    withdraw,
)

__all__ = [
    "ConsentWish",
    "answer_request",
    "set_artist_veto",
    "set_consent",
    "show_consents",
    "withdraw",
]
