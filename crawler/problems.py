"""Why a page gave no posting. Readers and middlewares raise these; the spider turns each into a line of the ledger."""

from typing import ClassVar

from scrapy.exceptions import IgnoreRequest


class PageProblem(Exception):  # noqa: N818 - named for what was found; a closed posting is no error
    """A page that could not be read.

    Attributes:
        kind: The word under which it is counted.
        stops: The source is asked nothing more in this run.
    """

    kind: ClassVar[str]
    stops: ClassVar[bool] = False


class Blocked(PageProblem):
    """The source refuses this program: a refusal code, a challenge page, a redirect to a security page.

    Args:
        reason: What was seen.
        rest_seconds: How long the source itself asks to be left alone; None where it does not say.
    """

    kind = "blocked"
    stops = True

    def __init__(self, reason: str, rest_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.rest_seconds = rest_seconds


class Unwilling(Blocked):
    """The page, not its status, refuses what the source may grant after a rest: asked once more, then a refusal."""


class LoginRequired(PageProblem):
    """The source wants an account."""

    kind = "login_required"
    stops = True


class Misconfigured(PageProblem):
    """The source does not exist where its data say it does (moved tenant), or its proxy refuses."""

    kind = "misconfigured"
    stops = True


class SessionLost(PageProblem):
    """The source no longer knows the session that its opening page began; begun anew once for each page."""

    kind = "session_lost"


class WrongChannel(PageProblem):
    """One part of the source does not exist where its data say it does; the other parts may."""

    kind = "wrong_channel"


class FormatChanged(PageProblem):
    """The page is not in the form its reader knows."""

    kind = "format_changed"


class InterfaceChanged(FormatChanged):
    """The source wants to be asked otherwise than it is: every further page would end so."""

    stops = True


class ServerError(PageProblem):
    """The server failed (HTTP 5xx) every time it was asked."""

    kind = "server_error"


class Closed(PageProblem):
    """The source says that this posting is closed. Not an error."""

    kind = "closed"


class NotAPosting(PageProblem):
    """The page is sound but holds no posting, as most pages of a sitemap do. Not an error."""

    kind = "not_a_posting"


class RobotsForbidden(IgnoreRequest):
    """robots.txt forbids the address, or could not be read."""


class OtherHost(IgnoreRequest):
    """The address is not on one of the source's own hosts."""


class Stopping(IgnoreRequest):
    """The run is being stopped while a request waits for its turn."""
