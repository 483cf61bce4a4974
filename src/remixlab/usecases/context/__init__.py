"""What a use case works with: `Books` < `Records` < `Sounds` < `Making`.

There is no surface here: import the file of the smallest that does.
"""
