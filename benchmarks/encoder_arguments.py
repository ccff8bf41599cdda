"""The arguments that the benchmarks about encoders have in common."""

import argparse
from pathlib import Path

import torch

from classifier.training.config import EncoderTrainingConfig, read_config


def parse(parser: argparse.ArgumentParser) -> tuple[argparse.Namespace, EncoderTrainingConfig]:
    """The arguments, a benchmark's own among them, and the settings; torch is set to the threads that are asked for.

    Args:
        parser: with the benchmark's own arguments.
    """
    parser.add_argument("settings", type=Path, help="training settings of the kind encoder")
    parser.add_argument("--postings", type=Path, required=True, help="folder with postings.parquet")
    parser.add_argument("--labels", type=Path, required=True, action="append", help="label folder; may be given again")
    parser.add_argument("--work", type=Path, required=True, help="work folder of `jobatlas train`, or a new one")
    parser.add_argument("--threads", type=int, default=1, help="of the processor")
    given = parser.parse_args()
    config = read_config(given.settings)
    if not isinstance(config, EncoderTrainingConfig):
        parser.error(f"{given.settings} trains no encoder")
    torch.set_num_threads(given.threads)
    return given, config
