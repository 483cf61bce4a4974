"""The label says what is so."""

from __future__ import annotations

from remixlab.domain.audio import Stem
from remixlab.domain.material import Part
from remixlab.seal import write_label

VOCALS = Part("vocals", "master", Stem.VOCALS, ("stretch",))
DRUMS = Part("drums", "layered", None, ("synthwave kit",))
BASS = Part("bass", "performed", Stem.BASS, ("analogue bass",))


def test_without_a_trained_model_nothing_is_called_ai() -> None:
    label = write_label([VOCALS, DRUMS], kind="remix", trained={"net"}, separator="masks")
    assert not label.made_with_ai
    assert "without AI" in label.sentence
    assert label.parts[0].signal_processing == ("masks", "stretch")
    assert label.digital_source_type.endswith("/composite")


def test_a_trained_separator_touches_only_what_comes_from_the_master() -> None:
    label = write_label([VOCALS, DRUMS, BASS], kind="remix", trained={"net"}, separator="net")
    assert label.made_with_ai
    assert [p.made_with_ai for p in label.parts] == [True, False, False]
    assert label.sentence == (
        "This remix was made with AI: the trained model net touched the vocals; "
        "only signal processing touched the drums and bass. How the recording itself was made is not declared."
    )
    assert label.digital_source_type.endswith("/compositeWithTrainedAlgorithmicMedia")


def test_delivered_stems_need_no_separator() -> None:
    assert not write_label([VOCALS], kind="remix", trained={"net"}).made_with_ai
    assert write_label([VOCALS], kind="remix", trained=set()).digital_source_type.endswith("/algorithmicallyEnhanced")


def test_a_cover_is_whole_ai_only_when_every_part_is() -> None:
    voice = Part("melody", "performed", Stem.VOCALS, ("voice model",))
    trained = {"voice model"}
    assert write_label([voice], kind="cover", trained=trained).digital_source_type.endswith("/trainedAlgorithmicMedia")
    mixed = write_label([voice, BASS], kind="cover", trained=trained)
    assert mixed.digital_source_type.endswith("/compositeWithTrainedAlgorithmicMedia")
    assert write_label([BASS], kind="cover", trained=trained).digital_source_type.endswith("/algorithmicMedia")
    assert write_label([BASS], kind="cover", trained=trained).sentence.startswith("This cover was made without AI")


def test_samples_that_a_user_brought_are_named_and_not_vouched_for() -> None:
    drums = Part("drums", "performed", Stem.DRUMS, soundfont="Pure Tones")
    label = write_label([drums, BASS], kind="cover", trained=())
    assert label.parts[0].soundfont == "Pure Tones"
    assert "drums performed anew on a SoundFont" in label.sentence
    assert "bass performed anew by synthesis" in label.sentence
    assert "“Pure Tones”, a SoundFont of the user's, were made is not known here" in label.sentence
    assert label.digital_source_type.endswith("/composite")
    assert not label.made_with_ai
    touched = write_label([drums, VOCALS], kind="remix", trained={"stretch"})
    assert touched.sentence.endswith("were made is not known here.")


def test_the_instruments_that_play_are_named_whoever_else_touched_the_sound() -> None:
    """A model that took the voice out of the master is no reason to keep silent about who plays."""
    drums = Part("drums", "performed", Stem.DRUMS, sounds="remixlab-sounds 1.0.0")
    for trained in ({"net"}, set[str]()):
        label = write_label([VOCALS, drums, BASS], kind="remix", trained=trained, separator="net", sounds_sha256="ab")
        assert label.made_with_ai is bool(trained)
        assert "remixlab-sounds 1.0.0" in label.sentence and label.sounds_sha256 == "ab"
