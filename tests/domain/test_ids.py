from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.domain import ids
from remixlab.domain.errors import InvalidIdentifier
from remixlab.domain.ids import IPI, ISNI, ISRC, ISWC, mark_id, opaque_id, party_id, recording_id, work_id

digits = st.text("0123456789", min_size=9, max_size=9)


@pytest.mark.parametrize(
    "text",
    [
        "QZRLB2600001",
        "qz-rlb-26-00001",
        "QZ RLB 26 00001",
        "isrc:QZRLB2600001",
        "ISRC QZ-RLB-26-00001",
        " QZ–RLB–26–00001 ",
    ],
)
def test_an_isrc_is_read_however_it_is_written_and_printed_in_one_way(text: str) -> None:
    assert ISRC.parse(text) == "QZRLB2600001"
    assert ISRC.parse(text).printed() == "QZ-RLB-26-00001"


@pytest.mark.parametrize(
    "text", ["", "QZRLB260001", "QZRLB26000011", "1ZRLB2600001", "QZRLB26O0001", "QZ_RLB2600001", "QZRLB2600001\0"]
)
def test_what_is_no_isrc_is_refused(text: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        ISRC.parse(text)
    assert refused.value.stable_code == "isrc.invalid"


@pytest.mark.parametrize("text", ["T-034.524.680-1", "T0345246801", "0345246801", "iswc t 034 524 680 1"])
def test_an_iswc_is_read_with_its_check_digit(text: str) -> None:
    assert ISWC.parse(text).printed() == "T-034.524.680-1"


@given(digits, st.integers(0, 8), st.integers(1, 9))
def test_one_mistyped_digit_of_an_iswc_is_seen_where_its_weight_allows(number: str, place: int, by: int) -> None:
    right = number + ids.iswc_check_digit(number)
    assert ISWC.parse(right).endswith(right)
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    # Weights that share a factor with ten cannot see every change: that is the standard's own limit.
    if (place + 1) * by % 10:
        with pytest.raises(InvalidIdentifier, match="check digit"):
            ISWC.parse(wrong)


@pytest.mark.parametrize(
    ("text", "full"), [("00014107338", "00014107338"), ("14107338", None), ("014107338", "00014107338")]
)
def test_an_ipi_is_read_with_or_without_leading_zeros(text: str, full: str | None) -> None:
    if full is None:
        with pytest.raises(InvalidIdentifier):
            IPI.parse(text)
    else:
        assert IPI.parse(text) == full


@given(digits, st.integers(0, 8), st.integers(1, 9))
def test_one_mistyped_digit_of_an_ipi_is_seen(number: str, place: int, by: int) -> None:
    right = number + ids.ipi_check_digits(number)
    assert IPI.parse(right) == right
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    if ids.ipi_check_digits(wrong[:9]) != right[9:]:
        with pytest.raises(InvalidIdentifier, match="check digit"):
            IPI.parse(wrong)


@pytest.mark.parametrize("text", ["0000 0001 2103 2683", "0000000121032683", "ISNI 0000-0001-2103-2683"])
def test_an_isni_is_read_with_its_check_character(text: str) -> None:
    assert ISNI.parse(text).printed() == "0000 0001 2103 2683"


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(0, 14), st.integers(1, 9))
def test_one_mistyped_digit_of_an_isni_is_always_seen(number: str, place: int, by: int) -> None:
    right = number + ids.isni_check_character(number)
    assert ISNI.parse(right) == right
    with pytest.raises(InvalidIdentifier, match="check digit"):
        ISNI.parse(right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :])


@given(st.text(max_size=30))
def test_any_text_is_an_identifier_or_refused_in_one_sentence(text: str) -> None:
    for kind in (ISRC, ISWC, IPI, ISNI):
        try:
            assert kind.parse(kind.parse(text).printed()) == kind.parse(text)
        except InvalidIdentifier as refused:
            assert "\n" not in refused.message.replace(text[:40], "")


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_different_parts_have_different_ids(one: list[str], other: list[str]) -> None:
    assert (opaque_id("x", *one) == opaque_id("x", *other)) == (one == other)


def test_our_ids_are_readable_and_made_from_what_they_name() -> None:
    assert recording_id("a" * 64) == recording_id("a" * 64)
    assert recording_id("a" * 64).startswith("rec_")
    assert len(recording_id("b" * 64)) == 24
    assert party_id("Juniper  Vale") == party_id("juniper vale") != party_id("Juniper Vale 2")
    assert work_id("Song", "b", "a") == work_id("song", "a", "b") != work_id("song", "a")


def test_marks_are_forty_bits_and_another_attempt_gives_another() -> None:
    marks = {mark_id("rmx_1", attempt) for attempt in range(200)}
    assert len(marks) == 200
    assert all(0 <= mark < 2**40 for mark in marks)
