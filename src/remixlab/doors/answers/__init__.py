"""What the doors answer: closed pydantic models, one file an area, the same for the HTTP API and for `--json`.

Names and shapes are promised to users and may only grow. A function such as `decision_answer(decision)` makes the model
of a domain value; `.to_dict()` is its JSON.
"""
