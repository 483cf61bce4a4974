"""Territories as ISO 3166-1 alpha-2 has them, and what people write instead of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from remixlab.domain.errors import InvalidTerms

TERRITORIES: Final = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
    MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
    UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK
    """.split()  # noqa: SIM905 (250 codes are read more easily like this)
)
"""Source: ISO 3166-1 alpha-2, and `XK` (Kosovo), which the field uses from the user-assigned codes."""

_MEANT: Final = {
    "UK": "The United Kingdom is GB.",
    "EL": "Greece is GR.",
    "EN": "England is within GB.",
    "SU": "Use the codes of today's states, such as RU or UA.",
    "YU": "Use RS, ME, HR, SI, BA, MK or XK.",
    "EU": "The Union has no code of its own: name its states, such as DE, FR and IT.",
    "WW": "Everywhere is said by naming no territory at all.",
    "ZZ": "Everywhere is said by naming no territory at all.",
    "AN": "Use CW, SX or BQ.",
    "TP": "East Timor is TL.",
}
_EVERYWHERE: Final = frozenset({"WORLD", "WORLDWIDE", "GLOBAL", "ALL", "001"})


def hint_for(code: str) -> str:
    """What somebody probably meant, who wrote something that is no code."""
    asked = code.strip().upper()
    if asked in _EVERYWHERE:
        return _MEANT["WW"]
    return _MEANT.get(asked, "Use two letters of ISO 3166-1, such as DE, GB or US.")


def code_of(written: object) -> str:
    """Two capital letters, also where they were written small. Raises: InvalidTerms `terms.territory`."""
    code = str(written).strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise InvalidTerms(f"'{code[:40]}' is not a territory", code="terms.territory", hint=hint_for(code))
    return code


def checked_territories(codes: Iterable[str]) -> frozenset[str]:
    """Codes as they stand. Raises: InvalidTerms `terms.territory` with the right code for the first that is none."""
    named = frozenset(codes)
    for code in sorted(named - TERRITORIES):
        raise InvalidTerms(f"'{code[:40]}' is not a territory", code="terms.territory", hint=hint_for(code))
    return named
