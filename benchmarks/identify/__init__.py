"""How well recordings and works are known again."""
