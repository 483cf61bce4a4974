"""Topic detection: what a prompt is about, by word lists, so that owners can forbid a topic (`topics_forbidden`)."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from remixlab.community.moderate import phrase_pattern
from remixlab.prompt.text.clean import fold


class _Topics(NamedTuple):
    patterns: dict[str, re.Pattern[str]]
    harmless: re.Pattern[str]


def topics_of(prompt: str) -> tuple[str, ...]:
    """The topics that a prompt touches, in order of their names; none for none.

    Law: only words count that name a topic in one of the languages of `topics.toml`; musical terms (`war drums`,
    `acid house`) do not.
    """
    topics = _topics()
    text = topics.harmless.sub(" ~ ", " ".join(re.findall(r"[^\W_]+", fold(prompt.replace("'", " ")))))
    return tuple(sorted(name for name, pattern in topics.patterns.items() if pattern.search(text)))


@lru_cache(maxsize=1)
def _topics() -> _Topics:
    tree = tomllib.loads((files("remixlab.community") / "topics.toml").read_text(encoding="utf-8"))
    patterns = {name: phrase_pattern(",".join(words.values())) for name, words in tree["topics"].items()}
    return _Topics(patterns, phrase_pattern(tree["harmless"]["_"]))
