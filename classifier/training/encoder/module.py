"""An encoder with heads for role, AI involvement and industry."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from classifier.labels import AI_INVOLVEMENT, LabelSpace
from classifier.training.encoder.base import Base
from classifier.training.encoder_config import FinetuningConfig

_LAYER = re.compile(r"\blayers?\.(\d+)\.")


class PostingClassifier(nn.Module):
    """An encoder and a linear layer for each head, which reads the mean of all tokens beside the first one.

    Args:
        base: the encoder to read with; trained in place.
        space: the labels of the heads.
        dropout: of the posting's vector.
    """

    def __init__(self, base: Base, space: LabelSpace, dropout: float) -> None:
        super().__init__()
        self.encoder = base.encoder
        self.dropout = nn.Dropout(dropout)
        self.role = nn.Linear(2 * base.width, len(space.roles))
        self.ai = nn.Linear(2 * base.width, len(AI_INVOLVEMENT))
        self.industry = nn.Linear(2 * base.width, len(space.industries))

    def forward(self, tokens: torch.Tensor, filled: torch.Tensor | None) -> tuple[torch.Tensor, ...]:
        """Logits in the order of HEADS, [batch, classes] each.

        Args:
            tokens: [batch, tokens].
            filled: which of them are no padding, [batch, tokens]; None where all are.
        """
        hidden = self.encoder(input_ids=tokens, attention_mask=filled).last_hidden_state
        if filled is None:
            mean = hidden.mean(dim=1)
        else:
            weights = filled[:, :, None].to(hidden.dtype)
            mean = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
        vector = self.dropout(torch.cat([mean, hidden[:, 0]], dim=1))
        return self.role(vector), self.ai(vector), self.industry(vector)

    def optimiser(self, settings: FinetuningConfig) -> torch.optim.Optimizer:
        """Adam: lower layers of the encoder learn more slowly, heads faster."""
        depth = {
            name: int(found[1]) + 1 for name, _ in self.encoder.named_parameters() if (found := _LAYER.search(name))
        }
        top = max(depth.values(), default=0) + 1
        groups: list[dict[str, object]] = []
        for name, parameter in self.encoder.named_parameters():
            below = top - depth.get(name, 0 if "embed" in name else top)
            groups.append(_group(parameter, settings.rate * settings.layer_decay**below, settings))
        for head in (self.role, self.ai, self.industry):
            groups += [_group(parameter, settings.head_rate, settings) for parameter in head.parameters()]
        return torch.optim.AdamW(groups)


def _group(parameter: nn.Parameter, rate: float, settings: FinetuningConfig) -> dict[str, object]:
    decay = settings.weight_decay if parameter.dim() > 1 else 0.0
    return {"params": [parameter], "lr": rate, "weight_decay": decay}


def padded(
    texts: Sequence[npt.NDArray[np.int64]], padding: int, where: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens of some postings as one tensor, and which are no padding, [postings, longest] each."""
    longest = max(len(text) for text in texts)
    tokens = np.full((len(texts), longest), padding, dtype=np.int64)
    filled = np.zeros((len(texts), longest), dtype=np.int64)
    for row, text in enumerate(texts):
        tokens[row, : len(text)], filled[row, : len(text)] = text, 1
    return torch.from_numpy(tokens).to(where), torch.from_numpy(filled).to(where)
