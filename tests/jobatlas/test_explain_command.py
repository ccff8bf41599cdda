import io
import os
import pty
import subprocess
import sys
from types import SimpleNamespace

import pytest

from classifier.explain import RoleExplanation, WordWeight
from jobatlas.cli import run_command_line
from jobatlas.commands.explain_command import marked
from postings.schema import labelled_text

POSTING = "Java开发工程师\n负责交易系统的服务端开发。\n要求：精通Java和Spring，熟悉JVM。"


def test_the_labels_words_and_skills_of_a_posting_are_shown_plainly_in_a_pipe(capsys):
    assert run_command_line(["explain", POSTING]) == 0
    shown = capsys.readouterr().out
    assert "Java (java)" in shown
    assert "开发工程师类 (development)" in shown
    assert "core 0." in shown
    assert "word, for Java" in shown
    assert "\x1b" not in shown
    java = next(line for line in shown.splitlines() if line.startswith("Java  "))
    assert java.split()[1].startswith("+")
    assert "Spring" in shown.split("characters")[1]
    assert shown.rstrip().endswith(POSTING)


def test_every_way_of_giving_a_posting_says_the_same(tmp_path, monkeypatch, capsys):
    path = tmp_path / "posting.txt"
    path.write_bytes(b"\xef\xbb\xbf" + POSTING.encode())
    title, _, description = POSTING.partition("\n")
    shown = []
    for arguments in (
        [POSTING],
        ["--title", title, "--description", description],
        ["--file", str(path)],
        ["--file", "-"],
    ):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(POSTING.encode())))
        assert run_command_line(["explain", *arguments]) == 0
        shown.append(capsys.readouterr().out)
    assert len(set(shown)) == 1


def test_a_long_single_line_is_a_description_and_offsets_fit_what_is_shown(capsys):
    text = "负责交易系统的服务端开发，" * 5 + "精通Java和Spring。"
    assert run_command_line(["explain", text]) == 0
    by_text = capsys.readouterr().out
    assert run_command_line(["explain", "--description", text]) == 0
    assert capsys.readouterr().out == by_text
    assert by_text.rstrip().endswith(text)


@pytest.mark.parametrize("before", ["", "\n", "\n\n\n"])
@pytest.mark.parametrize("title", [None, "后端"])
def test_marks_stand_on_the_words_however_many_lines_are_empty_before(title, before):
    body = f"{before}负责交易系统，精通Java"
    text = labelled_text(title, body)
    start = text.index("Java")
    found = RoleExplanation(0, 0.9, (WordWeight("Java", 2.0, 0.5, ((start, start + 4),)),))
    skills = {"skill_evidence": [{"skill": "Java", "start": start, "end": start + 4}]}
    shown = marked(text, skills, found)
    assert not shown.plain.startswith("\n")
    assert [(shown.plain[span.start : span.end], span.style) for span in shown.spans] == [
        ("Java", "bold green"),
        ("Java", "underline"),
    ]


def test_a_company_that_is_known_tells_the_industry(capsys):
    assert run_command_line(["explain", "Java开发工程师", "--company", "米哈游"]) == 0
    assert "游戏 (games), by the company's name" in capsys.readouterr().out


def test_a_terminal_gets_colours():
    master, slave = pty.openpty()
    program = [sys.executable, "-m", "jobatlas", "explain", POSTING]
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "120"}
    with subprocess.Popen(program, stdout=slave, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(slave)
        shown = b""
        try:
            while chunk := os.read(master, 65536):
                shown += chunk
        except OSError:  # the other end is closed: how a pseudo-terminal ends on Linux
            pass
    os.close(master)
    assert process.returncode == 0
    # The first Java of the text: a word for the role (green) that is a skill (underlined).
    assert "\x1b[1;4;32mJava\x1b[0m" in shown.decode() or "\x1b[4;32mJava\x1b[0m" in shown.decode()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "in one way"),
        (["Java", "--title", "Java"], 2, "in one way"),
        (["--file", "none.txt"], 1, "cannot be read"),
        (["。。"], 1, "no letter"),
        ([""], 1, "no letter"),
    ],
)
def test_a_posting_that_cannot_be_explained_says_why(arguments, code, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_command_line(["explain", *arguments]) == code
    assert message in capsys.readouterr().err
