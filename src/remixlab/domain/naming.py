"""The product's name: the one constant that everything which shows it reads."""

from typing import Final

PRODUCT: Final = "RemixLab"
