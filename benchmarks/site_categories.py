"""How often the category that a site's category means is the labelled one.

    python benchmarks/site_categories.py --labels labels/train.jsonl --postings postings.parquet

Prints the share of labelled postings whose site category maps to one of ours, and of these the share that is labelled
so, in all and by category.
"""

import argparse
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from classifier.corpus import read_label_lines
from classifier.review.site_categories import category_of_site_category
from taxonomy.catalogue import load_taxonomy


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=Path, required=True, help="label file, JSON Lines")
    parser.add_argument("--postings", type=Path, required=True, help="Parquet file with id and category_label")
    options = parser.parse_args()
    taxonomy = load_taxonomy()
    table = pq.read_table(options.postings, columns=["id", "category_label"])
    shown = dict(zip(table["id"].to_pylist(), table["category_label"].to_pylist(), strict=True))
    mapped: Counter[str] = Counter()
    right: Counter[str] = Counter()
    labelled = with_category = 0
    for row in read_label_lines(options.labels):
        labelled += 1
        with_category += bool(shown.get(row["id"]))
        category = category_of_site_category(shown.get(row["id"]))
        if category is not None:
            mapped[category] += 1
            right[category] += category == taxonomy.category_of(row["role"])
    print(f"{labelled} labels, {with_category} with a category of the site, {mapped.total()} of these mapped")
    print(f"labelled so: {right.total() / max(1, mapped.total()):.3f}")
    for category, count in mapped.most_common():
        print(f"{category:20} {count:5} {right[category] / count:.3f}")


if __name__ == "__main__":
    main()
