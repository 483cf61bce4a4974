"""Names of things: the field's identifiers with their check digits, and our own opaque ids.

The field's identifiers (ISRC, ISWC, IPI, ISNI) are read forgivingly and printed in one way. They are
never primary keys: in real catalogues they are missing, wrong and shared. Our own ids are digests, so
that the same thing gets the same id wherever it is named, and naming needs neither clock nor dice.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final, NewType

from remixlab.domain.errors import InvalidIdentifier
from remixlab.domain.naming import key_name

PartyId = NewType("PartyId", str)
WorkId = NewType("WorkId", str)
RecordingId = NewType("RecordingId", str)
ReleaseId = NewType("ReleaseId", str)
ConsentId = NewType("ConsentId", str)
HoldId = NewType("HoldId", str)
ApprovalId = NewType("ApprovalId", str)
DecisionId = NewType("DecisionId", str)
RemixId = NewType("RemixId", str)
PlayId = NewType("PlayId", str)

MARK_BITS: Final = 40
"""Length of a watermark's id."""

_NOISE = re.compile(r"[\s.\-\u2010-\u2015]+")
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
_ISWC = re.compile(r"T?([0-9]{10})")
_IPI = re.compile(r"[0-9]{9,11}")
_ISNI = re.compile(r"[0-9]{15}[0-9X]")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_CHARACTERS = 20


class ISRC(str):
    """International Standard Recording Code, kept as its twelve characters. Source: ISO 3901:2019."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> ISRC:
        """Raises: InvalidIdentifier."""
        bare = _bare(text, "ISRC")
        if not _ISRC.fullmatch(bare):
            raise _invalid(
                "isrc",
                text,
                "an ISRC",
                "It has a country, three characters, a year and five digits, as in QZ-RLB-26-00001.",
            )
        return cls(bare)

    def printed(self) -> str:
        """`QZ-RLB-26-00001`."""
        return f"{self[:2]}-{self[2:5]}-{self[5:7]}-{self[7:]}"


class ISWC(str):
    """International Standard Musical Work Code, kept as `T` and ten digits. Source: ISO 15707."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> ISWC:
        """Raises: InvalidIdentifier, also when the check digit is wrong."""
        found = _ISWC.fullmatch(_bare(text, "ISWC"))
        if not found:
            raise _invalid("iswc", text, "an ISWC", "It is a T and ten digits, as in T-034.524.680-1.")
        digits = found[1]
        if digits[9] != iswc_check_digit(digits[:9]):
            raise _mistyped("iswc", text, "ISWC")
        return cls(f"T{digits}")

    def printed(self) -> str:
        """`T-034.524.680-1`."""
        return f"T-{self[1:4]}.{self[4:7]}.{self[7:10]}-{self[10]}"


class IPI(str):
    """Interested Party Information name number, kept as eleven digits. Source: CISAC IPI."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> IPI:
        """Read it with or without leading zeros. Raises: InvalidIdentifier, also when the check digits are wrong."""
        bare = _bare(text, "IPI")
        if not _IPI.fullmatch(bare):
            raise _invalid("ipi", text, "an IPI name number", "It has eleven digits, as in 00014107338.")
        digits = bare.zfill(11)
        if digits[9:] != ipi_check_digits(digits[:9]):
            raise _mistyped("ipi", text, "IPI name number")
        return cls(digits)

    def printed(self) -> str:
        return str(self)


class ISNI(str):
    """International Standard Name Identifier, kept as sixteen characters. Source: ISO 27729."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> ISNI:
        """Raises: InvalidIdentifier, also when the check character is wrong."""
        bare = _bare(text, "ISNI")
        if not _ISNI.fullmatch(bare):
            raise _invalid("isni", text, "an ISNI", "It has sixteen characters, as in 0000 0001 2103 2683.")
        if bare[15] != isni_check_character(bare[:15]):
            raise _mistyped("isni", text, "ISNI")
        return cls(bare)

    def printed(self) -> str:
        """`0000 0001 2103 2683`."""
        return " ".join(self[i : i + 4] for i in range(0, 16, 4))


def iswc_check_digit(digits: str) -> str:
    """Check digit of the nine digits of a work. Source: ISO 15707, weights 1-9, modulus 10, with a leading 1."""
    return str(-(1 + sum(place * int(digit) for place, digit in enumerate(digits, start=1))) % 10)


def ipi_check_digits(digits: str) -> str:
    """Both check digits of a nine-digit name number. Source: CISAC, weights 10-2, modulus 101."""
    rest = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 101
    return f"{(101 - rest) % 101 % 100:02d}"


def isni_check_character(digits: str) -> str:
    """Check character of fifteen digits. Source: ISO 7064, MOD 11-2."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "X" if check == 10 else str(check)


def opaque_id(prefix: str, *parts: str) -> str:
    """A short id made from what it names: 100 bits of SHA-256 in base 32, behind a readable prefix.

    Parts are told apart from each other: ("ab", "c") and ("a", "bc") give different ids.
    """
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    number = int.from_bytes(digest.digest()[:13], "big") >> 4
    characters = (_ALPHABET[(number >> shift) & 31] for shift in range((_ID_CHARACTERS - 1) * 5, -1, -5))
    return f"{prefix}_{''.join(characters)}"


def recording_id(sha256: str) -> RecordingId:
    """The id of a recording, from the content of its file: the same file is the same recording."""
    return RecordingId(opaque_id("rec", sha256))


def party_id(name: str, kind: str = "") -> PartyId:
    """The id of a party known by name only."""
    return PartyId(opaque_id("pty", key_name(name), kind))


def work_id(title: str, *writers: str) -> WorkId:
    """The id of a work known by its title and writers only, in whatever order they are named."""
    return WorkId(opaque_id("wrk", key_name(title), *sorted(writers)))


def mark_id(remix: str, attempt: int = 0) -> int:
    """The 40-bit number that a watermark carries; `attempt` gives another one when it is taken."""
    digest = hashlib.sha256(f"{remix}/{attempt}".encode()).digest()
    return int.from_bytes(digest[: MARK_BITS // 8], "big")


def _bare(text: str, name: str) -> str:
    """Upper case, without spaces, dots, hyphens and the identifier's own name in front."""
    bare = _NOISE.sub("", text.upper().replace(":", ""))
    return bare.removeprefix(name)


def _invalid(code: str, text: str, what: str, hint: str) -> InvalidIdentifier:
    return InvalidIdentifier(f"'{text[:40]}' is not {what}", code=f"{code}.invalid", hint=hint)


def _mistyped(code: str, text: str, what: str) -> InvalidIdentifier:
    return InvalidIdentifier(
        f"'{text[:40]}' is not a valid {what}: its check digit does not fit",
        code=f"{code}.check_digit",
        hint="Look for a mistyped digit.",
    )
