"""Which data a probe trains on, as plain data, so that any worker can prepare the same arrays again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from actwise.contract.request import ProbeData, TaskDescription
from actwise.contract.situation import Situation
from models.data.bundled import BUNDLED, bundled_table
from models.data.files import read_table
from models.data.prepared import PreparedData, prepare
from models.data.proxy import NOISE, ProxySpec, proxy_table
from models.data.table import DataRefused

Resolver = Callable[[str], bytes]
"""From the fingerprint of a stored file to its content; raises KeyError when it is not there."""

DataKind = Literal["bundled", "file", "synthetic"]

# What stands in for tasks that no dense probe can be trained on.
STAND_IN = {
    "sequence_labeling": "multiclass_classification",
    "language_modeling": "multiclass_classification",
    "segmentation": "multiclass_classification",
    "detection": "multiclass_classification",
    "survival": "positive_regression",
    "generation": "regression",
    "density": "regression",
    "embedding": "regression",
    "ranking": "regression",
    "reinforcement_learning": "regression",
    "other": "regression",
}
_PROXY_CLASSES = 10
_PROXY_OUTPUTS = 8
_PROXY_FEATURES = (4, 64)
_PROXY_ROWS = (300, 2_000)


class DataReference(BaseModel):
    """Data by name. `fingerprint` identifies a stored file, whose `name` tells its format."""

    model_config = ConfigDict(frozen=True)

    kind: DataKind
    name: str
    task: str
    seed: int = 0
    target: str | None = None
    fingerprint: str | None = None
    spec: ProxySpec | None = None


def reference(request: TaskDescription, situation: Situation, seed: int) -> DataReference:
    """The data that a request asks for: a bundled set, a stored file, or a synthetic proxy. Raises DataRefused."""
    wanted = (request.probe.data if request.probe else None) or ProbeData()
    if wanted.fingerprint and not wanted.name:
        name = wanted.file or "data.csv"
        return DataReference(
            kind="file",
            name=name.replace("\\", "/").rsplit("/", 1)[-1],
            task=situation.task,
            seed=seed,
            target=wanted.target,
            fingerprint=wanted.fingerprint,
        )
    if wanted.file:
        raise DataRefused("unknown_data", "the file has not been read: only the command line reads files")
    if wanted.name:
        return DataReference(
            kind="bundled", name=wanted.name, task=_bundled_task(request, situation, wanted.name), seed=seed
        )
    spec = proxy_spec(situation)
    return DataReference(kind="synthetic", name="synthetic proxy", task=spec.task, seed=seed, spec=spec)


def load(ref: DataReference, resolver: Resolver | None = None) -> PreparedData:
    """The arrays behind a reference. Raises DataRefused, also when a stored file is gone."""
    if ref.kind == "bundled":
        return prepare(bundled_table(ref.name, ref.task), ref.task, ref.seed)
    if ref.spec is not None:
        return prepare(proxy_table(ref.spec, ref.seed), ref.task, ref.seed)
    return prepare(read_table(_content(ref, resolver), ref.name, ref.target), ref.task, ref.seed)


def describe(ref: DataReference, data: PreparedData) -> str:
    """One line: what the networks were trained on."""
    what = {"bundled": "bundled data set", "file": "your data,", "synthetic": "synthetic data:"}[ref.kind]
    size = f"{len(data.x_train)} rows to train on, {len(data.x_valid)} to judge by, {data.features} features"
    title = "a random teacher network" if ref.kind == "synthetic" else ref.name
    return "; ".join((f"{what} {title} ({size})", *data.notes))


def proxy_spec(situation: Situation) -> ProxySpec:
    """Synthetic data like the description, at a size that a probe can afford."""
    task = STAND_IN.get(situation.task, situation.task)
    classes = min(situation.classes or _PROXY_CLASSES, _PROXY_CLASSES)
    return ProxySpec(
        task=task,
        rows=_within(situation.rows, _PROXY_ROWS, 2_000),
        features=_within(situation.features, _PROXY_FEATURES, 16),
        classes=max(2, classes) if "classification" in task or task in ("ordinal", "proportions") else None,
        outputs=min(situation.outputs, _PROXY_OUTPUTS),
        noise=NOISE[situation.noise or "medium"],
        imbalance=situation.imbalance,
        low=situation.target_low,
        high=situation.target_high,
        mean=situation.target_mean,
        zero_share=situation.zero_share,
        orders_of_magnitude=situation.orders_of_magnitude,
        overdispersed=bool(situation.overdispersed),
        heavy_tailed=bool(situation.heavy_tailed),
    )


def _within(value: int | None, bounds: tuple[int, int], default: int) -> int:
    return default if value is None else min(max(value, bounds[0]), bounds[1])


def _bundled_task(request: TaskDescription, situation: Situation, name: str) -> str:
    """A coarse request leaves the finer task to the data set."""
    tasks = BUNDLED[name].tasks if name in BUNDLED else (situation.task,)
    coarse = request.task in ("classification", "regression")
    if situation.task in tasks or not coarse:
        return situation.task
    same_family = [task for task in tasks if task.endswith(request.task)]
    return same_family[0] if same_family else situation.task


def _content(ref: DataReference, resolver: Resolver | None) -> bytes:
    try:
        if resolver is None:
            raise KeyError(ref.fingerprint)
        return resolver(str(ref.fingerprint))
    except KeyError:
        raise DataRefused("unknown_data", f"no stored data have the fingerprint {ref.fingerprint}") from None
