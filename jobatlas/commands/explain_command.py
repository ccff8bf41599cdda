"""`jobatlas explain`: what the model says of one posting, and which words make it say so."""

import sys
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
from rich.text import Text

from classifier.explain import RoleExplanation, explain_roles
from classifier.labeller import Labeller
from classifier.labels import AI_INVOLVEMENT
from classifier.model import Probabilities
from jobatlas import console, exit_codes
from postings.schema import labelled_text
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

LONGEST_TITLE = 60
"""A single line longer than this is taken for a description."""

_WORDS = 12
_INDUSTRIES = 3
_STRONG = 1.0
"""A weight of 1 multiplies the odds of the role by 2.7; from here on words are shown bold."""

_FOR, _AGAINST, _SKILL = "green", "red", "underline"


@click.command("explain")
@click.argument("text", required=False)
@click.option("--title", help="Title of the posting.")
@click.option("--description", help="Its description.")
@click.option("--company", help="Name of its company, which may tell the industry.")
@click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Text file (UTF-8) with the posting, its title in the first line; - for standard input.",
)
@click.option(
    "--model", type=click.Path(file_okay=False, path_type=Path), help="Model folder. Default: the shipped model."
)
def command(
    text: str | None,
    title: str | None,
    description: str | None,
    company: str | None,
    path: Path | None,
    model: Path | None,
) -> int:
    """Show the labels of one posting with their probabilities, and the words that carried its role.

    TEXT is the posting, its title in the first line; a single long line is a description. A word's weight is the
    change of the role's log-odds when the word is blanked and the posting read again. Weights do not add up.

    \b
    Examples:
        jobatlas explain 大模型算法工程师
        jobatlas explain --title 产品经理 --description "负责大模型产品的规划和落地" --company 某某科技
        jobatlas explain --file posting.txt
    """
    title, description = _posting(text, title, description, path)
    labeller = Labeller.load(model)
    batch = pa.RecordBatch.from_pydict({"title": [title], "description": [description], "company": [company]})
    (row,) = labeller.label(batch).to_pylist()
    probabilities = labeller.model.probabilities([title], [description], [company])
    if not probabilities.readable[0]:
        raise JobAtlasError("the posting has no letter in title and description: there is nothing to explain.")
    (explanation,) = explain_roles(labeller.model, [title], [description], [company])
    _show_labels(row, probabilities, labeller)
    _show_words(explanation, labeller)
    _show_skills(row)
    console.say()
    console.show(marked(labelled_text(title, description), row, explanation))
    return exit_codes.DONE


def _posting(
    text: str | None, title: str | None, description: str | None, path: Path | None
) -> tuple[str | None, str | None]:
    """Title and description, from whichever way they were given."""
    given = [text is not None, title is not None or description is not None, path is not None]
    if sum(given) != 1:
        raise click.UsageError("give the posting in one way: TEXT, --title and --description, or --file")
    if title is not None or description is not None:
        return title, description
    if path is not None:
        text = _read(path)
    first, _, rest = (text or "").strip().partition("\n")
    if not rest and len(first) > LONGEST_TITLE:
        return None, first
    return first, rest


def _read(path: Path) -> str:
    try:
        return sys.stdin.buffer.read().decode() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise JobAtlasError(f"{path}: cannot be read ({error.strerror}). Name an existing text file.") from error
    except UnicodeDecodeError as error:
        raise JobAtlasError(f"{path}: is not UTF-8 at byte {error.start}. Save it as UTF-8.") from error


def _show_labels(row: dict[str, Any], probabilities: Probabilities, labeller: Labeller) -> None:
    taxonomy = load_taxonomy()
    category = taxonomy.category(row["category"])
    candidates = ", ".join(
        f"{taxonomy.role(candidate['role']).zh} {candidate['probability']:.2f}" for candidate in row["role_candidates"]
    )
    role = f"{taxonomy.role(row['role']).zh} ({row['role']})" if row["role"] else "left open: no role is sure enough"
    review = "; needs review" if row["needs_review"] else ""
    degrees = ", ".join(
        f"{degree} {probability:.2f}" for degree, probability in zip(AI_INVOLVEMENT, probabilities.ai[0], strict=True)
    )
    rows: list[list[object]] = [
        ["role", role, candidates],
        ["category", f"{category.zh} ({category.id})", f"{row['category_confidence']:.2f}{review}"],
        ["industry", _industry(row), _industries(probabilities, labeller)],
        ["AI involvement", row["ai_involvement"], degrees],
        ["model", labeller.model_version, ""],
    ]
    console.table(["label", "answer", "probabilities"], rows)


def _industry(row: dict[str, Any]) -> str:
    if row["industry"] is None:
        return "unknown: none is sure enough"
    source = {"company": "by the company's name", "model": "by the model"}[row["industry_source"]]
    return f"{load_taxonomy().industry(row['industry']).zh} ({row['industry']}), {source}"


def _industries(probabilities: Probabilities, labeller: Labeller) -> str:
    of_model = probabilities.industry[0]
    best = (-of_model).argsort(kind="stable")[:_INDUSTRIES]
    ids = labeller.model.labels.industries
    return ", ".join(f"{load_taxonomy().industry(ids[place]).zh} {of_model[place]:.2f}" for place in best)


def _show_words(explanation: RoleExplanation, labeller: Labeller) -> None:
    role = load_taxonomy().role(labeller.model.labels.roles[explanation.role]).zh
    console.say()
    words = explanation.strongest(_WORDS)
    if not words:
        console.say(f"No single word matters to {role} ({explanation.probability:.2f}).")
        return
    rows: list[list[object]] = [
        [word.word, f"{word.weight:+.2f}", f"{explanation.probability:.2f} -> {word.probability:.2f}", len(word.spans)]
        for word in words
    ]
    console.table([f"word, for {role}", "weight", "probability without it", "times"], rows)


def _show_skills(row: dict[str, Any]) -> None:
    spans: dict[str, list[str]] = {}
    for span in row["skill_evidence"]:
        spans.setdefault(span["skill"], []).append(f"{span['start']}-{span['end']}")
    console.say()
    if not spans:
        console.say("No skill of the vocabulary is named.")
        return
    console.table(["skill", "characters"], [[skill, ", ".join(places)] for skill, places in spans.items()])


def marked(text: str, row: dict[str, Any], explanation: RoleExplanation) -> Text:
    """The posting: words for its role green, against it red, strong ones bold, skills underlined.

    Empty lines before and after it are left out.

    Args:
        text: `postings.schema.labelled_text` of the posting, to which all places refer.
        row: its labels.
        explanation: of its role.
    """
    shift = len(text) - len(text.lstrip("\n"))
    shown = Text(text.strip("\n"))
    for word in explanation.strongest(_WORDS):
        style = f"{'bold ' if abs(word.weight) >= _STRONG else ''}{_FOR if word.weight > 0 else _AGAINST}"
        for start, end in word.spans:
            shown.stylize(style, start - shift, end - shift)
    for span in row["skill_evidence"]:
        shown.stylize(_SKILL, span["start"] - shift, span["end"] - shift)
    return shown
