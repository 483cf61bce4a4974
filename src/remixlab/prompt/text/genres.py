"""Genre names: our styles behind somebody's word for a genre, in every language of the lexicon."""

from __future__ import annotations

from remixlab.plan.styles import ids
from remixlab.prompt.text.clean import tokens
from remixlab.prompt.text.lexicon import lexicon


def styles_called(words: str) -> frozenset[str]:
    """The styles that a genre's name means as a whole, none for what means none.

    Law: the id of a style means that style alone, however it is written.
    """
    said = words.strip().casefold().replace("&", " and ").replace("_", " ").replace("-", " ").replace("'", " ")
    named = "-".join(said.split())
    if named in ids():
        return frozenset({named})
    phrase = tuple(token.folded for token in tokens(said))
    senses = lexicon().phrases.get(phrase, ())
    return frozenset(sense.value for sense in senses if sense.kind == "style" and sense.value in ids())
