"""What the exit status of every command means."""

DONE = 0
FAILED = 1
WRONG_USAGE = 2
DONE_IN_PART = 3
"""Something is missing; the summary says what and what to do."""
