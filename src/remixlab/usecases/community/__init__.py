"""What people do with each other here: for now, appeals against refused prompts."""

from remixlab.usecases.community.appeals import keep_refused_prompt, list_refused_prompts

__all__ = ["keep_refused_prompt", "list_refused_prompts"]
