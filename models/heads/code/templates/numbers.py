"""Templates for numbers: without a bound, positive, in an interval, as quantiles or whole distributions."""

from __future__ import annotations

from collections.abc import Mapping

from models.heads.code.templates.base import CENTRE, PER_CLASS, THRICE, TWICE, Template, Units

_PINBALL = "return {mean}({maximum}(q * (y - z), (q - 1) * (y - z)))"
ORDERED = "z = {cumsum}({concat}([z[..., :1], {softplus}(z[..., 1:])], -1), -1)"
GROUPED = "z = {reshape}(z, (-1, {outputs}, 3))  # [rows, targets, levels]"
_LEVELS = f"{GROUPED}\ny, q = y[:, :, None], {{array}}([0.1, 0.5, 0.9], dtype=z.dtype)"
_BETA = CENTRE + "m, p = {sigmoid}(z[..., :k]), {softplus}(z[..., k:]) + 0.001\n"
_STUDENT = (
    "k = z.shape[-1] // 3\n"
    "m, s, n = z[..., :k], {softplus}(z[..., k : 2 * k]) + 1e-6, 2 + {softplus}(z[..., 2 * k :])\n"
)
_MIXTURE = (
    "k = z.shape[-1] // 3\n"
    "w, m, s = {log_softmax}(z[..., :k], -1), z[..., k : 2 * k], stable_exp(z[..., 2 * k :]) + 0.001\n"
)

TEMPLATES: Mapping[str, Template] = {
    "squared": Template("return {mean}((z - y) ** 2)"),
    "absolute": Template("return {mean}({abs}(z - y))"),
    "huber": Template("c = {clip}(z - y, -1, 1)\nreturn {mean}(c * (z - y - c / 2))"),
    "quantile": Template(f"{_LEVELS}\n{_PINBALL}"),
    "ordered_quantile": Template(f"{_LEVELS}\n{ORDERED}\n{_PINBALL}"),
    "squared_exp": Template("return {mean}((stable_exp(z) - y) ** 2)"),
    "squared_softplus": Template("return {mean}(({softplus}(z) - y) ** 2)"),
    "squared_sigmoid": Template("return {mean}(({sigmoid}(z) - y) ** 2)"),
    "squared_tanh": Template("return {mean}(({tanh}(z) - y) ** 2)"),
    "gamma_exp": Template("return {mean}(z + y * stable_exp(-z))"),
    "gamma_softplus": Template("t = log_softplus(z)\nreturn {mean}(t + y * stable_exp(-t))"),
    "tweedie_exp": Template("return {mean}(2 * stable_exp(z / 2) + 2 * y * stable_exp(-z / 2))"),
    "gaussian_nll": Template(
        CENTRE + "m, s = z[..., :k], z[..., k:]\n"
        "return {mean}(0.5 * (s + (y - m) ** 2 * stable_exp(-s))) + 0.9189385332"
    ),
    "gaussian_nll_softplus": Template(
        CENTRE + "m, s = z[..., :k], log_softplus(z[..., k:])\n"
        "return {mean}(0.5 * (s + (y - m) ** 2 * stable_exp(-s))) + 0.9189385332"
    ),
    "squared_log": Template(
        "return {mean}(({log1p}({relu}(z)) - {log1p}(y)) ** 2)", predict="return {relu}(z)  # max(z, 0)"
    ),
    "learned_weights": Template(
        "# z: one log-variance per loss, learned; y: the losses of the heads themselves\n"
        "return {mean}(0.5 * (stable_exp(-z) * y + z))",
        "[1, losses]",
        "return stable_exp(-z)  # the weight of each loss",
    ),
    "beta": Template(
        _BETA + "a, b = m * p, {sigmoid}(-z[..., :k]) * p\n"
        "value = {lgamma}(1 + a) + {lgamma}(1 + b) - {lgamma}(1 + p) - {log}(p)\n"
        "value = value + {softplus}(z[..., :k]) + {softplus}(-z[..., :k])\n"
        "return {mean}(value - (a - 1) * {log}(y) - (b - 1) * {log1p}(-y))",
        "[rows, {outputs}] strictly between 0 and 1",
        _BETA + "return m, (m * (1 - m) / (1 + p)) ** 0.5  # mean, deviation",
        TWICE,
    ),
    "dirichlet": Template(
        "a = {softplus}(z) + 0.001\n"
        "value = {sum}({lgamma}(a) - (a - 1) * {log}(y), -1) - {lgamma}({sum}(a, -1))\n"
        "return {mean}(value)",
        "[rows, parts] shares, none of them 0",
        "a = {softplus}(z) + 0.001\nreturn a / {sum}(a, -1)[..., None]  # mean shares",
        PER_CLASS,
    ),
    "student_t": Template(
        _STUDENT + "value = {lgamma}(n / 2) - {lgamma}((n + 1) / 2) + 0.5 * {log}(n * 3.141592653589793)\n"
        "value = value + {log}(s) + 0.5 * (n + 1) * {log1p}(((y - m) / s) ** 2 / n)\n"
        "return {mean}(value)",
        predict=_STUDENT + "return m, s, n  # location, scale, degrees of freedom",
        units=THRICE,
    ),
    "mixture_density": Template(
        _MIXTURE + "joint = w - 0.5 * ((y - m) / s) ** 2 - {log}(s) - 0.9189385332\n"
        "return -{mean}({logsumexp}(joint, -1))",
        "[rows, 1]",
        _MIXTURE + "return {exp}(w), m, s  # weights, means, deviations",
        Units(more=15),
    ),
}
