"""What to paste for predicting, by the estimate of the heads that the probe trains."""

from __future__ import annotations

from collections.abc import Mapping

from models.heads.code.templates.labels import FALLING
from models.heads.code.templates.numbers import GROUPED, ORDERED

PREDICTIONS: Mapping[str, str] = {
    "class_probabilities": "return {softmax}(z, -1)",
    "binary_probability": "return {sigmoid}(z)  # probability of class 1",
    "label_probabilities": "return {sigmoid}(z)  # one probability per label",
    "shares": "return {softmax}(z, -1)",
    "ordered_classes": (
        f"{FALLING}\n"
        "reached = {sigmoid}(l)  # P(y >= 1), P(y >= 2), ...\n"
        "return {concat}([1 - reached[..., :1], reached[..., :-1] - reached[..., 1:], reached[..., -1:]], -1)"
    ),
    "level_number": "return {clip}({round}(z), 0, {levels} - 1)  # z back in levels first",
    "mean": "return z",
    "median": "return z",
    "relative_mean": "return z",
    "quantiles": "return z",
    "mean_of_log": "return stable_exp(z)  # z back in logarithms first",
    "mean_of_log1p": "return stable_exp(z) - 1  # z back in logarithms first",
    "mean_behind_exp": "return stable_exp(z)",
    "mean_behind_softplus": "return {softplus}(z)",
    "mean_behind_sigmoid": "return {sigmoid}(z)",
    "mean_behind_tanh": "return {tanh}(z)",
    "clipped_mean": "return {clip}(z, 0, 1)",
    "ordered_quantiles": f"{GROUPED}\n{ORDERED}\nreturn z",
    "mean_and_log_variance": (
        "k = z.shape[-1] // 2\nreturn z[..., :k], stable_exp(z[..., k:]) ** 0.5  # mean, deviation"
    ),
    "mean_and_variance": "k = z.shape[-1] // 2\nreturn z[..., :k], {softplus}(z[..., k:]) ** 0.5  # mean, deviation",
    "count_mean": "return stable_exp(z[..., : z.shape[-1] // 2])",
}
