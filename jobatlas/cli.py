"""The command `jobatlas`: finds the sub-command, runs it, and turns failures into one line and an exit code."""

import importlib
import os
import sys

import click
from rich.console import Console
from rich.text import Text

from jobatlas import exit_codes
from taxonomy.errors import JobAtlasError

COMMANDS = {
    "run": "Crawl, mark copies, classify and report in one go.",
    "crawl": "Gather postings from sources into the dataset.",
    "import": "Bring a dump (CSV, Excel, JSON, Parquet) or saved pages of a job site into the dataset.",
    "dedupe": "Mark postings that are copies of others.",
    "classify": "Label a dataset or a single file.",
    "report": "Turn labelled postings into tables, charts and one HTML page.",
    "explain": "Show what the model says of one posting, and which words make it say so.",
    "sources": "List the sources that exist and what they give.",
    "review": "Have people read what the model is unsure of, and learn from their answers.",
    "train": "Train a model from a configuration and labelled postings.",
    "evaluate": "Measure a model on labelled postings, beside the baselines, or beside another model.",
}
"""Name -> what it does. Listed in the order in which a newcomer needs them."""


class _Commands(click.Group):
    """A group whose commands are imported only when called: `--help` loads neither Scrapy nor ONNX Runtime."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"jobatlas.commands.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="job-atlas", prog_name="jobatlas")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an unexpected failure.")
def jobatlas() -> None:
    """Job postings from the Chinese recruiting web, classified and turned into labour-market tables.

    \b
    Try it on the bundled local job board, without any network:
        jobatlas run
    Classify a dump that you already hold:
        jobatlas classify postings.csv --output labelled.parquet

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part (the summary says what is missing).
    """


def main() -> None:
    """Entry point of the console script; never returns."""
    sys.exit(run_command_line(sys.argv[1:]))


def run_command_line(arguments: list[str]) -> int:
    """Run one command line and return its exit code, with every failure shown as one line on standard error."""
    try:
        result = jobatlas.main(arguments, prog_name="jobatlas", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return exit_codes.WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped on request; what was finished is kept, the same command goes on from there")
        return exit_codes.FAILED
    except JobAtlasError as error:
        _fail(str(error))
        return exit_codes.FAILED
    except BrokenPipeError:
        # The reader of our output went away (`jobatlas sources | head`): nothing to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.FAILED
    except Exception as error:
        if "--debug" in arguments:
            raise
        detail = str(error).splitlines()[0] if str(error) else "no message"
        _fail(f"unexpected {type(error).__name__}: {detail} (run again as `jobatlas --debug ...` for the details)")
        return exit_codes.FAILED
    return result if isinstance(result, int) else exit_codes.DONE


def _fail(message: str) -> None:
    Console(stderr=True).print(Text(f"error: {message}", style="red"), soft_wrap=True)
