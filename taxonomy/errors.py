"""The one exception that reaches a user: it says what, where, and how to mend it."""


class JobAtlasError(Exception):
    """A failure the user can mend.

    The command line prints it as one line without a traceback and exits with code 1. The message names what went
    wrong, where (file, line, column, source), and what to do about it.
    """
