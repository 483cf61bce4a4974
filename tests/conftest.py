"""What holds for all tests."""

from hypothesis import settings

# A law is true or not; how long a busy machine takes to try it says nothing.
settings.register_profile("remixlab", deadline=None)
settings.load_profile("remixlab")
