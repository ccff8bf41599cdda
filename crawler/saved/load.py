"""Saved pages brought into the dataset, once: what is already there is not written again."""

import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from crawler.cleaning import clean
from crawler.clock import china_day
from crawler.problems import Closed, PageProblem
from crawler.reply import read_soundly
from crawler.saved.formats import reader_of
from crawler.saved.merge import FIELDS, Gathered
from crawler.saved.pages import SavedPage, saved_pages
from postings.dataset import Dataset, Part
from postings.dump.rejects import Rejects
from postings.normalise import normalise
from postings.versions import VERSION_FIELDS
from taxonomy.errors import JobAtlasError
from taxonomy.salary import is_obfuscated

_PART_ROWS = 2000
"""Postings of one part; the last one of an import may be smaller."""

_KNOWN = ("posting_id", "content_hash", "keywords", "first_seen", "last_seen", *FIELDS)

Record = dict[str, Any]


@dataclass
class SavedResult:
    """What an import of saved pages did.

    Always `pages == read + passed_over + rejects.count`, and the postings found are `written + known`.

    Attributes:
        pages: Pages in the files: HAR entries, JSON answers, web pages, and files that are none.
        read: Pages of the site that were read, those of closed postings among them.
        passed_over: Pages and files that are none of the site's with postings.
        closed: Pages by which the site says that a posting is closed.
        unreadable_rows: Rows of lists without id or title.
        written: Postings added, new versions of known ones included.
        known: Postings of which the pages say nothing that the dataset has not.
        salaries_unread: Postings with a salary that gives no figures (面议).
        salaries_drawn: Of those, salaries whose digits are drawn with a site's private font.
        rejects: The pages that could not be read.
        parts: The parts written.
    """

    rejects: Rejects
    pages: int = 0
    read: int = 0
    passed_over: int = 0
    closed: int = 0
    unreadable_rows: int = 0
    written: int = 0
    known: int = 0
    salaries_unread: int = 0
    salaries_drawn: int = 0
    parts: list[Part] = field(default_factory=list)


