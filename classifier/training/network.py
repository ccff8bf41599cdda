"""The network: bags of n-grams to vectors, one hidden layer, and linear heads. The same shape is shipped as ONNX."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from classifier.training.config import NetworkConfig
from classifier.vocabulary import WeightedBags

NORM_EPSILON = 1e-5
"""Of both layer norms; the exported graph uses the same."""

BagTensors = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Rows, weights and offsets of a minibatch, as EmbeddingBag takes them."""


@dataclass(frozen=True)
class TableSizes:
    """Rows of the three embedding tables, the padding row among them."""

    title: int
    description: int
    company: int


class Encoder(nn.Module):
    """Title and description to one vector; the company name to another, which only industry heads see."""

    def __init__(self, sizes: TableSizes, shape: NetworkConfig) -> None:
        super().__init__()
        self.title = self._table(sizes.title, shape.width)
        self.description = self._table(sizes.description, shape.width)
        self.company = self._table(sizes.company, shape.company_width)
        self.norm = nn.LayerNorm(shape.width, eps=NORM_EPSILON)
        self.widen = nn.Linear(shape.width, 2 * shape.width)
        self.narrow = nn.Linear(2 * shape.width, shape.width)
        self.norm_out = nn.LayerNorm(shape.width, eps=NORM_EPSILON)
        self.norm_company = nn.LayerNorm(shape.company_width, eps=NORM_EPSILON)

    @staticmethod
    def _table(rows: int, width: int) -> nn.EmbeddingBag:
        table = nn.EmbeddingBag(rows, width, mode="sum", sparse=True)
        nn.init.normal_(table.weight, 0.0, width**-0.5)
        return table

    def forward(self, title: BagTensors, description: BagTensors, company: BagTensors) -> tuple[torch.Tensor, ...]:
        """Vectors of a minibatch: [n, width] of the text, [n, company_width] of the company name."""
        text = self.norm(_pool(self.title, title) + _pool(self.description, description))
        text = self.norm_out(text + self.narrow(torch.relu(self.widen(text))))
        return text, self.norm_company(_pool(self.company, company))

    def tables(self) -> list[torch.Tensor]:
        """The embedding tables, whose gradients are sparse."""
        return [self.title.weight, self.description.weight, self.company.weight]


class Classifier(nn.Module):
    """The encoder with the heads for role, AI involvement and industry."""

    def __init__(self, encoder: Encoder, roles: int, degrees: int, industries: int, dropout: float = 0.3) -> None:
        super().__init__()
        width, company_width = encoder.norm.normalized_shape[0], encoder.norm_company.normalized_shape[0]
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.role = nn.Linear(width, roles)
        self.ai = nn.Linear(width, degrees)
        self.industry = nn.Linear(width + company_width, industries)

    def forward(self, title: BagTensors, description: BagTensors, company: BagTensors) -> tuple[torch.Tensor, ...]:
        """Logits of a minibatch: role [n, roles], AI involvement [n, degrees], industry [n, industries]."""
        text, firm = self.encoder(title, description, company)
        text = self.dropout(text)
        return self.role(text), self.ai(text), self.industry(torch.cat([text, self.dropout(firm)], dim=1))


def _pool(table: nn.EmbeddingBag, bags: BagTensors) -> torch.Tensor:
    rows, values, offsets = bags
    pooled: torch.Tensor = table(rows, offsets, per_sample_weights=values)
    return pooled


def minibatch(
    bags: WeightedBags,
    postings: npt.NDArray[np.int64],
    shown: npt.NDArray[np.bool_],
    dropout: float,
    random: np.random.Generator,
) -> BagTensors:
    """The features of some postings, with a share dropped at random and the rest scaled to length 1.

    Args:
        bags: features of all postings.
        postings: which of them, [n].
        shown: whether the field is shown at all, [n]; a hidden field is an empty bag.
        dropout: share of features dropped, 0 for none.
        random: of the dropout.
    """
    starts, ends = bags.offsets[postings], bags.offsets[postings + 1]
    lengths = np.where(shown, ends - starts, 0)
    firsts = np.cumsum(lengths) - lengths
    at = np.arange(int(lengths.sum())) + np.repeat(starts - firsts, lengths)
    owners = np.repeat(np.arange(len(postings)), lengths)
    rows, values = bags.rows[at], bags.values[at]
    if dropout > 0:
        kept = random.random(len(at), dtype=np.float32) >= dropout
        rows, values, owners = rows[kept], values[kept], owners[kept]
        squares = np.bincount(owners, weights=np.square(values), minlength=len(postings))
        values = (values / np.sqrt(np.maximum(squares, 1e-12))[owners]).astype(np.float32)
    offsets = np.searchsorted(owners, np.arange(len(postings)))
    return torch.from_numpy(rows.astype(np.int64)), torch.from_numpy(values), torch.from_numpy(offsets)


class Optimiser:
    """Adam for tables (sparse) and layers (dense), with warm-up and linear decay to 2 % of the rate."""

    def __init__(
        self, tables: Sequence[torch.Tensor], module: nn.Module, rates: tuple[float, float], steps: int
    ) -> None:
        of_tables = {id(table) for table in tables}
        layers = [parameter for parameter in module.parameters() if id(parameter) not in of_tables]
        self._sparse = torch.optim.SparseAdam(list(tables), lr=rates[0])
        self._dense = torch.optim.AdamW(layers, lr=rates[1], weight_decay=0.03)
        self._rates = rates
        self._steps = steps
        self._warm_up = max(1, min(50, steps // 10))
        self._taken = 0

    def step(self, loss: torch.Tensor) -> None:
        """Follow the gradient of a minibatch's loss."""
        scale = min(1.0, (self._taken + 1) / self._warm_up) * max(0.02, 1 - self._taken / self._steps)
        for optimiser, rate in ((self._sparse, self._rates[0]), (self._dense, self._rates[1])):
            optimiser.zero_grad()
            for group in optimiser.param_groups:
                group["lr"] = rate * scale
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        self._sparse.step()  # type: ignore[no-untyped-call]  # as above
        self._dense.step()
        self._taken += 1


def state_arrays(module: nn.Module) -> dict[str, npt.NDArray[np.float32]]:
    """The parameters as arrays by name."""
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in module.state_dict().items()}


def load_arrays(module: nn.Module, arrays: Mapping[str, npt.NDArray[np.float32]]) -> None:
    """Set the parameters from arrays by name."""
    module.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in arrays.items()})
