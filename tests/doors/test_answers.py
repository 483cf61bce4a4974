"""The answers that are promised to users: exactly these names, in the API and in `--json`."""

from __future__ import annotations

from typing import Any

import pytest

import world_of_tests as w
from registry_strategies import a_remix
from remixlab.community import moderate
from remixlab.domain.appeals import RefusedPrompt
from remixlab.domain.errors import ModerationRefused, Refused
from remixlab.domain.material import Mix, Part
from remixlab.domain.page import Page
from remixlab.domain.remix import Energy
from remixlab.doors.answers.catalogue import analysis_answer, ingested_answer, search_answer
from remixlab.doors.answers.community import refused_answer
from remixlab.doors.answers.decisions import ask_answer
from remixlab.doors.answers.making import made_answer, plan_answer, takes_answer
from remixlab.doors.answers.money import settled_answer
from remixlab.doors.answers.problems import ErrorAnswer, Problem
from remixlab.doors.answers.provenance import identified_answer, verification_answer
from remixlab.doors.answers.rights import consent_said
from remixlab.doors.answers.sharing import rendered_answer, stems_answer
from remixlab.doors.errors import error_answer, problem
from remixlab.identify import Match
from remixlab.plan import remix
from remixlab.usecases.catalogue import Found, Ingested, Search
from remixlab.usecases.making import RemixOrder, ask_scope, consider
from remixlab.usecases.making.refusal import refusal
from remixlab.usecases.money import settle
from remixlab.usecases.provenance import identify_file, verify
from remixlab.usecases.rights import ConsentForm, set_consent
from remixlab.usecases.sharing import exported_parts

from .conftest import SONG_ANALYSIS, SOUND

DECISION = "outcome reasons alternatives decision_id duties consent_ids attestation epoch"
MADE = (
    "remix_id title plan description prompt share state screen became notes pays energy duration_s loudness_lufs "
    "peak_dbtp analysis_s render_s total_s output decision seal"
)


def same(tree: dict[str, Any], promised: str) -> None:
    assert sorted(tree) == sorted(promised.split())


@pytest.fixture
def judged(world: Any) -> Any:
    return consider(RemixOrder(source="rec_open", prompt="without drums"), w.ANN, world.workspace.context)


def test_plan(judged: Any) -> None:
    answer = plan_answer(judged).to_dict()
    same(answer, "source plan description uses decision understood skipped pays licence passport")
    same(answer["source"], "recording_id tempo_bpm key")
    same(answer["decision"], DECISION)
    assert answer["plan"] == judged.plan.to_dict() and "soundfont" not in answer["plan"]
    assert all(isinstance(line, str) for line in answer["description"])
    assert set(answer["uses"][0]) == {"scope", "recording", "detail"}
    same(answer["understood"][0], "words meaning confidence op")


def test_ask(judged: Any) -> None:
    answer = ask_answer(judged.decision).to_dict()
    same(answer, "decision")
    kept = judged.decision.to_dict()
    assert answer["decision"] == {name: kept[name] for name in DECISION.split()}


def test_alternatives_are_plans_as_they_are_kept(world: Any) -> None:
    form = {"recording": "rec_open", "constraints": {"tempo_change_max": 0.1}}
    for side, party in (("master", "label"), ("artist", "band"), ("work", "writer")):
        set_consent(ConsentForm.parse({**form, "side": side}), w.actor(party, party), world.workspace.context)
    faster = remix("rec_open").tempo(ratio=1.5).to_dict()
    decision = consider(RemixOrder(source="rec_open", plan=faster), w.ANN, world.workspace.context).decision
    assert decision.alternatives
    answer = ask_answer(decision).to_dict()["decision"]
    assert answer["alternatives"] == [a.to_dict() for a in decision.alternatives]
    assert answer["reasons"] == [r.to_dict() for r in decision.reasons]


def test_remix_and_takes(judged: Any) -> None:
    fields = {"plan": judged.plan.to_dict(), "screen": {"clean": True, "matches": []}, "prompt": "without drums"}
    made = made_answer(a_remix(judged.decision, **fields), judged.decision, "out.ogg", sidecar=True)
    answer = made.to_dict()
    same(answer, MADE)
    same(answer["seal"], "mark_id manifest label made_with_ai")
    same(answer["pays"][0], "party party_id role ppm")
    same(answer["energy"], "cpu_s wh method")
    assert (answer["seal"]["manifest"], answer["output"]) == ("sidecar", "out.ogg")
    assert takes_answer([made]).to_dict() == answer
    assert takes_answer([made, made]).to_dict() == {**answer, "takes": [answer, answer]}


