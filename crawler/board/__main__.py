"""`python -m crawler.board`: the board as a program of its own."""

import contextlib
from pathlib import Path

import click

from crawler.board.faults import Faults
from crawler.board.generate import recombine
from crawler.board.server import Board
from crawler.board.store import written_postings
from taxonomy.errors import JobAtlasError

_SHARE = click.FloatRange(0, 1)


@click.command(epilog="Example: python -m crawler.board --port 8000 --count 5000 --error-share 0.05")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free port.")
@click.option("--count", type=click.IntRange(1), help="Recombine the written postings until there are so many.")
@click.option("--seed", type=int, default=0, show_default=True, help="Chooses what is recombined and what goes wrong.")
@click.option("--latency", type=click.FloatRange(0), default=0.0, help="Seconds that every answer waits.")
@click.option("--error-share", type=_SHARE, default=0.0, help="Share of pages that answer HTTP 503 at first.")
@click.option("--truncate-share", type=_SHARE, default=0.0, help="Share of pages whose first answer breaks off.")
@click.option("--throttle-every", type=click.IntRange(0), default=0, help="One request of so many gets HTTP 429.")
@click.option("--retry-after", type=click.IntRange(0), default=1, show_default=True, help="Seconds that 429 asks for.")
@click.option("--challenge-after", type=click.IntRange(0), default=0, help="From this request on, a challenge page.")
@click.option("--closed-share", type=_SHARE, default=0.0, help="Share of postings that are closed (HTTP 410).")
@click.option("--log", type=click.Path(dir_okay=False, path_type=Path), help="File to which every request is added.")
def main(
    port: int,
    count: int | None,
    seed: int,
    latency: float,
    error_share: float,
    truncate_share: float,
    throttle_every: int,
    retry_after: int,
    challenge_after: int,
    closed_share: float,
    log: Path | None,
) -> None:
    """Serve the demo job board on this machine until Ctrl-C."""
    faults = Faults(
        latency_seconds=latency,
        error_share=error_share,
        truncate_share=truncate_share,
        throttle_every=throttle_every,
        retry_after_seconds=retry_after,
        challenge_after=challenge_after,
        closed_share=closed_share,
        seed=seed,
    )
    try:
        written = written_postings()
        postings = written if count is None else recombine(written, count, seed)
        board = Board(postings, port, faults, log)
    except JobAtlasError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port} ({error.strerror}): choose another --port") from error
    click.echo(f"{len(postings)} postings at {board.url}/jobs")
    with contextlib.suppress(KeyboardInterrupt):
        board.serve_forever()
    board.server_close()


if __name__ == "__main__":
    main()
