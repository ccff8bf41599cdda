"""The benchmarks that train: other encoders, and new roles, from nothing to their tables, on the written postings."""

import re
import runpy
import sys
from itertools import chain
from math import log
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
TINY = Path(__file__).parent / "tiny_encoder.toml"


@pytest.fixture
def run(monkeypatch, capsys):
    def run(script, *arguments):
        monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
        monkeypatch.syspath_prepend(BENCHMARKS)
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
        status = 0
        try:
            runpy.run_path(str(BENCHMARKS / script), run_name="__main__")
        except SystemExit as ended:
            status = ended.code
        return status, capsys.readouterr()

    return run


def rows_of(shown):
    """The rows of the tables by name, a list of values each; those of a name follow one another."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown.splitlines() if line[:2] == "| "]
    shown = [(name, [float(value.split()[0]) for value in values if "[" in value]) for name, *values in cells]
    return [(name, values) for name, values in shown if values]


def test_encoders_are_tried_side_by_side(run, written_material, tmp_path):
    given = [TINY, "--postings", written_material.data, "--labels", written_material.labels]
    given += ["--work", tmp_path / "work"]
    status, shown = run("replaced_tokens.py", *given, "--output", tmp_path / "other")
    assert status == 0
    small, share, large = map(float, re.search(r"loss ([\d.]+); of ([\d.]+)% .* loss ([\d.]+)", shown.out).groups())
    # So little training teaches how many tokens are replaced, and which words are frequent.
    assert 5 < share < 25
    assert large < 0.6  # a coin has log 2, which is 0.693
    assert small < log(500)
    trials = [
        ["--trial", "replaced", f"encoder={tmp_path / 'other'}"],
        ["--trial", "one layer", "layers=1"],
        ["--trial", "not pre-trained", "untrained"],
        ["--trial", "the same again", "finetuning.epochs=4"],
        ["--trial", "learns nothing", "finetuning.rate=0", "finetuning.head_rate=0"],
    ]
    few = ["--learn", "70", "--ask", "60"]
    status, shown = run("encoder_trials.py", *given, *few, *chain(*trials))
    assert status == 0
    rows = rows_of(shown.out)
    names = ["as set", *(trial[1] for trial in trials)]
    assert [name for name, _ in rows] == ["n-grams alone", *names, *names[1:]]
    figures = dict(rows[: len(names) + 1])
    assert figures["as set"][1] > figures["learns nothing"][1] + 0.15
    assert figures["the same again"] == figures["as set"]
    differences = dict(rows[len(names) + 1 :])
    assert differences["the same again"] == [0.0] * 7
    assert differences["learns nothing"][1] == pytest.approx(
        figures["learns nothing"][1] - figures["as set"][1], abs=0.0011
    )
    # What was tried is not tried again.
    status, again = run("encoder_trials.py", *given, *few, *trials[0])
    assert status == 0
    assert "replaced: step" in shown.out
    assert "replaced: step" not in again.out
    assert rows_of(again.out)[1] == rows[1]


@pytest.mark.parametrize("wrong", ["finetuning.speed=2", "masked.rate=1", "layers=two"])
def test_a_setting_that_is_none_is_refused(run, written_material, tmp_path, wrong):
    given = [TINY, "--postings", written_material.data, "--labels", written_material.labels]
    status, shown = run("encoder_trials.py", *given, "--work", tmp_path, "--trial", "other", wrong)
    assert status == 2
    assert "--trial" in shown.err
    assert wrong.partition("=")[2] in shown.err
    assert not list(tmp_path.iterdir())


def test_a_role_that_was_taken_out_is_learnt_again(run, written_material, tmp_path):
    settings = tmp_path / "going-on.toml"
    settings.write_text('name = "mine"\nfolds = 2\n[continued]\nepochs = 4\nunlabelled = 50\n', encoding="utf-8")
    given = ["--postings", written_material.data, "--labels", written_material.labels]
    status, shown = run("new_role.py", settings, *given, "--role", "data_annotator", "--count", "12")
    assert status == 0
    ((name, (precision, recall, others, before)),) = [
        (name, values[-4:]) for name, values in rows_of(shown.out.replace("| 12 |", "|"))
    ]
    assert name == "data_annotator"
    assert min(precision, recall, others, before) > 0.5
