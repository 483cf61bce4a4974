"""What a use case works with: `Records` < `Sounds` < `Making`. Import the file of the smallest that does."""

from remixlab.usecases.context.making import Making, Memory, SealKeys, silent

__all__ = [
    "Making",
    "Memory",
    "SealKeys",
    "silent",
]
