"""From a sentence to a plan: words in several languages, figures, meaning, promises, follow-ups, suggestions."""

from remixlab.plan.prompt.meaning import Meaning, WordVectors
from remixlab.plan.prompt.suggest import PRESETS, Preset, Suggestions, suggest
from remixlab.plan.prompt.write import Understanding, Understood, write_plan

__all__ = ["PRESETS", "Meaning", "Preset", "Suggestions", "Understanding", "Understood", "WordVectors", "suggest", "write_plan"]
