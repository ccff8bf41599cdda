"""Measures how many industry and company names of real postings the vocabulary knows.

    python benchmarks/bench_names.py --postings postings.parquet [more.parquet] [--labels labels.jsonl]

Postings have `industry` (as the site shows it) and `company`; with labels (JSON lines with `id` and `industry`) it also
prints how often a known company's industry, and the site's, is the labelled one.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from taxonomy.catalogue import Taxonomy, load_taxonomy


def main() -> None:
    """Prints coverage, what is left, and agreement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postings", type=Path, nargs="+", required=True, help="Parquet with industry and company")
    parser.add_argument("--labels", type=Path, help="JSON lines with id and industry")
    parser.add_argument("--left", type=int, default=20, help="print that many unknown industry names")
    arguments = parser.parse_args()
    taxonomy = load_taxonomy()
    for path in arguments.postings:
        coverage(taxonomy, path, arguments.left)
        if arguments.labels and "id" in pq.read_schema(path).names:
            agreement(taxonomy, path, arguments.labels)


def coverage(taxonomy: Taxonomy, path: Path, left: int) -> None:
    """Prints the share of rows whose industry, and whose company, the vocabulary knows."""
    table = pq.read_table(path, columns=["industry", "company"])
    industries = Counter(text for text in table["industry"].to_pylist() if text and text.strip())
    unknown = Counter({text: n for text, n in industries.items() if taxonomy.industry_of_site_name(text) is None})
    rows = industries.total()
    print(f"{path.name}: {rows} rows with an industry, {len(industries)} names: {1 - unknown.total() / rows:.2%} known")
    print("  left: " + (", ".join(f"{text} {n}" for text, n in unknown.most_common(left)) or "none"))
    companies = Counter(name for name in table["company"].to_pylist() if name)
    known = sum(n for name, n in companies.items() if taxonomy.company(name))
    print(f"  {companies.total()} rows with a company, {len(companies)} names: {known / companies.total():.1%} listed")


def agreement(taxonomy: Taxonomy, path: Path, labels_path: Path) -> None:
    """Prints how often the industry of a listed company, and of the site, is the labelled one."""
    labels = [json.loads(line) for line in labels_path.read_text(encoding="utf-8").splitlines()]
    named = {label["id"]: label["industry"] for label in labels if label["industry"] != "unknown"}
    by_company, by_site = Counter[bool](), Counter[bool]()
    for row in pq.read_table(path, columns=["id", "industry", "company"]).to_pylist():
        label = named.get(row["id"])
        if label is None:
            continue
        company = taxonomy.company(row["company"])
        if company is not None and company.industry is not None:
            by_company[company.industry == label] += 1
        site = taxonomy.industry_of_site_name(row["industry"])
        if site is not None:
            by_site[site == label] += 1
    if not by_company and not by_site:
        return
    print(f"  of {len(named)} rows with a labelled industry:")
    for source, counts in (("a listed company", by_company), ("the site", by_site)):
        share = counts[True] / max(1, counts.total())
        print(f"    {counts.total()} have one from {source}; {share:.1%} of those agree with the label")


if __name__ == "__main__":
    main()
