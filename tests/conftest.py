"""What holds for all tests: hypothesis tries the same examples everywhere, and measures no time.

The same code passes or fails on every machine, however busy. `pytest --hypothesis-profile default` looks further.
"""

from hypothesis import settings

settings.register_profile("same everywhere", deadline=None, derandomize=True)
settings.load_profile("same everywhere")
