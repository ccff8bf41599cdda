"""`python -m jobatlas` is `jobatlas`."""

from jobatlas.cli import main

main()
