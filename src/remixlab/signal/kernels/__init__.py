"""The inner loops of the room, compiled by numba: one signature each, no fast maths where bits are promised, no
global state.
"""
