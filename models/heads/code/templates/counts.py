"""Templates for counts."""

from __future__ import annotations

from collections.abc import Mapping

from models.heads.code.templates.base import CENTRE, THRICE, TWICE, Template

_SIZE = "b = 8 * {tanh}(%s / 8)  # logarithm of the size, bounded\nr = {exp}(b)\n"
_COUNTED = (
    "counted = {lgamma}(r) + {lgamma}(y + 1.0) - {lgamma}(y + r)\n"
    "counted = counted + r * {softplus}(a - b) + y * {softplus}(b - a)\n"
)
_INFLATED = "value = {softplus}(e) + {where}(y == 0, -{logaddexp}(e, -counted), counted)\nreturn {mean}(value)"

TEMPLATES: Mapping[str, Template] = {
    "poisson_exp": Template("return {mean}(stable_exp(z) - y * z)"),
    "poisson_softplus": Template("return {mean}({softplus}(z) - y * log_softplus(z))"),
    "negative_binomial": Template(
        CENTRE
        + "a = z[..., :k]  # logarithm of the mean\n"
        + _SIZE % "z[..., k:]"
        + _COUNTED
        + "return {mean}(counted)"
    ),
    "zero_inflated_poisson": Template(
        CENTRE + "e, a = z[..., :k], z[..., k:]  # logit of extra zeros, logarithm of the rate\n"
        "counted = stable_exp(a) - y * a + {lgamma}(y + 1.0)\n" + _INFLATED,
        predict=CENTRE + "return {sigmoid}(-z[..., :k]) * stable_exp(z[..., k:])  # mean count",
        units=TWICE,
    ),
    "zero_inflated_negative_binomial": Template(
        "k = z.shape[-1] // 3\n"
        "e, a = z[..., :k], z[..., k : 2 * k]  # logit of extra zeros, logarithm of the mean\n"
        + _SIZE % "z[..., 2 * k :]"
        + _COUNTED
        + _INFLATED,
        predict="k = z.shape[-1] // 3\nreturn {sigmoid}(-z[..., :k]) * stable_exp(z[..., k : 2 * k])  # mean count",
        units=THRICE,
    ),
}
