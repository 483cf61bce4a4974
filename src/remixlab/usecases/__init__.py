"""The use cases, by area. Read `making/remix.py` and you have read the product."""
