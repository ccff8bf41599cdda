"""A crawl on a Ray cluster: the driver that spreads the hosts over its machines and waits for them.

Delays, robots.txt and one request at a time hold globally because each host has one actor in the whole cluster; the
budget, the ledger and the dataset because one actor keeps them, on the machine of the operator's data folder.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from crawler.cluster.host_actor import HostActor
from crawler.cluster.ledger_actor import LedgerActor
from crawler.lane import lanes
from crawler.ledger.store import storing
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.registry import resolve
from crawler.result import Progress, RunResult
from crawler.source_info import SourceInfo
from taxonomy.errors import JobAtlasError

MOST_HOSTS_PER_CPU = 8
"""Hosts that are crawled at the same time for each CPU of the cluster: a polite crawl mostly waits, but each process
holds about 120 MB."""

PROGRESS_SECONDS = 0.5


def crawl_on_cluster(
    plan: CrawlPlan,
    data_root: Path,
    settings: CrawlSettings,
    on_progress: Callable[[list[Progress]], None] | None = None,
) -> RunResult:
    """Crawl a plan with one actor per host; as `crawler.run.crawl` otherwise.

    Joins the cluster that the environment variable RAY_ADDRESS names (`auto` for the one that this machine belongs to);
    without it starts Ray on this machine.
    Every machine needs Job Atlas in the same version.

    Raises:
        JobAtlasError: as `crawler.run.crawl`; or the cluster cannot be joined, or was lost.
    """
    sources = resolve(plan, settings)
    if any(source.family == "demo" and not source.base_url for source in sources):
        raise JobAtlasError(
            "the bundled board runs on this machine only: leave `demo` out, or start it with python -m crawler.board"
            " and name its address in base_urls."
        )
    with _joined():
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        ledger: Any = (
            ray.remote(LedgerActor)
            .options(num_cpus=0, scheduling_strategy=here)
            .remote(plan, data_root.resolve(), sources, settings.max_requests)
        )
        try:
            with storing(data_root):
                _ask(ledger.open.remote())
                _crawl_hosts(ledger, sources, plan, settings, here, on_progress)
                result: RunResult = _ask(ledger.conclude.remote())
        except RayError as error:
            raise JobAtlasError(
                f"{data_root}: the cluster lost the crawl ({type(error).__name__}). Run the same crawl again: it"
                " carries on where it stopped."
            ) from error
        finally:
            ray.kill(ledger)
    return result


def _crawl_hosts(
    ledger: Any,  # noqa: ANN401 - Ray's handles have no type
    sources: Sequence[SourceInfo],
    plan: CrawlPlan,
    settings: CrawlSettings,
    here: NodeAffinitySchedulingStrategy,
    on_progress: Callable[[list[Progress]], None] | None,
) -> None:
    """Run all hosts, as many at a time as the cluster can hold, until each has ended."""
    actor: Any = ray.remote(HostActor)
    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call] # Ray's own is untyped
    most = max(1, int(resources.get("CPU", 1) * MOST_HOSTS_PER_CPU))
    waiting = lanes(sources)
    running: dict[Any, Any] = {}
    interrupted = False
    try:
        while waiting or running:
            try:
                while waiting and len(running) < most:
                    lane = waiting.pop(0)
                    # A cookie file lies on this machine; all else may run anywhere, evenly.
                    placing = {"num_cpus": 1 / MOST_HOSTS_PER_CPU, "scheduling_strategy": "SPREAD"}
                    if any(source.cookie_file for source in lane):
                        placing = {"num_cpus": 0, "scheduling_strategy": here}
                    host = actor.options(max_restarts=-1, max_task_retries=-1, **placing).remote()
                    running[host.crawl.remote(ledger, lane, plan, settings)] = host
                ended, _ = ray.wait(list(running), timeout=PROGRESS_SECONDS)
                for task in ended:
                    ray.kill(running.pop(task))
                    _ask(task)
                if on_progress is not None:
                    on_progress(_ask(ledger.progress.remote()))
            except KeyboardInterrupt:
                if interrupted:
                    raise
                interrupted = True
                waiting.clear()
                ledger.interrupt.remote()
    finally:
        for host in running.values():
            ray.kill(host)


def _ask(reference: Any) -> Any:  # noqa: ANN401 - as above
    """What a call gives, with its own error rather than Ray's around it."""
    try:
        return ray.get(reference)
    except RayTaskError as error:
        raise error.cause if isinstance(error.cause, Exception) else error from None


@contextmanager
def _joined() -> Iterator[None]:
    """The cluster, joined for the time of the crawl unless this process had joined it before."""
    if ray.is_initialized():
        yield
        return
    try:
        ray.init(os.environ.get("RAY_ADDRESS", "local"), log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise JobAtlasError(
            f"the Ray cluster cannot be joined ({error}): check RAY_ADDRESS and `ray status`."
        ) from error
    try:
        yield
    finally:
        ray.shutdown()
