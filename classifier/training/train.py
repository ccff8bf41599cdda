"""`train`: from a configuration, postings and labels to a model folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from classifier.training.ai_head import train_ai_head
from classifier.training.base import read_base
from classifier.training.config import EncoderTrainingConfig, SkillsTrainingConfig, TrainingConfig, read_config
from classifier.training.continued import continue_training
from classifier.training.continued_skills import continue_skills
from classifier.training.decide import decide
from classifier.training.export import CHECKED, PackedModel, agreement, pack_model, require_agreement
from classifier.training.fitting import predict
from classifier.training.matrices import Report
from classifier.training.run import Run, ngram_encoder, prepare, teachers
from classifier.training.skills import train_skills
from classifier.training.student import students
from taxonomy.catalogue import Taxonomy, load_taxonomy


@dataclass(frozen=True)
class TrainingResult:
    """What a training run made.

    Attributes:
        folder: the model folder.
        version: of the model.
        metrics: on the folds of the training labels, each predicted by models that did not see it.
        agreement: share of postings on which the exported model answers as the network does.
    """

    folder: Path
    version: str
    metrics: dict[str, float]
    agreement: float


def train(
    config_path: Path,
    data: Path,
    labels: Sequence[Path],
    output: Path,
    work: Path,
    progress: Report,
    base: str | None = None,
    taxonomy: Taxonomy | None = None,
) -> TrainingResult:
    """Train a model and write its folder.

    Postings of dev.jsonl and their copies are left out of everything. A run that was stopped and is started again with
    the same arguments goes on after its last finished stage; an encoder also within a stage.

    Args:
        config_path: a TOML file of settings; see `config.TrainingConfig`, `config.EncoderTrainingConfig` and, for the
            confirmer of skills, `config.SkillsTrainingConfig`.
        data: a folder with postings.parquet and, if there is one, postings_without_description.parquet.
        labels: folders with train.jsonl and, if there is one, dev.jsonl. All teach; on the folds of the first
            temperatures and thresholds are chosen and the model is measured. Of two labels of a posting that of the
            first folder counts. For the confirmer of skills, folders after the first have skills.jsonl
            (`skill_labels`).
        output: the model folder to write.
        work: a folder for the results of finished stages.
        progress: takes a line about what is going on, every ten seconds.
        base: for the kind "encoder", a Hugging Face encoder (folder or name) to fine-tune instead of pre-training one;
            for the kind "ngram", the folder of a finished n-gram model to go on from, or "shipped"; for
            the kind "skills", that of a confirmer, or "shipped".
        taxonomy: the roles and industries to learn; None for the packaged ones.

    Raises:
        JobAtlasError: configuration, data or labels cannot be used, or the export differs from the network.
    """
    config = read_config(config_path)
    if isinstance(config, SkillsTrainingConfig):
        return _train_skills(config, data, labels, output, progress, taxonomy or load_taxonomy(), base)
    torch.set_num_threads(config.threads)
    taxonomy = taxonomy or load_taxonomy()
    if isinstance(config, EncoderTrainingConfig):
        # The kind "ngram" needs no transformers.
        from classifier.training.encoder.train import train_encoder

        run = prepare(config, taxonomy, data, labels, work, progress)
        packed, metrics, share = train_encoder(run, config, base)
    elif base is not None:
        start = read_base(base)
        run = prepare(config, taxonomy, data, labels, work, progress, start.vocabularies)
        packed, metrics, share = continue_training(run, config, start)
    else:
        run = prepare(config, taxonomy, data, labels, work, progress)
        packed, metrics, share = _train_ngram(run, config)
    packed.write(output)
    progress(f"wrote {packed.model.version} to {output}; it answers as the network on {share:.2%} of postings")
    return TrainingResult(output, packed.model.version, metrics, share)


def _train_skills(
    config: SkillsTrainingConfig,
    data: Path,
    labels: Sequence[Path],
    output: Path,
    progress: Report,
    taxonomy: Taxonomy,
    base: str | None,
) -> TrainingResult:
    """The confirmer of skills, new or gone on from another; its stages take less than a minute and are not stored."""
    if base is None:
        result = train_skills(config, taxonomy, data, labels, output, progress)
    else:
        result = continue_skills(config, taxonomy, data, labels, output, base, progress)
    metrics: dict[str, float] = {}
    for system, figures in result.metrics.items():
        progress(f"{system}: " + ", ".join(f"{name} {figure}" for name, figure in figures.items()))
        metrics |= {f"{system}, {name}": figure.value for name, figure in figures.items()}
    return TrainingResult(output, result.confirmer.version, metrics, result.agreement)


def _train_ngram(run: Run, config: TrainingConfig) -> tuple[PackedModel, dict[str, float], float]:
    """The n-gram network: the packed model, its metrics on the folds and its agreement with the network."""
    encoder = ngram_encoder(run)
    taught = teachers(run, encoder)
    of_students, classifier = students(run, config.student, encoder, taught)
    unseen, ai_head = train_ai_head(run, of_students)
    decided = decide(run.judged(unseen), run.judges, run.space, config.decision)
    by_teacher = run.judged(run.out_of_fold(taught, run.labels.postings))
    of_teacher = decide(by_teacher, run.judges, run.space, config.decision)
    packed = pack_model(
        classifier,
        run.features.network_vocabularies,
        ai_head,
        run.space,
        decided.temperatures,
        decided.thresholds,
        run.record({"student": decided.metrics, "teacher": of_teacher.metrics}),
        run.judged_labels(unseen, decided.temperatures),
    )
    checked = np.arange(min(CHECKED, run.corpus.described))
    exported, _ = packed.model.logits(*run.corpus.texts(checked))
    share = agreement(predict(classifier, run.features, checked), exported, run.space)
    require_agreement(share, len(checked))
    return packed, decided.metrics, share
