"""How the decision table `rights/cases.txt` is read: words become terms, a question, and an answer."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import terms_strategies as a
from remixlab.domain.rights import (
    Asset,
    Consent,
    Constraints,
    Ending,
    Hold,
    Reach,
    Request,
    Scope,
    Side,
    Terms,
    Tier,
    Use,
    Withdrawal,
)

FILE: Final = Path(__file__).with_name("rights") / "cases.txt"
SIDES: Final = {"master": Side.MASTER, "artist": Side.ARTIST, "work": Side.WORK, "voice": Side.LIKENESS}
OPEN_SIDES: Final = ("master", "artist", "work")
LEVELS: Final = {"default": "party-default"}


SAMPLED: Final[dict[str, Any]] = {
    "artist_id": "second",
    "label_id": None,
    "release": None,
    "work_ids": ("sampled",),
    "master_ids": ("second",),
    "publishing_ids": ("second",),
    "voice_ids": (),
}


class Row(NamedTuple):
    number: int
    said: str
    asked: str
    answer: str

    def __str__(self) -> str:
        return f"{self.number}: {self.said} | {self.asked}"


def rows() -> list[Row]:
    found: list[Row] = []
    for number, line in enumerate(FILE.read_text("utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            said, asked, answer = (part.strip() for part in line.split("|"))
            found.append(Row(number, said, asked, answer))
    return found


# ---------------------------------------------------------------- what was said


def days(text: str) -> Any:
    return a.NOW + timedelta(days=float(text.removesuffix("d")))


def limit(word: str) -> dict[str, Any]:
    """One limit of a permission, as a row writes it."""
    name, sign, value = re.fullmatch(r"([a-z-]+)(:|<=|>=|!)?(.*)", word).groups()  # type: ignore[union-attr]
    names = frozenset(value.split(",")) if sign in (":", "!") else frozenset[str]()
    share = float(value.removesuffix("%")) / 100 if value.endswith("%") else 0.0
    match name:
        case "in":
            return {"territories": names}
        case "not-in":
            return {"territories_excluded": names}
        case "tempo":
            return {"tempo_change_max": share}
        case "pitch":
            return {"pitch_change_max_semitones": float(value)}
        case "length":
            return {"length_max_s": float(value)}
        case "only":
            return {"genres_allowed": names}
        case "never":
            return {"genres_forbidden": names}
        case "topic":
            return {"topics_forbidden": names}
        case "share":
            return {"share_min_ppm": round(share * 1_000_000)}
        case "tier":
            return {"tier_min": Tier(value)}
        case "daily":
            return {"derivatives_per_day_max": int(value)}
        case "asks":
            return {"approval_required": True}
        case "credit":
            return {"credit": "Paper Boats by Mara Voss"}
        case _:
            raise AssertionError(f"no limit is written {word}")


def ending(kind: str, when: str, number: str) -> Ending:
    since = days(when)
    return Ending(
        ending_id=f"{number}-{kind}",
        ended=number,
        kind=kind,  # type: ignore[arg-type]
        by="somebody",
        since=since,
        said_at=since,
        withdrawal=Withdrawal.STOP_NEW if kind == "withdrawn" else None,
        replaced_by="another" if kind == "replaced" else None,
    )


def statement(text: str, number: str) -> Consent:
    """`master@label yes (remix,cover) by second in:DE from -1d until +1d withdrawn -1d`."""
    scoped = re.search(r"\(([^)]*)\)", text)
    words = re.sub(r"\([^)]*\)", "", text).split()
    place, effect = words[0], words[1]
    side_name, _, level = place.partition("@")
    more: dict[str, Any] = {"consent_id": number}
    if level:
        kind, _, subject = level.partition(":")
        more |= {"subject_kind": LEVELS.get(kind, kind)} | ({"subject": subject} if subject else {})
    limits: dict[str, Any] = {}
    endings: list[Ending] = []
    rest = iter(words[2:])
    for word in rest:
        match word:
            case "by":
                more["party_id"] = next(rest)
            case "from":
                more["valid_from"] = days(next(rest))
            case "until":
                more["valid_to"] = days(next(rest))
            case "withdrawn" | "replaced" | "lifted":
                endings.append(ending(word, next(rest), number))
            case "unsigned":
                more |= {"signed_by": "", "use_text": "x"}
            case _:
                limits |= limit(word)
    scopes = frozenset(Scope(name) for name in scoped[1].split(",")) if scoped else a.EVERYTHING
    if effect == "limits":
        scopes = frozenset({Scope.INTEGRITY})
    more |= {"constraints": Constraints(**limits)} if limits else {}
    more |= {"endings": tuple(endings)} if endings else {}
    return a.consent(SIDES[side_name], scopes, effect="prohibit" if effect == "no" else "permit", **more)


def hold(text: str) -> Hold:
    """`hold legal on work:work from -1d until +1d`."""
    words = text.split()
    kind, _, subject = words[3].partition(":")
    dated = dict(zip(words[4::2], words[5::2], strict=True))
    return Hold(
        hold_id="h",
        kind=words[1],  # type: ignore[arg-type]
        party_id="label",
        subject_kind=LEVELS.get(kind, kind),  # type: ignore[arg-type]
        subject=subject,
        since=days(dated.get("from", "-1d")),
        until=days(dated["until"]) if "until" in dated else None,
    )


def asset(text: str) -> dict[str, Any]:
    """`song featured:second`, `song works:work,second-work`, `song veto:off`, `song label:none`, `song mine`,
    `song brought-by:fan,second`, `song waits`."""
    word = text.removeprefix("song ")
    name, _, value = word.partition(":")
    listed = tuple(value.split(",")) if value else ()
    match name:
        case "mine":
            return {"label_id": None, "artist_id": None, "release": None, "work_ids": (), "voice_ids": ()} | {
                "master_ids": (), "publishing_ids": (), "claimed_by": ("fan",)
            }  # fmt: skip
        case "owner":
            return {"label_id": None, "master_ids": (value,), "publishing_ids": (value,)}
        case "brought-by":
            return {"claimed_by": listed}
        case "waits":
            return {"quarantined": True}
        case "veto":
            return {"artist_veto": value == "on"}
        case "label" | "artist" | "release":
            return {name if name == "release" else f"{name}_id": None if value == "none" else value}
        case _:
            fields = {"featured": "featured_ids", "works": "work_ids", "voices": "voice_ids", "owners": "master_ids"}
            return {fields[name]: listed}


def terms_of(said: str) -> Terms:
    consents: list[Consent] = []
    holds: list[Hold] = []
    facts: dict[str, Any] = {}
    sampled: dict[str, Any] | None = None
    for number, part in enumerate(filter(None, (piece.strip() for piece in said.split(";")))):
        name = f"c{number:02}"
        if part == "nothing":
            continue
        if part == "rest yes":
            spoken = {piece.strip().partition("@")[0].partition(" ")[0] for piece in said.split(";")}
            consents += [statement(f"{side} yes", f"{name}-{side}") for side in OPEN_SIDES if side not in spoken]
            continue
        if part.startswith("hold "):
            holds.append(hold(part))
        elif part.startswith("song "):
            facts |= asset(part)
        elif part.startswith("all "):
            consents += [statement(f"{side} {part[4:]}", f"{name}-{side}") for side in OPEN_SIDES]
        elif part.startswith("sample "):
            sampled = sampled or SAMPLED
            sides = OPEN_SIDES if part.startswith("sample all") else (part.split()[1],)
            rest = part.split(maxsplit=2)[2]
            for side in sides:
                subject = "work:sampled" if side == "work" else f"recording:{a.OTHER}"
                consents.append(statement(f"{side}@{subject} {rest} by second", f"{name}-sample-{side}"))
        else:
            consents.append(statement(part, name))
    assets: list[Asset] = [a.asset(**facts)]
    if sampled is not None:
        assets.append(a.asset(a.OTHER, **sampled))
    return a.terms(*consents, assets=tuple(assets), holds=tuple(holds))


# ---------------------------------------------------------------- what is asked


def question(asked: str, terms: Terms) -> tuple[frozenset[Use], Reach, Request]:
    words = asked.split()
    uses: set[Use] = set()
    for name in words[0].split("+"):
        scope, _, genre = name.partition(":")
        if scope == "style":
            uses.add(Use(Scope.GENRE_SHIFT, a.SONG, genre))
        elif scope == "sampled":
            uses.add(Use(Scope.SAMPLING, a.OTHER))
        else:
            uses.add(Use(Scope(scope), a.SONG))
    reach: dict[str, float] = {}
    more: dict[str, Any] = {}
    for word in words[1:]:
        name, _, value = word.partition(":")
        match name:
            case "from":
                more["territory"] = value
            case "tempo":
                ratio = float(value)
                reach |= {"tempo_ratio_min": min(1.0, ratio), "tempo_ratio_max": max(1.0, ratio)}
            case "pitch":
                reach |= {"semitones_min": min(0.0, float(value)), "semitones_max": max(0.0, float(value))}
            case "length":
                reach |= {"length_s": float(value)}
            case "topic":
                more["topics"] = (*more.get("topics", ()), value)
            case "tier":
                more["tier"] = Tier(value)
            case "made":
                more["made"] = {c.consent_id: int(value) for c in terms.consents if c.counts_derivatives}
            case "pays":
                side, _, share = value.partition("=")
                part = round(float(share.removesuffix("%")) * 10_000)
                more["offered_ppm"] = {**more.get("offered_ppm", {}), SIDES[side]: part}
            case "at":
                more["at"] = days(value)
            case "mine" | "public":
                more |= {"mine": True} if name == "mine" else {"share": "public"}
            case "by":
                more["listener"] = value
            case _:
                raise AssertionError(f"nothing is asked by {word}")
    return frozenset(uses), Reach(**reach), a.request(**more)
