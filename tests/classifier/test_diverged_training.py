"""A training whose loss is no number any more ends with an error, and never as a model."""

import numpy as np
import pytest
import torch

from classifier.labels import LabelSpace
from classifier.training.ai_head import fit_ai_head
from classifier.training.config import AiHeadConfig
from classifier.training.encoder.checkpoint import Checkpoint
from classifier.training.encoder.export import same_answers
from classifier.training.encoder.loop import Loop, Schedule
from classifier.training.export import agreement
from classifier.training.train import train
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

DIVERGING = """
name = "tiny"
folds = 2
[vocabulary]
title = 60
description = 200
company = 60
network_title = 40
network_description = 100
network_company = 40
[network]
width = 8
company_width = 8
[pretraining]
epochs = 4
batch = 16
table_rate = 1e30
dense_rate = 1e30
"""


def quiet(_line):
    pass


def test_an_encoder_that_diverges_names_task_and_step_and_leaves_no_checkpoint(tmp_path):
    torch.manual_seed(0)
    module = torch.nn.Linear(3, 2)
    optimiser = torch.optim.SGD(module.parameters(), lr=1e30)
    path = tmp_path / "c.safetensors"
    checkpoint = Checkpoint(path, module, optimiser, quiet)
    loop = Loop(module, optimiser, Schedule(20, 0, 1), checkpoint, 0.0, 0, "fine-tuning, final", "postings", quiet)
    with pytest.raises(JobAtlasError, match=r"^fine-tuning, final, step \d+: the loss is (nan|inf).*Lower .*`rate`"):
        loop.run(lambda _step, _random: iter([(module(torch.ones(1, 3)).square().square().sum(), 1)]))
    for weights in tmp_path.iterdir():
        checkpoint.restore()
        assert all(torch.isfinite(parameter).all() for parameter in module.parameters()), weights


def test_an_ngram_network_that_diverges_is_not_written(written_material, tmp_path):
    (tmp_path / "train.toml").write_text(DIVERGING, encoding="utf-8")
    folders = written_material.data, [written_material.labels], tmp_path / "model", tmp_path / "work"
    with pytest.raises(JobAtlasError, match=r"^pre-training, step \d+: the loss is (nan|inf).*`dense_rate`"):
        train(tmp_path / "train.toml", *folders, quiet)
    assert not (tmp_path / "model").exists()
    assert not list((tmp_path / "work").glob("encoder-*"))


def test_a_head_for_ai_involvement_that_diverges_is_refused():
    random = np.random.default_rng(0)
    inputs = random.normal(size=(64, 10)).astype(np.float32)
    targets = np.eye(4, dtype=np.float32)[random.integers(0, 4, 64)]
    with pytest.raises(JobAtlasError, match=r"^head for AI involvement, step \d+: the loss is (nan|inf)"):
        fit_ai_head(inputs, targets, AiHeadConfig(rate=1e30), seed=0)


def test_scores_that_are_no_numbers_agree_with_nothing():
    space = LabelSpace.of_taxonomy(load_taxonomy())
    nothing = {
        head: np.full((10, width), np.nan, dtype=np.float32)
        for head, width in (("role", len(space.roles)), ("ai", 4), ("industry", len(space.industries)))
    }
    assert same_answers(nothing, nothing) == {"role": 0.0, "ai": 0.0, "industry": 0.0}
    assert agreement(nothing, nothing, space) == 0.0
    numbers = {head: np.zeros_like(scores) for head, scores in nothing.items()}
    one_lost = numbers | {"industry": numbers["industry"].copy()}
    one_lost["industry"][3, 5] = np.inf
    assert same_answers(one_lost, one_lost) == {"role": 1.0, "ai": 1.0, "industry": 0.9}
    assert agreement(one_lost, one_lost, space) == 0.9
