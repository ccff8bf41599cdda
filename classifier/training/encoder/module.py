"""An encoder with heads for role, AI involvement and industry, and the n-gram network beside it."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from classifier.labels import AI_INVOLVEMENT, LabelSpace
from classifier.training.encoder.base import Base
from classifier.training.encoder_config import FinetuningConfig
from classifier.training.network import BagTensors, Classifier

_LAYER = re.compile(r"\blayers?\.(\d+)\.")


class PostingClassifier(nn.Module):
    """Logits are those of the encoder plus those of the n-gram network (Cheng et al. 2016, "Wide & Deep Learning").

    Args:
        base: the encoder to read with; trained in place.
        space: the labels of the heads.
        dropout: of the posting's vector.
        wide: the n-gram network, or None.
    """

    def __init__(self, base: Base, space: LabelSpace, dropout: float, wide: Classifier | None) -> None:
        super().__init__()
        self.encoder = base.encoder
        self.dropout = nn.Dropout(dropout)
        self.role = nn.Linear(2 * base.width, len(space.roles))
        self.ai = nn.Linear(2 * base.width, len(AI_INVOLVEMENT))
        self.industry = nn.Linear(2 * base.width, len(space.industries))
        self.wide = wide

    def deep(self, tokens: torch.Tensor, filled: torch.Tensor | None) -> tuple[torch.Tensor, ...]:
        """The encoder's logits, in the order of HEADS.

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

    def forward(
        self, tokens: torch.Tensor, filled: torch.Tensor | None, bags: Sequence[BagTensors]
    ) -> tuple[torch.Tensor, ...]:
        """Logits in the order of HEADS, [batch, classes] each.

        Args:
            tokens: [batch, tokens].
            filled: which of them are no padding, [batch, tokens]; None where all are.
            bags: n-grams of title, description and company name; not read without an n-gram network.
        """
        logits = self.deep(tokens, filled)
        if self.wide is None:
            return logits
        with torch.autocast(tokens.device.type, enabled=False):
            wide = self.wide(*bags)
        return tuple(one.float() + other for one, other in zip(logits, wide, strict=True))

    def optimisers(self, settings: FinetuningConfig) -> list[torch.optim.Optimizer]:
        """Adam for each part: lower layers of the encoder learn more slowly, heads and n-gram tables faster."""
        depth = {
            name: int(found[1]) + 1 for name, _ in self.encoder.named_parameters() if (found := _LAYER.search(name))
        }
        top = max(depth.values(), default=0) + 1
        groups: list[dict[str, object]] = []
        for name, parameter in self.encoder.named_parameters():
            below = top - depth.get(name, 0 if "embed" in name else top)
            groups.append(_group(parameter, settings.rate * settings.layer_decay**below, settings))
        tables = self.wide.encoder.tables() if self.wide is not None else []
        of_tables = {id(table) for table in tables}
        for part in (self.role, self.ai, self.industry, self.wide):
            if part is not None:
                layers = [one for one in part.parameters() if id(one) not in of_tables]
                groups += [_group(parameter, settings.head_rate, settings) for parameter in layers]
        optimisers: list[torch.optim.Optimizer] = [torch.optim.AdamW(groups)]
        if tables:
            optimisers.append(torch.optim.SparseAdam(tables, lr=settings.table_rate))
        return optimisers


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
