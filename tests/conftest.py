"""What holds for all tests: hypothesis measures no time, because a busy machine is no defect of what it tests."""

from hypothesis import settings

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
