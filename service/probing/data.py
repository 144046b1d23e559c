"""Which data a probe trains on, as plain data, so that any worker can prepare the same arrays again."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Literal, TypedDict

from pydantic import BaseModel, ConfigDict

from actwise.contract.request import ProbeData, TaskDescription
from actwise.contract.situation import Situation
from models.data.bundled import BUNDLED, bundled_table
from models.data.files import read_table
from models.data.formats.columns import Parts
from models.data.formats.shaping import View
from models.data.prepared import PreparedData, prepare
from models.data.proxy import NOISE, ProxySpec, proxy_table
from models.data.rows import Form
from models.data.table import DataRefused, Table

Resolver = Callable[[str], bytes]
"""From the fingerprint of a file, or the id of a data set, to its content; raises KeyError when it is not there."""

DataKind = Literal["bundled", "file", "dataset", "synthetic"]

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
_TITLES = {
    "table": "columns",
    "image": "patterns somewhere in images",
    "signal": "bursts and rhythms in signals",
    "sequence": "sequences that need memory",
    "tokens": "sentences whose order matters",
    "node": "groups of nodes in a graph",
}
_PROXY_CLASSES = 10
_PROXY_OUTPUTS = 8
_PROXY_FEATURES = (4, 64)
_PROXY_ROWS = (300, 2_000)


class DataReference(BaseModel):
    """Data by name.

    `fingerprint` identifies the content of a file, whose `name` is for messages, and of a data set, where it is
    the id. `layer_type`, `modality` and `form` tell what a row of several axes is; `embed` keeps columns of many
    words as codes.
    """

    model_config = ConfigDict(frozen=True)

    kind: DataKind
    name: str
    task: str
    seed: int = 0
    target: str | None = None
    group: str | None = None
    time: str | None = None
    ignore: tuple[str, ...] = ()
    fingerprint: str | None = None
    spec: ProxySpec | None = None
    layer_type: str = "dense"
    modality: str | None = None
    form: Form | None = None
    embed: bool = False


def reference(request: TaskDescription, situation: Situation, seed: int, *, native: bool = False) -> DataReference:
    """The data that a request asks for: a bundled set, a file, a data set, or a synthetic proxy. Raises DataRefused.

    `native`: the network sees images, sequences, tokens and graphs as what they are. Otherwise dense layers stand in
    for it, and see columns.
    """
    wanted = (request.probe.data if request.probe else None) or ProbeData()
    view = _View(layer_type=situation.layer_type if native else "dense", modality=situation.modality, form=wanted.form)
    if wanted.dataset or (wanted.fingerprint and not wanted.name):
        return _own(wanted, situation.task, seed, view)
    if wanted.file:
        raise DataRefused("unknown_data", "the file has not been read: only the command line reads files")
    if wanted.name:
        task = _bundled_task(request, situation, wanted.name)
        return DataReference(kind="bundled", name=wanted.name, task=task, seed=seed, **view)
    spec = proxy_spec(situation, native=native)
    return DataReference(kind="synthetic", name="synthetic proxy", task=spec.task, seed=seed, spec=spec, **view)


class _View(TypedDict):
    layer_type: str
    modality: str | None
    form: Form | None


def _own(wanted: ProbeData, task: str, seed: int, view: _View) -> DataReference:
    name = wanted.dataset or wanted.file or "data.csv"
    return DataReference(
        kind="dataset" if wanted.dataset else "file",
        name=name.replace("\\", "/").rsplit("/", 1)[-1],
        task=task,
        seed=seed,
        target=wanted.target,
        group=wanted.group,
        time=wanted.time,
        ignore=wanted.ignore or (),
        embed=True,
        fingerprint=wanted.dataset or wanted.fingerprint,
        **view,
    )


class _Recent:
    """The data prepared last: a request is checked, planned and trained on the same arrays, one after another."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[DataReference, PreparedData] = {}
        self._lock = Lock()

    def get(self, ref: DataReference) -> PreparedData | None:
        with self._lock:
            return self._kept.get(ref)

    def put(self, ref: DataReference, data: PreparedData) -> None:
        with self._lock:
            self._kept[ref] = data
            while len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]


_recent = _Recent(2)


def load(ref: DataReference, resolver: Resolver | None = None) -> PreparedData:
    """The arrays behind a reference; they must not be changed. Raises DataRefused, also when a file is gone."""
    known = _recent.get(ref)
    if known is None:
        known = prepare(_table(ref, resolver), ref.task, ref.seed, embed=ref.embed)
        _refuse_misfit(known, ref.layer_type)
        _recent.put(ref, known)
    return known


def _table(ref: DataReference, resolver: Resolver | None) -> Table:
    view = View(ref.layer_type, ref.modality, ref.form)
    if ref.kind == "bundled":
        return bundled_table(ref.name, ref.task, view)
    if ref.spec is not None:
        return proxy_table(ref.spec, ref.seed)
    parts = Parts(ref.target, ref.group, ref.time, ref.ignore)
    return read_table(_content(ref, resolver), ref.name, parts=parts, view=view)


def _refuse_misfit(data: PreparedData, layer_type: str) -> None:
    form = data.row.form
    if form == "node" and layer_type != "graph":
        raise DataRefused("wrong_shape", "these rows are nodes of a graph: only graph layers learn from them")
    if form == "tokens" and layer_type not in ("recurrent", "attention"):
        raise DataRefused("wrong_shape", "these rows are tokens: recurrent and attention layers learn from them")


def describe(ref: DataReference, data: PreparedData) -> str:
    """One line: what the networks were trained on."""
    what = {
        "bundled": "bundled data set",
        "file": "your data,",
        "dataset": "your data set",
        "synthetic": "synthetic data:",
    }[ref.kind]
    size = f"{len(data.x_train)} rows to train on, {len(data.x_valid)} to judge by, {data.features} features"
    title = f"{_TITLES[data.row.form]}, a random teacher network" if ref.kind == "synthetic" else ref.name
    return "; ".join((f"{what} {title} ({size})", *data.notes))


def proxy_spec(situation: Situation, *, native: bool = False) -> ProxySpec:
    """Synthetic data like the description, at a size that a probe can afford; columns unless `native`."""
    task = STAND_IN.get(situation.task, situation.task)
    form = _form(situation.layer_type, situation.modality) if native else "table"
    classes = min(situation.classes or _PROXY_CLASSES, _PROXY_CLASSES)
    return ProxySpec(
        task=task,
        form=form,
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


def _form(layer_type: str, modality: str | None) -> Form:
    """What a network of these layers is made for."""
    if layer_type == "conv":
        return "signal" if modality in ("time_series", "audio", "control", "text") else "image"
    if layer_type in ("recurrent", "attention"):
        return "tokens" if modality == "text" else "sequence"
    return "node" if layer_type == "graph" else "table"


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
