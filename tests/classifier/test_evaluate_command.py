import json

from jobatlas.cli import run_command_line


def evaluated(material, labels, capsys):
    assert run_command_line(["evaluate", "--labels", str(labels), "--postings", str(material.data)]) == 0
    return capsys.readouterr()


def test_skills_that_the_vocabulary_lacks_are_told_and_do_not_stop_the_measuring(written_material, tmp_path, capsys):
    rows = [
        json.loads(line)
        for line in (written_material.labels / "dev.jsonl").read_text(encoding="utf-8").split("\n")
        if line
    ]
    path = tmp_path / "dev.jsonl"

    def write(skills):
        lines = [json.dumps(row | {"skills": given}) for row, given in zip(rows, skills, strict=False)]
        path.write_text("\n".join(lines), encoding="utf-8")

    write([["Jawa", "Java"], ["Jawa"], ["Pyton", "a", "b", "c", "d"], []])
    shown = evaluated(written_material, path, capsys)
    assert "7 skills of the labels are not in the vocabulary and count as missed: Jawa (2), Pyton (1)," in shown.err
    assert " and others. Correct their names" in shown.err
    assert "on 4 labelled postings" in shown.out
    write([["Java"], [], [], []])
    assert "vocabulary" not in evaluated(written_material, path, capsys).err


def test_a_baseline_without_anything_to_learn_from_is_one_line(written_material, capsys):
    dev = str(written_material.labels / "dev.jsonl")
    arguments = ["evaluate", "--labels", dev, "--postings", str(written_material.data), "--train-labels", dev]
    assert run_command_line(arguments) == 1
    message = capsys.readouterr().err
    assert "error: the TF-IDF baseline cannot learn from 0 training labels" in message
    assert "of other postings than the measured ones" in message
