"""Measures what anyone could build in an afternoon, on the folds on which the model is chosen, by number of labels.

    pip install fasttext  # no wheels: it is compiled; without it, its rows are left out
    python benchmarks/fold_baselines.py examples/train.toml --postings data/ --labels labels/ \\
        --labels classifier/annotations

Every posting of the first label folder is answered by systems that saw neither it nor (giants apart) its company. The
systems learn from the first folder alone, and from all. Intervals are 95 % bootstrap intervals.
"""

import argparse
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.baselines import TfidfBaseline, roles_by_title_rules
from classifier.evaluation import Predictions, measures
from classifier.metrics import bootstrap
from classifier.training.config import CommonConfig, read_config
from classifier.training.fitting import targets_of
from classifier.training.linear import fit_svm, linear_features
from classifier.training.run import Run, prepare
from taxonomy.catalogue import load_taxonomy
from taxonomy.segment import words

IntArray = npt.NDArray[np.int64]
Learner = Callable[[Run, IntArray, IntArray], tuple[IntArray, IntArray | None]]
"""From labels to learn and labels to answer, as indices: role, and AI involvement where the system says it."""

ROWS = (
    "category accuracy",
    "role accuracy",
    "role accuracy, alternative allowed",
    "role macro-F1, 3 or more examples",
    "AI involvement accuracy",
)


def text_of(run: Run, places: IntArray) -> list[str]:
    """Title three times and description, which the folds preferred to the title once."""
    postings = run.labels.postings[places]
    return ["\n".join([run.corpus.titles[p]] * 3 + [run.corpus.descriptions[p]]) for p in postings]


def title_rules(run: Run, learnt: IntArray, asked: IntArray) -> tuple[IntArray, None]:  # noqa: ARG001 (a Learner)
    """Keywords of the title; nothing is learnt."""
    return roles_by_title_rules([run.corpus.titles[p] for p in run.labels.postings[asked]], run.space), None


def tfidf(run: Run, learnt: IntArray, asked: IntArray) -> tuple[IntArray, IntArray]:
    """TF-IDF over characters and a linear support vector machine."""
    truths = [run.labels.role[learnt], run.labels.ai[learnt]]
    role, ai = TfidfBaseline().predict(text_of(run, learnt), truths, text_of(run, asked))
    return role, ai


def svm(run: Run, learnt: IntArray, asked: IntArray) -> tuple[IntArray, IntArray]:
    """Support vector machines over 220,000 n-grams: the linear half of the teacher."""
    features = []
    for places in (learnt, asked):
        titles, descriptions, companies = (
            [text or "" for text in column] for column in run.corpus.texts(run.labels.postings[places])
        )
        features.append(linear_features(run.features.vocabularies, titles, descriptions, companies)[0])
    targets = targets_of(run.labels, run.space)[learnt]
    answers = []
    for taught in (targets.role, targets.ai):
        weights, intercepts = fit_svm(features[0], taught, 1.5, run.config.seed)
        answers.append(np.asarray((features[1] @ weights + intercepts).argmax(axis=1)))
    return answers[0], answers[1]


@cache
def segmented(text: str) -> str:
    """A text's words with blanks between them; the same postings are asked for in every fold."""
    return " ".join(words(text.lower()))


def fasttext_baseline(run: Run, learnt: IntArray, asked: IntArray) -> tuple[IntArray, IntArray]:
    """The fastText of Joulin et al. (2017) over words (jieba) and pairs of them; 100 numbers, 25 epochs."""
    import fasttext  # type: ignore[import-not-found]  # it is no dependency

    answers = []
    lessons, questions = ([segmented(text) for text in text_of(run, places)] for places in (learnt, asked))
    for truth in (run.labels.role, run.labels.ai):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            for text, label in zip(lessons, truth[learnt], strict=True):
                file.write(f"__label__{label} {text}\n")
            file.flush()
            # Of rates of 0.3, 0.5 and 1 the best on the first fold. Characters instead of words end in NaN above 0.1.
            model = fasttext.train_supervised(file.name, dim=100, epoch=25, lr=1.0, wordNgrams=2, thread=1, verbose=0)
        # The compiled half: the Python half of version 0.9.3 needs an older NumPy.
        said = [model.f.predict(text, 1, 0.0, "strict")[0][1] for text in questions]
        answers.append(np.array([int(label.removeprefix("__label__")) for label in said], dtype=np.int64))
    return answers[0], answers[1]


def answered(run: Run, learner: Learner, usable: npt.NDArray[np.bool_]) -> Predictions:
    """A learner's answers to the judging labels, fold by fold."""
    role, ai = np.zeros(len(run.labels), dtype=np.int64), np.full(len(run.labels), -1, dtype=np.int64)
    says_ai = True
    for fold in range(run.config.folds):
        asked = np.flatnonzero(run.judging & (run.folds == fold))
        of_role, of_ai = learner(run, np.flatnonzero(usable & (run.folds != fold)), asked)
        role[asked] = of_role
        if of_ai is None:
            says_ai = False
        else:
            ai[asked] = of_ai
    judged = role[run.judging]
    return Predictions(judged, run.space.category_of_role[judged], ai=ai[run.judging] if says_ai else None)


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("settings", type=Path, help="training settings, for seed, folds and vocabularies")
    parser.add_argument("--postings", type=Path, required=True, help="folder with postings.parquet")
    parser.add_argument("--labels", type=Path, required=True, action="append", help="label folder; the first judges")
    given = parser.parse_args()
    config = read_config(given.settings)
    if not isinstance(config, CommonConfig):
        parser.error(f"{given.settings} trains no text model")
    with tempfile.TemporaryDirectory() as work:
        run = prepare(config, load_taxonomy(), given.postings, given.labels, Path(work), lambda _: None)
    random = np.random.default_rng(0).random(len(run.labels))
    amounts = {
        "first folder": run.judging,
        "and a half": run.judging | (random < 0.5),
        "all": np.ones(len(run.labels), dtype=np.bool_),
    }
    systems: list[tuple[str, Learner, list[str]]] = [
        ("title rules", title_rules, ["first folder"]),
        ("TF-IDF + linear", tfidf, ["first folder", "all"]),
        ("linear half of the teacher", svm, list(amounts)),
    ]
    try:
        import fasttext  # noqa: F401 (whether it is there)
    except ImportError:
        print("fastText is not installed and is left out\n")
    else:
        systems.insert(2, ("fastText", fasttext_baseline, ["first folder", "all"]))
    print(f"| system | labels | {' | '.join(ROWS)} |\n|---|---|{'---|' * len(ROWS)}")
    for name, learner, of in systems:
        for amount in of:
            said = measures(answered(run, learner, amounts[amount]), run.judges, run.space)
            cells = [str(bootstrap(said[row], len(run.judges))) if row in said else "–" for row in ROWS]
            print(f"| {name} | {int(amounts[amount].sum()):,} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