def test_ingest_search_and_listen(world: Any) -> None:
    same(
        ingested_answer(Ingested(w.OPEN, "rec_else")).to_dict(),
        "recording_id isrc title artist duration_s sha256 duplicate_of quarantined notes",
    )
    found = search_answer(
        Search((Found(w.OPEN, 0.12345, "name"),), (("calm", "mood:calm"),), ("sparkly",), 2)
    ).to_dict()
    assert found["items"] == [
        {"recording_id": "rec_open", "title": "Neon Harbour", "artist": "Juniper Vale", "fit": 0.123, "because": "name"}
    ]
    assert (found["understood"], found["skipped"], found["unheard"]) == (
        [{"words": "calm", "meaning": "mood:calm"}],
        ["sparkly"],
        2,
    )
    heard = analysis_answer(SONG_ANALYSIS).to_dict()
    assert heard == {**SONG_ANALYSIS.to_dict(), "tempo_alternatives": []}


def test_identify_and_verify(world: Any) -> None:
    match = Match(
        recording_id="rec_open",
        kind="contains",
        score=0.9,
        query_start_s=0,
        query_end_s=5,
        reference_start_s=1,
        tempo_ratio=1,
        pitch_semitones=0,
    )
    assert identified_answer([match]).to_dict() == {"matches": [match.to_dict()]}
    sound, context = world.sound(SOUND), world.workspace.context
    assert identified_answer(identify_file(sound, "a.wav", w.ANN, context)).to_dict() == {"matches": []}
    answer = verification_answer(verify(sound, "a.bin", context)).to_dict()
    same(
        answer,
        "ours remix_id source made_with_ai watermark manifest evidence on_record plan label sounds_like "
        "is_of_catalogue consistent reason told",
    )
    assert answer["watermark"] == {"found": False, "mark_id": None, "confidence": answer["watermark"]["confidence"]}
    nobody = {"generator": "", "issuer": "", "signed_at": None, "source_types": []}
    assert answer["manifest"] == {"found": False, "state": "none", **nobody}
    assert answer["evidence"] == {"mark": None, "manifest": None, "sound": None}


def test_consents_and_money(world: Any) -> None:
    context = world.workspace.context
    consent = set_consent(
        ConsentForm.parse({"recording": "rec_open", "scopes": ["remix", "cover"]}), w.actor("label", "label"), context
    )
    lasting = {"use_text": None, "signed_by": None, "endings": []}
    assert consent_said(consent).to_dict() == {"consent": consent.to_dict() | lasting}
    month = settled_answer(settle("2026-11", w.OPERATOR, context, pool=None, settler=world.workspace.settler)).to_dict()
    same(month, "period method currency root plays counted_plays left_out held_plays pool total_micro evidence parties")
    assert (month["pool"], month["parties"]) == ("0.00 EUR", [])


def test_parts_and_renderings() -> None:
    mix = Mix(
        SOUND,
        (Part("drums", "master", None, ("mask/1",)),),
        (),
        (),
        (),
        16.0,
        -14.004,
        -1.0,
        0.0,
        True,
        1.23456,
        stems_out={"drums": SOUND, "room": SOUND},
    )
    parts = exported_parts(mix)
    drums = {
        "name": "drums",
        "file": "drums.wav",
        "origin": "master",
        "stem": None,
        "treated_by": ["mask/1"],
        "soundfont": "",
        "sounds": "",
    }
    room = {**drums, "name": "room", "file": "room.wav", "origin": "bus", "treated_by": []}
    assert stems_answer("rmx_1", "out", mix, parts).to_dict() == {
        "remix_id": "rmx_1",
        "output": "out",
        "premaster_gain_db": 1.235,
        "stems": [drums, room],
    }
    energy = Energy(cpu_s=1.0, wh=0.1, method="none")
    answer = rendered_answer("a.wav", remix("rec_open"), mix, energy, parts).to_dict()
    same(answer, "output plan duration_s loudness_lufs peak_dbtp on_target premaster_gain_db energy stems")
    assert (answer["loudness_lufs"], answer["duration_s"]) == (-14.0, 16.0)


def test_a_refused_prompt_keeps_the_name_of_its_id() -> None:
    kept = RefusedPrompt(
        prompt_id="wsh_1", listener="ann", at=w.NOW, code="moderation.hate", digest="d", words=None, forget_at=w.NOW
    )
    (item,) = refused_answer(Page((kept,))).to_dict()["wishes"]
    same(item, "wish_id listener at code digest words forget_at")
    assert item["wish_id"] == "wsh_1"


# ---------------------------------------------------------------- errors


def test_a_refusal_of_rights_is_told_with_the_decision_as_ask_says_it(world: Any) -> None:
    error = refusal(ask_scope("rec_open", "remix", w.ANN, world.workspace.context))
    told = error_answer(error)
    same(told, "code message hint decided_by use request_id decision")
    same(told["decision"], DECISION)
    assert ErrorAnswer.model_validate(told) and Problem.model_validate(problem(error)).status == 403


def test_a_moderated_prompt_is_told_with_what_is_open_instead() -> None:
    with pytest.raises(ModerationRefused) as caught:
        moderate("remove the watermark", names=())
    told = problem(caught.value)
    same(told, "type title status detail code message hint decided_by use alternatives")
    assert Problem.model_validate(told).alternatives


def test_an_error_without_more_is_told_without_more() -> None:
    assert error_answer(Refused("no")) == {"code": "refused", "message": "no", "hint": ""}
