"""The Scrapy settings that differ from source to source."""

from importlib import metadata
from typing import Any

from crawler.middlewares.robots import AGENT
from crawler.plan import CrawlSettings
from crawler.source_info import SourceInfo


def source_settings(source: SourceInfo, settings: CrawlSettings) -> dict[str, Any]:
    """Delay, throttling, patience, proxy and the name under which a source is asked.

    Args:
        source: The source, resolved.
        settings: How the run is carried out.
    """
    reach = f" (+{settings.contact})" if settings.contact else ""
    timeout = {} if settings.timeout_seconds is None else {"DOWNLOAD_TIMEOUT": settings.timeout_seconds}
    return timeout | {
        "USER_AGENT": f"{AGENT}/{metadata.version('job-atlas')}{reach}",
        "DOWNLOAD_DELAY": source.delay_seconds,
        # A proxy of the environment is for the web; it cannot reach this machine's own servers.
        "HTTPPROXY_ENABLED": source.proxy is not None or not source.on_this_machine,
        # Throttling adapts to a shared server; one on this machine that is to be asked without delay needs none.
        "AUTOTHROTTLE_ENABLED": not (source.on_this_machine and source.delay_seconds == 0),
    }
