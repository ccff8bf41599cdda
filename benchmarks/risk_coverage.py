"""Draws how often a model is right on its most confident answers, by the share of postings that it answers.

    python benchmarks/risk_coverage.py --labels labels/dev.jsonl --postings data/ --output docs/images/risk-coverage.svg

Prints the figures as a Markdown table with 95 % bootstrap intervals, and draws them.
"""

import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.corpus import read_corpus, read_labels
from classifier.evaluate import predictions_of
from classifier.labeller import Labeller
from classifier.metrics import bootstrap
from postings.atomic import atomic_path

COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 360, 60, 20, 50
LOWEST = 0.7
"""Of the drawn accuracies."""

COLOURS = {"category": "#1f5fa8", "role, alternative allowed": "#c05a1c", "role": "#4b8a3f"}

FloatArray = npt.NDArray[np.float64]


def curve(confidence: FloatArray, right: npt.NDArray[np.bool_]) -> FloatArray:
    """Accuracy over the k most confident answers, for k from 1 to n, [n]."""
    order = np.argsort(-confidence, kind="stable")
    return np.asarray(np.cumsum(right[order]) / np.arange(1, len(order) + 1), dtype=np.float64)


def accuracy_of(
    confidence: FloatArray, right: npt.NDArray[np.bool_], coverage: float, at: npt.NDArray[np.int64]
) -> float:
    """Accuracy over the most confident share of some answers."""
    return float(curve(confidence[at], right[at])[max(0, round(coverage * len(at)) - 1)])


def drawing(curves: Mapping[str, FloatArray], examples: int) -> str:
    """The curves as SVG."""
    right, bottom = WIDTH - 20, HEIGHT - BOTTOM

    def x(share: float) -> float:
        return LEFT + (right - LEFT) * share

    def y(accuracy: float) -> float:
        return bottom - (bottom - TOP) * (accuracy - LOWEST) / (1 - LOWEST)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for accuracy in np.arange(LOWEST, 1.001, 0.05):
        parts.append(f'<path d="M{LEFT} {y(accuracy):.1f}H{right}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(accuracy) + 4:.1f}" text-anchor="end">{accuracy:.2f}</text>')
    parts += [
        f'<text x="{x(share):.1f}" y="{bottom + 18}" text-anchor="middle">{share:.0%}</text>'
        for share in np.arange(0, 1.001, 0.1)
    ]
    for number, (name, values) in enumerate(curves.items()):
        # The first few answers tell little: their share of right ones jumps.
        first = max(1, len(values) // 20)
        points = " ".join(
            f"{x((place + 1) / len(values)):.1f},{y(max(values[place], LOWEST)):.1f}"
            for place in range(first, len(values), max(1, len(values) // 200))
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
        parts.append(
            f'<path d="M{LEFT + 14} {bottom - 52 + 18 * number}h22" stroke="{COLOURS[name]}" stroke-width="2"/>'
        )
        parts.append(f'<text x="{LEFT + 44}" y="{bottom - 48 + 18 * number}">{name}</text>')
    middle = (LEFT + right) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">share of {examples} postings answered, '
        "the most confident first</text>"
    )
    parts.append(f'<text x="16" y="{TOP + 130}" transform="rotate(-90 16 {TOP + 130})">accuracy</text></svg>\n')
    return "\n".join(parts)


def main() -> None:
    """Prints the table and writes the drawing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, required=True, help="label file to measure on")
    parser.add_argument("--postings", type=Path, required=True, help="folder with postings.parquet")
    parser.add_argument("--model", type=Path, help="model folder; the shipped model where not given")
    parser.add_argument("--output", type=Path, required=True, help="SVG to write")
    given = parser.parse_args()
    labeller = Labeller.load(given.model)
    corpus = read_corpus(given.postings)
    space = labeller.model.labels
    truth = read_labels(given.labels, corpus, space)
    said = predictions_of(labeller, corpus, truth)
    if said.role_confidence is None or said.category_confidence is None:
        parser.error("the model gives no confidences")
    exact = said.role == truth.role
    answers = {
        "category": (said.category_confidence, said.category == space.category_of_role[truth.role]),
        "role, alternative allowed": (said.role_confidence, exact | (said.role == truth.alternative)),
        "role": (said.role_confidence, exact),
    }
    print(f"{labeller.model_version}, {len(truth)} labelled postings\n")
    print(f"| share answered | {' | '.join(answers)} |\n|---|{'---|' * len(answers)}")
    for coverage in COVERAGES:
        figures = [
            bootstrap(partial(accuracy_of, confidence, right, coverage), len(truth))
            for confidence, right in answers.values()
        ]
        print(f"| {coverage:.0%} | {' | '.join(map(str, figures))} |")
    with atomic_path(given.output) as temporary:
        temporary.write_text(
            drawing({name: curve(*answer) for name, answer in answers.items()}, len(truth)), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
