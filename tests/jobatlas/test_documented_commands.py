"""Every `jobatlas` command and option that the documentation names exists, and every one that exists is documented."""

import re
import shlex
from pathlib import Path

import click
import pytest

from jobatlas.cli import COMMANDS, jobatlas

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


def invocations():
    """(page, words) of every command line in a code block or inline code of the documentation."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        blocks = re.findall(r"```[a-z]*\n(.*?)```", text, flags=re.DOTALL)
        inline = re.findall(r"`((?:jobatlas|make) [^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
        lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()] + inline
        for line in lines:
            line = re.sub(r"^[./\w-]*\.venv/bin/", "", line)
            if re.match(r"(jobatlas|make) ", line):
                yield pytest.param(shlex.split(line, comments=True), id=f"{page.relative_to(ROOT)}: {line[:60]}")


def options_of(command):
    return {name for param in command.params for name in param.opts + param.secondary_opts} | {"--help", "-h"}


@pytest.mark.parametrize("words", list(invocations()))
def test_a_documented_command_line_names_what_exists(words):
    program, *arguments = words
    if program == "make":
        assert set(arguments) <= MAKE_TARGETS
        return
    assert arguments[0] in {*COMMANDS, "--help", "--version", "--debug", "...", "COMMAND"}, arguments
    if arguments[0] not in COMMANDS:
        return
    command = jobatlas.get_command(click.Context(jobatlas), arguments[0])
    used = {word.split("=")[0] for word in arguments[1:] if word.startswith("-") and word != "-"}
    assert used <= options_of(command)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_is_in_the_command_reference(name):
    command = jobatlas.get_command(click.Context(jobatlas), name)
    shown = command.get_help(click.Context(command, info_name=name))
    assert f"\n      jobatlas {name}" in shown, "the help shows no example on a line of its own"
    reference = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"## jobatlas {name}" in reference
    section = reference.split(f"## jobatlas {name}")[1].split("\n## ")[0]
    missing = {opt for opt in options_of(command) if opt.startswith("--")} - {"--help"} - set(re.findall(r"--[a-z-]+", section))
    assert not missing
    assert all(param.help for param in command.params if isinstance(param, click.Option))
