"""Lines to paste for a head, in PyTorch, Keras, JAX and scikit-learn, from one set of templates.

A template is a body in terms of z (raw outputs), y (targets on the head's own scale) and words in braces, which
each framework spells its own way. Where a framework has a stable function of its own for a loss, that is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from actwise.contract.answer import Code
from models.heads.catalogue import get_head
from models.heads.head import Head

_PINBALL = "return {mean}({maximum}(q * (y - z), (q - 1) * (y - z)))"
_ORDERED = "z = {cumsum}({concat}([z[..., :1], {softplus}(z[..., 1:])], -1), -1)"
_FALLING = "l = {cumsum}({concat}([z[..., :1], -{softplus}(z[..., 1:])], -1), -1)"
_GROUPED = "z = {reshape}(z, (-1, {outputs}, 3))  # [rows, targets, levels]"
_LEVELS = f"{_GROUPED}\ny, q = y[:, :, None], {{array}}([0.1, 0.5, 0.9])"

LOSS_BODIES: Mapping[str, str] = {
    "binary_cross_entropy": "return {mean}({softplus}(z) - y * z)",
    "soft_cross_entropy": "return -{mean}({sum}(y * {log_softmax}(z, -1), -1))",
    "focal": (
        "u = (2 * y - 1) * z\n"
        "weight = 0.75 - 0.5 * y  # alpha = 0.25 for y = 1\n"
        "return {mean}(weight * {sigmoid}(-u) ** 2 * {softplus}(-u))"
    ),
    "squared": "return {mean}((z - y) ** 2)",
    "absolute": "return {mean}({abs}(z - y))",
    "huber": "c = {clip}(z - y, -1, 1)\nreturn {mean}(c * (z - y - c / 2))",
    "quantile": f"{_LEVELS}\n{_PINBALL}",
    "ordered_quantile": f"{_LEVELS}\n{_ORDERED}\n{_PINBALL}",
    "squared_exp": "return {mean}(({exp}(z) - y) ** 2)",
    "squared_softplus": "return {mean}(({softplus}(z) - y) ** 2)",
    "squared_sigmoid": "return {mean}(({sigmoid}(z) - y) ** 2)",
    "squared_tanh": "return {mean}(({tanh}(z) - y) ** 2)",
    "poisson_exp": "return {mean}({exp}(z) - y * z)",
    "poisson_softplus": "rate = {softplus}(z) + 1e-8\nreturn {mean}(rate - y * {log}(rate))",
    "gamma_exp": "return {mean}(z + y * {exp}(-z))",
    "gamma_softplus": "mean = {softplus}(z) + 1e-6\nreturn {mean}({log}(mean) + y / mean)",
    "tweedie_exp": "return {mean}(2 * {exp}(z / 2) + 2 * y * {exp}(-z / 2))",
    "gaussian_nll": (
        "k = z.shape[-1] // 2\n"
        "m, s = z[..., :k], z[..., k:]\n"
        "return {mean}(0.5 * (s + (y - m) ** 2 * {exp}(-s))) + 0.9189"
    ),
    "gaussian_nll_softplus": (
        "k = z.shape[-1] // 2\n"
        "m, v = z[..., :k], {softplus}(z[..., k:]) + 1e-6\n"
        "return {mean}(0.5 * ({log}(v) + (y - m) ** 2 / v)) + 0.9189"
    ),
    "negative_binomial": (
        "k = z.shape[-1] // 2\n"
        "a, b = z[..., :k], 8 * {tanh}(z[..., k:] / 8)  # logarithms of mean and size\n"
        "r = {exp}(b)\n"
        "counted = {lgamma}(r) + {lgamma}(y + 1.0) - {lgamma}(y + r)\n"
        "return {mean}(counted + r * {softplus}(a - b) + y * {softplus}(b - a))"
    ),
    "cumulative_link": (
        f"{_FALLING}\n"
        "k = {arange}(1, {levels})\n"
        "at, above = {where}(k == y[:, None], 1.0, 0.0), {where}(k == y[:, None] + 1, 1.0, 0.0)\n"
        "edges = {sum}(at * {softplus}(-l) + above * {softplus}(l), -1)\n"
        "return {mean}(edges + {sum}(above[:, 1:] * {softplus}(-z[:, 1:]), -1))"
    ),
    "cross_entropy on c tanh(z / c)": "z = 30 * {tanh}(z / 30)\n{cross_entropy}",
    "softplus of minus the difference of two scores": (
        "# z: [pairs, 2], the preferred item first\nreturn {mean}({softplus}(z[..., 1] - z[..., 0]))"
    ),
    "cross_entropy over the items of a list": "return -{mean}({sum}(y * {log_softmax}(z, -1), -1))",
    "binary_cross_entropy + Dice": (
        "p = {sigmoid}(z)\n"
        "dice = (2 * {sum}(p * y) + 1) / ({sum}(p) + {sum}(y) + 1)\n"
        "return {mean}({softplus}(z) - y * z) + 1 - dice"
    ),
    "binary_cross_entropy over the intervals that each row has lived through": (
        "# y: [rows, 2, intervals], the event flag and the at-risk flag of each interval\n"
        "event, at_risk = y[:, 0], y[:, 1]\n"
        "return {sum}(at_risk * ({softplus}(z) - event * z)) / {sum}(at_risk)"
    ),
    "minus advantage times log-probability": (
        "# y: [rows, actions], the advantage in the column of the action taken, 0 elsewhere\n"
        "return -{mean}({sum}(y * {log_softmax}(z, -1), -1))"
    ),
}

_CROSS_ENTROPY: Mapping[str, str] = {
    "pytorch": "return F.cross_entropy(z, y)",
    "keras": "return keras.ops.mean(keras.losses.sparse_categorical_crossentropy(y, z, from_logits=True))",
    "jax": "return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z, -1), y[..., None], -1))",
}

OWN_LOSSES: Mapping[str, Mapping[str, str]] = {
    "pytorch": {
        "cross_entropy": _CROSS_ENTROPY["pytorch"],
        "soft_cross_entropy": _CROSS_ENTROPY["pytorch"],
        "cross_entropy with label smoothing 0.1": "return F.cross_entropy(z, y, label_smoothing=0.1)",
        "binary_cross_entropy": "return F.binary_cross_entropy_with_logits(z, y)",
        "huber": "return F.huber_loss(z, y)",
        "poisson_exp": "return F.poisson_nll_loss(z, y, log_input=True)",
        "poisson_softplus": "return F.poisson_nll_loss(F.softplus(z), y, log_input=False)",
    },
    "keras": {
        "cross_entropy": _CROSS_ENTROPY["keras"],
        "binary_cross_entropy": "return keras.ops.mean(keras.losses.binary_crossentropy(y, z, from_logits=True))",
    },
    "jax": {"cross_entropy": _CROSS_ENTROPY["jax"]},
}

PREDICT_BODIES: Mapping[str, str] = {
    "class_probabilities": "return {softmax}(z, -1)",
    "binary_probability": "return {sigmoid}(z)  # probability of class 1",
    "label_probabilities": "return {sigmoid}(z)  # one probability per label",
    "shares": "return {softmax}(z, -1)",
    "ordered_classes": f"{_FALLING}\nreturn {{sigmoid}}(l)  # P(y >= 1), P(y >= 2), ...",
    "level_number": "return z  # back in levels, rounded",
    "mean_behind_exp": "return {exp}(z)",
    "mean_behind_softplus": "return {softplus}(z)",
    "mean_behind_sigmoid": "return {sigmoid}(z)",
    "mean_behind_tanh": "return {tanh}(z)",
    "clipped_mean": "return {clip}(z, 0, 1)",
    "ordered_quantiles": f"{_GROUPED}\n{_ORDERED}\nreturn z",
    "mean_and_log_variance": "k = z.shape[-1] // 2\nreturn z[..., :k], {exp}(0.5 * z[..., k:])  # mean, deviation",
    "mean_and_variance": "k = z.shape[-1] // 2\nreturn z[..., :k], {softplus}(z[..., k:]) ** 0.5  # mean, deviation",
    "count_mean": "return {exp}(z[..., : z.shape[-1] // 2])",
}
_ACTIVATION_BODIES: Mapping[str, str] = {
    "softmax": "return {softmax}(z, -1)",
    "sigmoid": "return {sigmoid}(z)",
    "exp": "return {exp}(z)",
    "softplus": "return {softplus}(z)",
    "tanh": "return {tanh}(z)",
}

_SAME = ("exp", "log", "abs", "tanh", "maximum", "cumsum", "sum", "mean", "where", "arange", "reshape")
WORDS: Mapping[str, Mapping[str, str]] = {
    "pytorch": {word: f"torch.{word}" for word in _SAME}
    | {"softplus": "F.softplus", "sigmoid": "torch.sigmoid", "softmax": "torch.softmax"}
    | {"log_softmax": "torch.log_softmax", "clip": "torch.clamp", "concat": "torch.cat"}
    | {"array": "torch.tensor", "lgamma": "torch.lgamma", "cross_entropy": _CROSS_ENTROPY["pytorch"]},
    "keras": {word: f"keras.ops.{word}" for word in _SAME}
    | {word: f"keras.ops.{word}" for word in ("softplus", "sigmoid", "softmax", "log_softmax", "clip")}
    | {"concat": "keras.ops.concatenate", "array": "keras.ops.array", "cross_entropy": _CROSS_ENTROPY["keras"]},
    "jax": {word: f"jnp.{word}" for word in _SAME}
    | {word: f"jax.nn.{word}" for word in ("softplus", "sigmoid", "softmax", "log_softmax")}
    | {"clip": "jnp.clip", "concat": "jnp.concatenate", "array": "jnp.array"}
    | {"lgamma": "jax.scipy.special.gammaln", "cross_entropy": _CROSS_ENTROPY["jax"]},
}

_NOTES = (
    "# z: [rows, {units}] ({unit_words}); y: {shape}, {target}\n"
    "# bias of the last layer: {bias}\n# prediction: {inference}\n"
)
_PREDICT = "\n\ndef predict(z):\n{predict}\n"
FRAMES: Mapping[str, str] = {
    "pytorch": (
        f"import torch\nimport torch.nn.functional as F\n\n{_NOTES}"
        "head = torch.nn.LazyLinear({units})\n\n\ndef loss(z, y):\n{loss}\n" + _PREDICT
    ),
    "keras": (
        f"import keras\n\n{_NOTES}head = keras.layers.Dense({{units}})\n\n\ndef loss(y, z):\n{{loss}}\n" + _PREDICT
    ),
    "jax": (
        f"import jax\nimport jax.numpy as jnp\n\n{_NOTES}units = {{units}}\n\n\n"
        "def head(features, weights, bias):\n    return features @ weights + bias\n\n\n"
        "def loss(z, y):\n{loss}\n" + _PREDICT
    ),
}

_CLASSIFIER = "from sklearn.neural_network import MLPClassifier\n\nmodel = MLPClassifier()  # {what}\n"
_TRANSFORMED = (
    "from sklearn.compose import TransformedTargetRegressor\n"
    "from sklearn.neural_network import MLPRegressor\n{imports}\n"
    "model = TransformedTargetRegressor(MLPRegressor(), {how})\n"
)
_STANDARD = _TRANSFORMED.format(
    imports="from sklearn.preprocessing import StandardScaler\n", how="transformer=StandardScaler()"
)
SKLEARN: Mapping[str, str] = {
    "sigmoid_bce": _CLASSIFIER.format(what="logistic output for two classes"),
    "softmax_cross_entropy": _CLASSIFIER.format(what="softmax output for three classes or more"),
    "ordinal_softmax": _CLASSIFIER.format(what="softmax output; the order of the levels is ignored"),
    "sigmoid_multilabel": _CLASSIFIER.format(what="y of 0 and 1, one column per label: logistic outputs"),
    "identity_squared": _STANDARD,
    "ordinal_regression": _STANDARD,
    "relative_squared": _STANDARD,
    "counts_identity_squared": _STANDARD,
    "log_target_squared": _TRANSFORMED.format(imports="import numpy as np\n", how="func=np.log, inverse_func=np.exp"),
    "counts_log1p_squared": _TRANSFORMED.format(
        imports="import numpy as np\n", how="func=np.log1p, inverse_func=np.expm1"
    ),
    "exp_poisson": (
        "from sklearn.neural_network import MLPRegressor\n\n"
        'model = MLPRegressor(loss="poisson")  # exp output; scikit-learn 1.7 or newer\n'
    ),
}


@cache
def head_code(head_id: str, classes: int | None = None, outputs: int = 1) -> Code:
    """Lines for a head with so many classes and targets; a framework in which it cannot be said in few lines has None.

    Raises UnknownHead.
    """
    head = get_head(head_id)
    return Code(
        pytorch=_rendered(head, "pytorch", classes, outputs),
        keras=_rendered(head, "keras", classes, outputs),
        jax=_rendered(head, "jax", classes, outputs),
        sklearn=SKLEARN.get(head_id),
    )


def _rendered(head: Head, framework: str, classes: int | None, outputs: int) -> str | None:
    body = OWN_LOSSES[framework].get(head.loss) or LOSS_BODIES.get(head.loss)
    if body is None:
        return None
    words = dict(WORDS[framework], levels=str(classes or 2), outputs=str(outputs))
    loss = filled(body, words)
    predict = filled(_predict_body(head), words)
    if loss is None or predict is None:
        return None
    return FRAMES[framework].format(
        units=_units(head, classes, outputs),
        unit_words=head.units,
        shape=_target_shape(head, outputs),
        bias=head.bias_initialization,
        target=head.target_transform,
        inference=head.at_inference,
        loss=loss,
        predict=predict,
    )


def filled(body: str, words: Mapping[str, str]) -> str | None:
    """A template's body with its words filled in and indented; None when the framework lacks a word."""
    try:
        return "\n".join(f"    {line}" for line in body.format_map(words).split("\n"))
    except KeyError:
        return None


def _target_shape(head: Head, outputs: int) -> str:
    """The shape of targets in words: one number per row in a column of its own, or a vector of classes."""
    labels = head.loss_function.integer_target if head.trainable else head.loss.startswith("cross_entropy")
    return "[rows]" if labels else f"[rows, {outputs}]"


def _units(head: Head, classes: int | None, outputs: int) -> int:
    """Raw outputs; for heads that the probe cannot train, read from their words."""
    if head.trainable:
        return head.unit_count(classes, outputs)
    counts_classes = any(word in head.units for word in ("classes", "vocabulary", "actions"))
    return (classes or 2) if counts_classes else outputs


def _predict_body(head: Head) -> str:
    if head.trainable:
        return PREDICT_BODIES.get(head.estimate or "", "return z")
    return _ACTIVATION_BODIES.get(head.activation, "return z")
