"""The Scrapy settings that differ from source to source."""

from importlib import metadata
from typing import Any

from crawler.middlewares.robots import AGENT
from crawler.registry import SourceInfo


def source_settings(source: SourceInfo, contact: str | None) -> dict[str, Any]:
    """Delay, throttling, proxy and the name under which a source is asked.

    Args:
        source: The source.
        contact: How its site can reach the operator.
    """
    reach = f" (+{contact})" if contact else ""
    return {
        "USER_AGENT": f"{AGENT}/{metadata.version('job-atlas')}{reach}",
        "DOWNLOAD_DELAY": source.delay_seconds,
        # A proxy of the environment is for the web; it cannot reach this machine's own servers.
        "HTTPPROXY_ENABLED": not source.on_this_machine,
        # Throttling adapts to a shared server; one on this machine that is to be asked without delay needs none.
        "AUTOTHROTTLE_ENABLED": not (source.on_this_machine and source.delay_seconds == 0),
    }
