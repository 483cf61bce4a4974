"""Letters that stay here, to be read by a test."""

from __future__ import annotations

from remixlab.domain.ports.mail import Letter


class MemoryMail:
    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)
