"""Output heads: trained skill on synthetic targets, gradients where the prediction is wrong, and crossing quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from models.activations.base import Array
from models.experiments.base import Experiment, Parameters, Scores, Value

if TYPE_CHECKING:
    from models.data.prepared import PreparedData
    from models.training.task import TaskResult

_TASKS = (
    "regression",
    "binary_classification",
    "multiclass_classification",
    "multilabel_classification",
    "ordinal",
    "count_regression",
    "positive_regression",
    "bounded_regression",
    "quantile_regression",
    "heteroscedastic_regression",
    "proportions",
)
_RATES = (0.001, 0.004, 0.015)
_TARGET: dict[str, Value | tuple[str, ...]] = {
    "task": _TASKS,
    "rows": 1000,
    "classes": 5,
    "noise_level": 0.2,
    "imbalance": 0.3,
    "orders_of_magnitude": 2.0,
    "zero_share": 0.0,
    "target_mean": 3.0,
    "overdispersed": False,
    "heavy_tailed": False,
    "metric": "",
}


class HeadExperiment(Experiment):
    """An experiment whose candidates are output heads."""

    usual: ClassVar[tuple[str, ...]] = ()

    def takes(self, candidate: str, parameters: Parameters) -> bool:
        from models.heads import HEADS

        head = HEADS.get(candidate)
        task = parameters.get("task")
        return head is not None and head.trainable and (task is None or task in head.tasks)

    def rest(self, parameters: Parameters) -> tuple[str, ...]:
        from models.heads import HEADS

        return self.usual or tuple(name for name in HEADS if self.takes(name, parameters))


class HeadSkill(HeadExperiment):
    """Train heads on synthetic targets of the kind in question, and judge them all by one proper score.

    The targets come from a random teacher network, see models/data/proxy.py.
    """

    id = "head-skill"
    runs = "synthetic targets of the kind in question, 2 dense layers of 32 (SiLU), 300 steps, the best of three rates"
    measures = "held-out score of the task (or `metric`), from 0 for the best constant to 100 for perfect"
    unit = "points"
    negligible = 0.25
    replicates = 6
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = _TARGET

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        return np.array([_skill(candidate, parameters, seed) for seed in seeds])


class SaturatedHead(HeadExperiment):
    """The gradient where a bounded output is far on the wrong side of its target."""

    id = "saturated-head"
    runs = "targets at one end of the interval, raw outputs six units towards the other end"
    measures = "log10 of the absolute derivative of the loss by the raw output"
    unit = "decades"
    negligible = 0.3
    replicates = 1
    usual = ("sigmoid_bce_bounded", "identity_clipped_bounded")
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"wrong_by": 6.0}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.heads import get_head

        head, targets = get_head(candidate), np.array([0.0, 1.0] * 8, dtype=np.float32)
        scale = head.scale(targets, None, 0.0, 1.0)
        wanted = head.transform(targets, scale)
        raw = (np.where(targets > 0.5, -1, 1) * float(parameters["wrong_by"]))[None, :, None]
        gradient = np.empty_like(raw)
        head.loss_function.value_and_gradient(raw, wanted[None].astype(np.float64), gradient)
        size = float(np.abs(gradient).mean()) * len(targets)
        return np.full(len(seeds), np.log10(max(size, 1e-12)))


class QuantileCrossing(HeadExperiment):
    """How often a higher quantile is predicted below a lower one, soon after the start and on few rows."""

    id = "quantile-crossing"
    runs = "synthetic numbers with noise, 2 dense layers of 32 trained on 150 rows"
    measures = "minus the share of held-out rows with quantiles out of order, in per cent"
    unit = "per cent of rows"
    negligible = 0.25
    replicates = 6
    usual = ("quantiles_free", "quantiles_ordered")
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = _TARGET | {
        "task": ("quantile_regression",),
        "rows": 220,
        "noise_level": 1.0,
    }

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        return np.array([_crossing(candidate, parameters, seed) for seed in seeds])


class BentProbabilities(HeadExperiment):
    """Whether a loss is least at the true probability."""

    id = "bent-probabilities"
    runs = "the loss of labels that are true with probability 0.2, minimised over the raw output on a grid"
    measures = "minus the distance of the best prediction from the true probability, in per cent"
    unit = "per cent of probability"
    negligible = 0.5
    replicates = 1
    usual = ("sigmoid_bce", "sigmoid_multilabel")
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"probability": 0.2}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.heads import get_head

        loss, chance = get_head(candidate).loss_function, float(parameters["probability"])
        raw = np.linspace(-6, 6, 2401)[:, None, None]
        ends = [loss.value(raw, np.full((1, 1, 1), end)) for end in (0.0, 1.0)]
        best = raw[np.argmin((1 - chance) * ends[0] + chance * ends[1]), 0, 0]
        return np.full(len(seeds), -100 * abs(1 / (1 + np.exp(-best)) - chance))


def _skill(head_id: str, parameters: Parameters, seed: int) -> float:
    from models.heads import get_score, score_for

    data = _data(tuple(sorted(parameters.items())), seed)
    name = str(parameters["metric"])
    judge = get_score(name) if name else score_for(data.task, np.concatenate([data.y_train, data.y_valid]))
    scores = [one.score for one in _trained(head_id, data, judge.name, seed, _RATES).members]
    trivial = judge.trivial(data.y_valid)
    best = max([trivial, *(score for score in scores if score is not None)])
    return judge.points(best - trivial, data.y_valid)


def _crossing(head_id: str, parameters: Parameters, seed: int) -> float:
    from models.experiments.populations import Recipe, fit, outputs
    from models.heads import get_head
    from models.networks.shapes import DenseShape

    data, head = _data(tuple(sorted(parameters.items())), seed), get_head(head_id)
    scale = head.scale(data.y_train, None)
    wanted = head.transform(data.y_train, scale)[None]

    def slope(raw: Array) -> Array:
        gradient = np.empty_like(raw)
        head.loss_function.value_and_gradient(raw, wanted, gradient)
        return gradient

    shape = DenseShape(features=data.features, outputs=head.unit_count(None, 1), depth=2, width=32)
    network = fit("silu", shape, "recommended", data.x_train, slope, Recipe((0.003,), (seed,), 300))
    quantiles = head.predict(outputs(network, data.x_valid), scale)[0]
    return -100 * float((np.diff(quantiles, axis=1) < 0).any(axis=1).mean())


def _trained(head_id: str, data: PreparedData, metric: str, seed: int, rates: tuple[float, ...]) -> TaskResult:
    from models.heads import get_head
    from models.networks.shapes import DenseShape
    from models.training.run import run_task
    from models.training.task import TrainingTask

    units = get_head(head_id).unit_count(data.classes, data.outputs)
    network = DenseShape(features=data.features, outputs=units, depth=2, width=32)
    task = TrainingTask(
        id="experiment",
        candidate=head_id,
        activation="silu",
        head=head_id,
        network=network,
        gain=1.3,
        learning_rates=rates,
        seeds=(seed,),
        steps=300,
        batch_size=64,
        metric=metric,
        clip_norm=1.0,
        evaluations=1,
    )
    return run_task(task, data)


@lru_cache(maxsize=64)
def _data(parameters: tuple[tuple[str, Value], ...], seed: int) -> PreparedData:
    """Synthetic rows of the kind in question, prepared; a new teacher and noise for every seed."""
    from models.data.prepared import prepare
    from models.data.proxy import ProxySpec, proxy_table

    given = dict(parameters)
    spec = {
        "task": given["task"],
        "rows": given["rows"],
        "noise": given["noise_level"],
        "classes": given["classes"],
        "imbalance": given["imbalance"],
        "orders_of_magnitude": given["orders_of_magnitude"],
        "zero_share": given["zero_share"],
        "mean": given["target_mean"],
        "overdispersed": given["overdispersed"],
        "heavy_tailed": given["heavy_tailed"],
        "features": 8,
    }
    if spec["task"] in ("multilabel_classification", "proportions"):
        spec["outputs"] = 4
    return prepare(proxy_table(ProxySpec.model_validate(spec), seed), str(given["task"]), seed)
