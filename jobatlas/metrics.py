"""A crawl's figures as a Prometheus text file, for the textfile collector of node_exporter."""

from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from crawler.result import RunResult, SourceResult
from crawler.verdict import COMPLETE, Verdict
from taxonomy.errors import JobAtlasError

_COUNTS = ("postings", "new", "changed", "known", "closed", "missing", "left", "listed", "requests")


def write_metrics(result: RunResult, path: Path) -> None:
    """Write the figures of a run, whole or not at all; the file of the run before is replaced.

    Raises:
        JobAtlasError: the file cannot be written.
    """
    registry = CollectorRegistry()
    ended = Gauge("jobatlas_crawl_ended_timestamp_seconds", "When the crawl ended", registry=registry)
    ended.set(datetime.fromisoformat(result.ended).timestamp())
    finished = Gauge("jobatlas_crawl_finished", "1 when no page of the run is left", registry=registry)
    finished.set(result.finished)
    complete = Gauge(
        "jobatlas_source_complete",
        "1 when the verdict is ok or empty: nothing is missing",
        ["source"],
        registry=registry,
    )
    verdict = Gauge(
        "jobatlas_source_verdict", "1 for the verdict of a source", ["source", "verdict"], registry=registry
    )
    counts = {
        name: Gauge(f"jobatlas_source_{name}", f"Figure `{name}` of the run's summary", ["source"], registry=registry)
        for name in _COUNTS
    }
    reported = Gauge(
        "jobatlas_source_reported", "Postings the source says it has for the plan", ["source"], registry=registry
    )
    relevance = Gauge(
        "jobatlas_source_relevance_ratio",
        "Share of the hits that are about their keyword",
        ["source"],
        registry=registry,
    )
    coverage = Gauge(
        "jobatlas_source_coverage_ratio", "Share of postings that state a field", ["source", "field"], registry=registry
    )
    for source in result.sources:
        complete.labels(source.name).set(source.verdict in COMPLETE)
        for one in Verdict:
            verdict.labels(source.name, one).set(one is source.verdict)
        for name, gauge in counts.items():
            gauge.labels(source.name).set(getattr(source.counts, name))
        _set(reported, source, source.reported_total)
        _set(relevance, source, source.relevance)
        for field, share in source.coverage.items():
            coverage.labels(source.name, field).set(share)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(path), registry)
    except OSError as error:
        raise JobAtlasError(f"{path}: the metrics cannot be written ({error.strerror}).") from error


def _set(gauge: Gauge, source: SourceResult, value: float | None) -> None:
    if value is not None:
        gauge.labels(source.name).set(value)
