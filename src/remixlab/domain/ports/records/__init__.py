"""The registry as protocols, one file an area: what a transaction (unit of work) can read and write.

There is no surface here: import the file of the area. `transaction` puts the areas together.
"""
