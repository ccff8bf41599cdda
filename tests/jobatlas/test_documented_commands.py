"""Every `jobatlas` command and option that the documentation names exists, and every one that exists is documented."""

import functools
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from jobatlas.cli import COMMANDS, jobatlas

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


PROGRAMS = r"(jobatlas|make|python -m crawler\.board|python benchmarks/\w+\.py)"


def invocations():
    """(page, words) of every command line in a code block, an indented line or inline code of the documentation."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        blocks = re.findall(r"```[a-z]*\n(.*?)```", text, flags=re.DOTALL)
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
        lines += [line.strip() for line in prose.splitlines() if line.startswith("    ")]
        lines += [line for line, _ in re.findall(rf"`({PROGRAMS} [^`\n]+)`", prose)]
        for line in lines:
            line = re.sub(r"^[./\w-]*\.venv/bin/", "", line)
            if re.match(rf"{PROGRAMS} ", line):
                yield pytest.param(shlex.split(line, comments=True), id=f"{page.relative_to(ROOT)}: {line[:60]}")


def options_of(command):
    return {name for param in command.params for name in param.opts + param.secondary_opts} | {"--help", "-h"}


@functools.cache
def help_of(*program):
    return subprocess.run([sys.executable, *program, "--help"], cwd=ROOT, capture_output=True, text=True).stdout


@pytest.mark.parametrize("words", list(invocations()))
def test_a_documented_command_line_names_what_exists(words):
    program, *arguments = words
    used = {word.split("=")[0] for word in arguments if word.startswith("--")}
    if program == "make":
        assert set(arguments) <= MAKE_TARGETS
    elif program == "python":
        script = arguments[:2] if arguments[0] == "-m" else arguments[:1]
        assert all(option in help_of(*script) for option in used), words
    elif arguments[0] in COMMANDS:
        command = jobatlas.get_command(click.Context(jobatlas), arguments[0])
        if isinstance(command, click.Group) and arguments[1:2] and arguments[1] in command.commands:
            command = command.commands[arguments[1]]
        assert used <= options_of(command)
    else:
        assert arguments[0] in {"--help", "--version", "--debug", "...", "COMMAND"}, words


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_is_in_the_command_reference(name):
    command = jobatlas.get_command(click.Context(jobatlas), name)
    shown = command.get_help(click.Context(command, info_name=name))
    assert f"\n      jobatlas {name}" in shown, "the help shows no example on a line of its own"
    reference = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"## jobatlas {name}" in reference
    section = reference.split(f"## jobatlas {name}")[1].split("\n## ")[0]
    subcommands = command.commands.values() if isinstance(command, click.Group) else ()
    options = set().union(*(options_of(one) for one in (command, *subcommands)))
    missing = {opt for opt in options if opt.startswith("--")} - {"--help"} - set(re.findall(r"--[a-z-]+", section))
    assert not missing
    assert all(param.help for param in command.params if isinstance(param, click.Option))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        linked = page.parent / name if name else page
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), flags=re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, target
