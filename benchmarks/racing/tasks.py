"""The cheap tasks on which races are replayed: nine kinds of synthetic data and four bundled sets, several networks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.data.bundled import bundled_table
from models.data.prepared import PreparedData, prepare
from models.data.proxy import ProxySpec, proxy_table
from models.heads import get_score
from models.networks.shapes import DenseShape, Network
from models.race.plan import Entrant
from service.probing.entrants import hidden_entrants
from service.probing.judging import Judge, judge, usable_heads

CANDIDATES = ("relu", "silu", "gelu", "tanh", "elu", "selu", "mish", "softplus", "squared_relu", "sigmoid")
STEPS = 270
BATCH_SIZE = 32
_ROWS = 700

_KINDS: dict[str, tuple[ProxySpec, str | None]] = {
    "binary": (ProxySpec(task="binary_classification", rows=_ROWS, features=8), None),
    "rare": (ProxySpec(task="binary_classification", rows=_ROWS, features=8, imbalance=0.1, noise=0.05), None),
    "ranked": (ProxySpec(task="binary_classification", rows=_ROWS, features=8, imbalance=0.25, noise=0.5), "auc"),
    "classes": (ProxySpec(task="multiclass_classification", rows=_ROWS, features=12, classes=5), None),
    "likely": (ProxySpec(task="multiclass_classification", rows=_ROWS, features=8, classes=3), "log_loss"),
    "levels": (ProxySpec(task="ordinal", rows=_ROWS, features=8, classes=5), None),
    "numbers": (ProxySpec(task="regression", rows=_ROWS, features=12, noise=0.05), None),
    "units": (ProxySpec(task="regression", rows=_ROWS, features=8, noise=0.5, heavy_tailed=True), "rmse"),
    "counts": (ProxySpec(task="count_regression", rows=_ROWS, features=8), None),
}
_BUNDLED = {
    "digits": "multiclass_classification",
    "wine": "multiclass_classification",
    "breast_cancer": "binary_classification",
    "diabetes": "regression",
}
_SHAPES = {
    "2x16": DenseShape(features=1, outputs=1, depth=2, width=16),
    "5x16": DenseShape(features=1, outputs=1, depth=5, width=16),
    "2x32": DenseShape(features=1, outputs=1, depth=2, width=32),
    "6x16 normed": DenseShape(features=1, outputs=1, depth=6, width=16, normalization="layer", residual=True),
}


@dataclass(frozen=True)
class CheapTask:
    """One task: data, and the depth and width of a network for them."""

    name: str
    kind: str
    shape: DenseShape
    seed: int

    def contest(self) -> Contest:
        """The task with its data, network, entrants and judge."""
        data, metric = self._data()
        head = usable_heads(data)[0]
        units = head.unit_count(data.classes, data.outputs)
        network = self.shape.model_copy(update={"features": data.features, "outputs": units})
        judged = judge(data)
        if metric is not None:
            score = get_score(metric)
            judged = replace(
                judged, metric=metric, baseline=score.trivial(data.y_valid), margin=score.margin(data.y_valid)
            )
        return Contest(self.name, data, network, hidden_entrants(CANDIDATES, network, head), judged)

    def _data(self) -> tuple[PreparedData, str | None]:
        if self.kind in _BUNDLED:
            return prepare(bundled_table(self.kind), _BUNDLED[self.kind], seed=self.seed), None
        spec, metric = _KINDS[self.kind]
        return prepare(proxy_table(spec, seed=self.seed), spec.task, seed=self.seed), metric


@dataclass(frozen=True)
class Contest:
    """What a race needs to begin."""

    name: str
    data: PreparedData
    network: Network
    entrants: tuple[Entrant, ...]
    judged: Judge
    batch_size: int = BATCH_SIZE


def cheap_tasks(quick: bool = False, root: int = 0) -> tuple[CheapTask, ...]:
    """All 44 tasks; with `quick`, every fifth one. Another root draws other rows for all."""
    pairs = [(kind, shape) for kind in _KINDS for shape in _SHAPES]
    pairs += [(kind, shape) for kind in _BUNDLED for shape in list(_SHAPES)[:2]]
    tasks = [CheapTask(f"{kind} {shape}", kind, _SHAPES[shape], seed) for seed, (kind, shape) in enumerate(pairs, root)]
    return tuple(tasks[::5] if quick else tasks)
