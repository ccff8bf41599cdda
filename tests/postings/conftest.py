"""What the tests of dumps share."""

import pytest

from postings.dump import open_dump


def read_dump(path, **options):
    dump = open_dump(path, **options)
    records = [record for batch in dump.batches() for record in batch.to_pylist()]
    assert dump.counts.rows_out == len(records)
    assert dump.counts.rows_in == dump.counts.rows_out + dump.counts.rejected
    return records, dump


@pytest.fixture(scope="session")
def read():
    """Reads a dump to the end: (records, dump), with the rows added up."""
    return read_dump
