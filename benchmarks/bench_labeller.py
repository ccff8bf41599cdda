"""Measures how many postings a second the labeller handles on one core, skills and industry included.

    python benchmarks/bench_labeller.py --postings postings.parquet

Postings have `title`, `description` and `company`. Prints the median of five rounds over the same postings.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from classifier.labeller import Labeller

ROUNDS = 5


def main() -> None:
    """Prints the rate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postings", type=Path, required=True, help="Parquet with title, description, company")
    parser.add_argument("--rows", type=int, default=5_000)
    given = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    table = pq.read_table(given.postings, columns=["title", "description", "company"]).slice(0, given.rows)
    batch = table.combine_chunks().to_batches()[0]
    labeller = Labeller.load()
    labeller.label(batch.slice(0, 500))  # the first call loads place names and the like
    rates = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        labeller.label(batch)
        rates.append(batch.num_rows / (time.perf_counter() - start))
    characters = pc.mean(pc.utf8_length(batch.column("description"))).as_py()
    print(
        f"{statistics.median(rates):,.0f} postings/s on one core (of {ROUNDS} rounds {min(rates):,.0f} to "
        f"{max(rates):,.0f}); {batch.num_rows:,} postings, {characters:.0f} characters each on average"
    )


if __name__ == "__main__":
    main()
