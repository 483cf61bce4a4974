"""From a sentence to a plan: words in several languages, figures, meaning, promises, follow-ups, suggestions.

`write_plan` is the door; `suggest` offers ideas for one recording; `ruler` lays a plan on its bars; `ask_model` lets a
language model propose a plan that is judged like any other; `Meaning` is the port for likeness of words;
`read_qualities`
reads what a piece is said to be like.
"""

from remixlab.prompt.meaning import Meaning, WordVectors, style_documents
from remixlab.prompt.model import LanguageModel, ask_model, messages, read_answer
from remixlab.prompt.ruler import Mark, Row, Ruler, cells, ruler
from remixlab.prompt.suggest import PRESETS, Preset, Suggestions, suggest
from remixlab.prompt.text.genres import styles_called
from remixlab.prompt.text.qualities import Qualities, Quality, read_qualities
from remixlab.prompt.write import Understanding, Understood, write_plan

__all__ = [
    "PRESETS",
    "LanguageModel",
    "Mark",
    "Meaning",
    "Preset",
    "Qualities",
    "Quality",
    "Row",
    "Ruler",
    "Suggestions",
    "Understanding",
    "Understood",
    "WordVectors",
    "ask_model",
    "cells",
    "messages",
    "read_answer",
    "read_qualities",
    "ruler",
    "style_documents",
    "styles_called",
    "suggest",
    "write_plan",
]
