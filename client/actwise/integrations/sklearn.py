"""scikit-learn: describe a multi-layer perceptron with its data, and the parameters that an answer amounts to there.

from actwise.integrations import sklearn as actwise_sklearn

answer = client.recommend(actwise_sklearn.describe(MLPClassifier((64, 64)), X, y, compute_budget="low"))
estimator = MLPClassifier(**actwise_sklearn.parameters(answer, hidden_layer_sizes=(64, 64)))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median_low
from typing import Any

from actwise.contract.answer import HiddenChoice, Recommendation
from actwise.contract.diagnosis import Layer, Network
from actwise.contract.faults import ContractError, Fault
from actwise.contract.request import TaskDescription
from actwise.integrations.choices import ranking_of
from actwise.integrations.missing import not_installed
from actwise.integrations.report import Found, Place

try:
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import Pipeline
    from sklearn.utils.multiclass import type_of_target
except ImportError as error:
    raise not_installed("scikit-learn", "sklearn", error) from error

__all__ = ["Parameters", "describe", "examine", "network", "parameters"]

WORDS = {"identity": "identity", "sigmoid": "logistic", "tanh": "tanh", "relu": "relu"}
"""The activations that scikit-learn has, and what it calls them."""

_CANONICAL = {word: name for name, word in WORDS.items()}
_CLASSES = {"binary": "binary_classification", "multiclass": "multiclass_classification"}
_HEADS = {
    "binary_classification": "sigmoid",
    "multilabel_classification": "sigmoid",
    "multiclass_classification": "softmax",
}

_LOSSES = {"sigmoid": "binary_cross_entropy", "softmax": "cross_entropy", "identity": "mse", "exp": "poisson"}


class Parameters(dict[str, Any]):
    """What MLPClassifier or MLPRegressor takes by name; `notes` say what was given up for it."""

    notes: tuple[str, ...] = ()


def parameters(
    answer: Recommendation, hidden_layer_sizes: Sequence[int] | None = None, block: str | None = None
) -> Parameters:
    """The best of an answer's choices that scikit-learn has: identity, logistic, tanh or relu.

    hidden_layer_sizes: of the estimator; from the request's width and depth unless given, and left out where it has no
        width. block: of the answer, when it has several. Weights cannot be chosen: scikit-learn always draws them
    uniform, and the notes say where the answer wants others. Raises ContractError when the ranking holds none of the
    four, or for a block that the answer does not have.
    """
    ranking = ranking_of(answer, block)
    if ranking is None:
        names = tuple(one.block for one in answer.hidden)
        raise ContractError(
            (Fault(pointer="/block", code="missing", message="say which block is meant", allowed=names),)
        )
    choice = next((one for one in ranking.ranking if one.activation in WORDS), None)
    if choice is None:
        raise ContractError((_none_of_ours(ranking.ranking),))
    found = Parameters(activation=WORDS[choice.activation])
    sizes = hidden_layer_sizes if hidden_layer_sizes is not None else _sizes_of(answer.request)
    if sizes is not None:
        found["hidden_layer_sizes"] = tuple(sizes)
    found.notes = tuple(_given_up(ranking.ranking, choice))
    return found


def _none_of_ours(ranking: Sequence[HiddenChoice]) -> Fault:
    message = (
        f"scikit-learn has none of the ranked activations ({', '.join(one.activation for one in ranking[:5])}, ...)"
    )
    return Fault(pointer="/allow", code="not_allowed", message=message, allowed=tuple(WORDS))


def _sizes_of(request: TaskDescription) -> tuple[int, ...] | None:
    return (request.width,) * request.depth if request.width and request.layers is None else None


def _given_up(ranking: Sequence[HiddenChoice], choice: HiddenChoice) -> Sequence[str]:
    first, notes = ranking[0], []
    if choice.rank > 1:
        lost = first.effect.mean - choice.effect.mean
        tied = (
            "in one tie group: nothing is lost for certain"
            if choice.tie_group == first.tie_group
            else "a worse tie group"
        )
        notes.append(
            f"{first.activation} came first and scikit-learn does not have it; {choice.activation} is number "
            f"{choice.rank}, {lost:.1f} points below it ({tied})"
        )
    if choice.initialization.gain is not None:
        variance = "2 / (3 (fan_in + fan_out))" if choice.activation == "sigmoid" else "2 / (fan_in + fan_out)"
        notes.append(
            f"the answer starts weights with gain {choice.initialization.gain:g}; scikit-learn draws them uniform, of "
            f"variance {variance}, and nothing else can be set"
        )
    return notes


def describe(estimator: Any, X: Any, y: Any, **known: Any) -> TaskDescription:
    """The request for an MLPClassifier or MLPRegressor, or a pipeline that ends in one, and its data.

    X: array, frame or sparse matrix of shape (rows, features); y: targets of shape (rows,) or (rows, outputs). Nothing
    is trained. `known`: fields of TaskDescription that the caller knows better; they win. Raises ContractError for
    another estimator, for one without hidden layers, and for targets that do not go with it.
    """
    return examine(estimator, X, y, **known).description


def network(estimator: Any, X: Any, y: Any, **known: Any) -> Network:
    """The estimator for the doctor: client.diagnose(network=network(estimator, X, y))."""
    found = examine(estimator, X, y, **known)
    loss = _LOSSES[str(found.layers[-1].activation)]
    told = {"loss": loss, "from_logits": False} if loss.endswith("cross_entropy") else {"loss": loss}
    return replace(found, known={**told, **known}).network


def examine(estimator: Any, X: Any, y: Any, **known: Any) -> Found:
    """Everything that was found in an estimator and its data; arguments as for `describe`."""
    model = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    if not isinstance(model, (MLPClassifier, MLPRegressor)):
        message = f"MLPClassifier or MLPRegressor is wanted, or a pipeline that ends in one, not {type(model).__name__}"
        raise ContractError((Fault(pointer="/estimator", code="not_allowed", message=message),))
    sizes = _hidden_sizes(model)
    target = _target(model, y)
    outputs = int(target.pop("outputs", 1))
    fields = {
        "layer_type": "dense",
        "depth": len(sizes),
        "width": median_low(sizes),
        "normalization": "none",
        "residual": False,
        "framework": "sklearn",
        "rows": int(X.shape[0]),
        "features": int(X.shape[1]),
        **({"optimizer": model.solver} if model.solver in ("adam", "sgd") else {}),
        **target,
    }
    name = _CANONICAL[model.activation]
    head = "exp" if getattr(model, "loss", None) == "poisson" else _HEADS.get(str(target["task"]), "identity")
    layers = _layers(int(X.shape[1]), sizes, name, outputs, head)
    place = Place(name, f"activation of {type(model).__name__}", "setting")
    return Found(fields, layers, (place,), tuple(_notes(model)), known)


def _hidden_sizes(model: Any) -> list[int]:
    told = model.hidden_layer_sizes
    sizes = [int(told)] if isinstance(told, int) else [int(one) for one in told]
    if not sizes or min(sizes) < 1:
        message = "without hidden layers there is no activation to choose: say hidden_layer_sizes, such as (64, 64)"
        raise ContractError((Fault(pointer="/hidden_layer_sizes", code="not_allowed", message=message, sent=sizes),))
    return sizes


def _target(model: Any, y: Any) -> dict[str, Any]:
    """Task, classes and what else the targets show."""
    kind = type_of_target(y)
    shape: tuple[int, ...] = getattr(y, "shape", (len(y),))
    columns = int(shape[1]) if len(shape) > 1 else 1
    if isinstance(model, MLPRegressor):
        return {"task": "regression", "outputs": columns, **({"target": {"outputs": columns}} if columns > 1 else {})}
    if kind == "multilabel-indicator":
        return {"task": "multilabel_classification", "classes": max(columns, 2), "outputs": columns}
    if kind not in _CLASSES:
        message = f"targets of the kind {kind!r} are no classes: take MLPRegressor, or make them classes"
        raise ContractError((Fault(pointer="/y", code="contradiction", message=message),))
    counts: dict[Any, int] = {}
    for one in _flat(y):
        counts[one] = counts.get(one, 0) + 1
    found: dict[str, Any] = {
        "task": _CLASSES[kind],
        "classes": max(len(counts), 2),
        "outputs": 1 if kind == "binary" else len(counts),
    }
    rarest = min(counts.values()) / sum(counts.values())
    return found | ({"imbalance": rarest} if 0 < rarest <= 0.5 else {})


def _flat(y: Any) -> list[Any]:
    values = y.to_numpy() if hasattr(y, "to_numpy") else y
    return list(values.ravel()) if hasattr(values, "ravel") else list(values)


def _layers(features: int, sizes: Sequence[int], name: str, outputs: int, head: str) -> tuple[Layer, ...]:
    before = (features, *sizes)
    hidden = [
        Layer(
            kind="dense",
            name=f"hidden layer {place + 1}",
            type="Dense",
            activation=name,
            inputs=before[place],
            units=units,
        )
        for place, units in enumerate(sizes)
    ]
    return (
        *hidden,
        Layer(kind="dense", name="output", type="Dense", activation=head, inputs=before[-1], units=outputs),
    )


def _notes(model: Any) -> Sequence[str]:
    if model.solver == "lbfgs":
        return ("the solver lbfgs is none that a request can name: adam is assumed",)
    return ()
