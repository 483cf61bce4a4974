"""Export passports as they are answered: with a plan, and as the signed document of a remix."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from remixlab.domain.rights import Passport, Way
from remixlab.doors.answers.answer import Answer
from remixlab.rights import passport_lines


class PassportShown(Answer):
    """What of a remix may leave if it is made now: a link, a clip, the file, its parts, a project."""

    ways: list[Way]
    says: Annotated[list[str], Field(description="The same in plain sentences, with what a withdrawal would stop.")]


class PassportAnswer(Answer):
    """The passport that a remix was made with: Ed25519 over the canonical JSON (RFC 8785) of all but the signature."""

    schema_: Annotated[str, Field(alias="schema")]
    remix_id: str
    title: str
    passport: Passport
    says: list[str]
    issuer: Annotated[str, Field(description="The public key, in base64.")]
    signature: str


def passport_shown(passport: Passport) -> PassportShown:
    return PassportShown(ways=list(passport.ways), says=list(passport_lines(passport)))