def import_saved(
    paths: Sequence[Path],
    format_name: str,
    dataset: Dataset,
    *,
    seen_at: datetime | None = None,
    rejects_path: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> SavedResult:
    """Read what an operator saved of a site, and write its postings into a dataset.

    What several pages say of one posting becomes one record, together with what the dataset already says of it. An
    import that was killed is finished by repeating it. All postings found are held in memory, pages are not.

    Args:
        paths: Files, folders and zip archives.
        format_name: One of `crawler.saved.formats.FORMATS`; the postings' source.
        dataset: Where to.
        seen_at: When the pages were saved, with time zone. None takes it from the pages, or else from their files.
        rejects_path: The CSV file for pages that cannot be read; None only counts them.
        progress: Called with the number of pages so far.

    Raises:
        JobAtlasError: there is nothing at a path, or no page of the site at all.
    """
    gathered: dict[str, Gathered] = {}
    with Rejects(rejects_path) as rejects:
        result = SavedResult(rejects)
        reading = _Reading(format_name, seen_at, result, gathered)
        for page in saved_pages(paths):
            reading.take(page)
            if progress is not None:
                progress(result.pages)
    if not result.read and not rejects.count:
        raise JobAtlasError(
            f"{', '.join(map(str, paths))}: none of {result.pages:,} pages and files is a page of {format_name} with"
            " postings: docs/import.md says what to save."
        )
    _write(gathered, format_name, dataset, result)
    return result


class _Reading:
    """Reads page after page, and counts what becomes of each."""

    def __init__(
        self, format_name: str, seen_at: datetime | None, result: SavedResult, gathered: dict[str, Gathered]
    ) -> None:
        self._read = reader_of(format_name)
        self._seen_at = None if seen_at is None else seen_at.timestamp()
        self._now = time.time()
        self._result = result
        self._gathered = gathered

    def take(self, page: SavedPage) -> None:
        """Read a page."""
        result = self._result
        result.pages += 1
        if page.damage:
            result.rejects.add(page.file, page.number, page.damage, "")
            return
        try:
            postings = None if page.reply is None else read_soundly(self._read, page.reply)
        except Closed:
            result.read += 1
            result.closed += 1
            return
        except PageProblem as problem:
            address = page.reply.url.split("?")[0] if page.reply else ""
            result.rejects.add(page.file, page.number, f"{problem.kind}: {problem}", address)
            return
        if postings is None:
            result.passed_over += 1
            return
        result.read += 1
        saved_at = min(page.saved_at, self._now) if self._seen_at is None else self._seen_at
        for found in postings:
            posting = clean(found)
            if posting is None:
                result.unreadable_rows += 1
            else:
                self._gathered.setdefault(posting.source_id, Gathered()).add(posting, saved_at)


def _write(gathered: Mapping[str, Gathered], source: str, dataset: Dataset, result: SavedResult) -> None:
    """Write what the dataset lacks: postings and versions as parts, searches that found known ones as sightings."""
    now = datetime.now(tz=UTC)
    # Of two versions of one time the one in the later part counts.
    run = f"import-{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    day = china_day(now.timestamp())
    known = _known(dataset, {f"{source}:{source_id}" for source_id in gathered})
    records: list[Record] = []
    sightings: list[Record] = []
    for source_id, found in gathered.items():
        held = known.get(f"{source}:{source_id}")
        record = _record(source, source_id, found if held is None else _joined(held, found))
        result.salaries_unread += bool(record["salary_text"]) and record["salary_min"] is None
        result.salaries_drawn += is_obfuscated(record["salary_text"])
        if held is None or _version(held) != _version(record):
            records.append(record)
            continue
        result.known += 1
        new_words = [word for word in found.keywords if word not in (held["keywords"] or ())]
        sightings += [
            {"posting_id": record["posting_id"], "keyword": word, "seen_at": _moment(found.last_seen)}
            for word in new_words
        ]
    for number, begin in enumerate(range(0, len(records), _PART_ROWS), 1):
        rows = records[begin : begin + _PART_ROWS]
        result.parts.append(dataset.write_part(source, day, f"part-{run}-{number}", rows))
        result.written += len(rows)
    if sightings:
        dataset.write_sightings(source, day, f"part-{run}-1", sightings)


def _known(dataset: Dataset, posting_ids: Collection[str]) -> dict[str, Record]:
    """What the dataset says of these postings."""
    wanted = pa.array(posting_ids, pa.string())
    return {row["posting_id"]: row for row in _rows(dataset, wanted)} if posting_ids else {}


def _rows(dataset: Dataset, wanted: pa.Array) -> Iterator[Record]:
    for batch in dataset.scan(_KNOWN):
        yield from batch.filter(pc.is_in(batch.column("posting_id"), wanted)).to_pylist()


def _joined(held: Record, found: Gathered) -> Gathered:
    """What the dataset says of a posting, and what was found, each field from the later of both."""
    joined = Gathered()
    joined.keywords |= dict.fromkeys(held["keywords"] or ())
    first, last = (held[name].timestamp() if held[name] else 0.0 for name in ("first_seen", "last_seen"))
    joined.add_fields({name: held[name] for name in FIELDS}, first or found.first_seen, last or found.first_seen)
    joined.add_later(found)
    return joined


def _record(source: str, source_id: str, gathered: Gathered) -> Record:
    record: Record = {
        **gathered.values,
        "posting_id": f"{source}:{source_id}",
        "source": source,
        "source_id": source_id,
        "keywords": list(gathered.keywords) or None,
        "first_seen": _moment(gathered.first_seen),
        "last_seen": _moment(gathered.last_seen),
    }
    return normalise(record, china_day(gathered.last_seen))


def _version(record: Record) -> list[str]:
    return [record[name] or "" for name in VERSION_FIELDS]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
