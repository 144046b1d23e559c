"""Templates for labels: one of several, several at once, ordered, shares of a whole, and actions."""

from __future__ import annotations

from collections.abc import Mapping

from models.heads.code.templates.base import PER_CLASS, PER_STEP, Template

CLASS_NUMBERS = "[rows] class numbers"
FALLING = "l = {cumsum}({concat}([z[..., :1], -{softplus}(z[..., 1:])], -1), -1)"
_SOFTMAX = "return {softmax}(z, -1)"
_LABEL = "own = {arange}(z.shape[-1]) == y[:, None]\n"
_OF_LABEL = "return {mean}({logsumexp}(z, -1) - {sum}({where}(own, z, 0.0), -1))"
_SPARSE = (
    "z = z - {max}(z, -1)[..., None]\n"
    "rank = {arange}(1, z.shape[-1] + 1)\n"
    "tau = {max}(({cumsum}(descending(z), -1) - 1) / rank, -1)[..., None]\n"
)

TEMPLATES: Mapping[str, Template] = {
    "cross_entropy": Template("{cross_entropy}", CLASS_NUMBERS),
    "soft_cross_entropy": Template(
        "return -{mean}({sum}(y * {log_softmax}(z, -1), -1))", "[rows, parts] shares", _SOFTMAX, PER_CLASS
    ),
    "binary_cross_entropy": Template(
        "return {mean}({softplus}(z) - y * z)", "[rows, labels] of 0.0 and 1.0", "return {sigmoid}(z)"
    ),
    "focal": Template(
        "u = (2 * y - 1) * z\n"
        "weight = 0.75 - 0.5 * y  # alpha = 0.25 for y = 1\n"
        "return {mean}(weight * {sigmoid}(-u) ** 2 * {softplus}(-u))",
        "[rows, labels] of 0.0 and 1.0",
    ),
    "cumulative_link": Template(
        f"{FALLING}\n"
        "k = {arange}(1, {levels})\n"
        "at, above = {where}(k == y[:, None], 1.0, 0.0), {where}(k == y[:, None] + 1, 1.0, 0.0)\n"
        "edges = {sum}(at * {softplus}(-l) + above * {softplus}(l), -1)\n"
        "return {mean}(edges + {sum}(above[:, 1:] * {softplus}(-z[:, 1:]), -1))",
        "[rows] level numbers",
    ),
    "smoothed_cross_entropy": Template(
        "spread = {mean}(z, -1)\n" + _LABEL + "kept = {sum}({where}(own, z, 0.0), -1)\n"
        "return {mean}({logsumexp}(z, -1) - 0.9 * kept - 0.1 * spread)",
        CLASS_NUMBERS,
        _SOFTMAX,
        PER_CLASS,
    ),
    "sparsemax": Template(
        _SPARSE + _LABEL + "squares = {sum}({where}(z > tau, z**2 - tau**2, 0.0), -1)\n"
        "return {mean}(0.5 * (1 + squares) - {sum}({where}(own, z, 0.0), -1))",
        CLASS_NUMBERS,
        _SPARSE + "return {where}(z > tau, z - tau, 0.0)",
        PER_CLASS,
    ),
    "capped_cross_entropy": Template(
        "z = 30 * {tanh}(z / 30)\n" + _LABEL + _OF_LABEL,
        CLASS_NUMBERS,
        "return {softmax}(30 * {tanh}(z / 30), -1)",
        PER_CLASS,
    ),
    "angular_margin": Template(
        "# z: cosines between the unit embedding and each class's unit weight vector\n"
        "c = {clip}(z, -0.9999, 0.9999)\n" + _LABEL + "turned = c * 0.8775825618903728 - {sqrt}(1 - c**2) * "
        "0.479425538604203  # cos(angle + 0.5)\n"
        "z = 30 * {where}(own, turned, c)\n" + _OF_LABEL,
        CLASS_NUMBERS,
        "return z  # drop the classes and compare embeddings by cosine",
        PER_CLASS,
    ),
    "policy_gradient": Template(
        "return -{mean}({sum}(y * {log_softmax}(z, -1), -1))",
        "[rows, actions] the advantage in the column of the action taken, 0 elsewhere",
        _SOFTMAX,
        PER_CLASS,
    ),
    "levelwise_cross_entropy": Template(
        "passed = {where}(y[:, None] > {arange}(z.shape[-1]), 1.0, 0.0)\n"
        "return {mean}({sum}({softplus}(z) - passed * z, -1))",
        "[rows] level numbers",
        "return {sum}({where}(z > 0, 1, 0), -1)  # the level",
        PER_STEP,
    ),
    "conditional_levels": Template(
        "passed = {where}(y[:, None] > {arange}(z.shape[-1]), 1.0, 0.0)\n"
        "reached = {where}(y[:, None] >= {arange}(z.shape[-1]), 1.0, 0.0)\n"
        "return {sum}(reached * ({softplus}(z) - passed * z)) / {sum}(reached)",
        "[rows] level numbers",
        "return {exp}({cumsum}(-{softplus}(-z), -1))  # P(y >= 1), P(y >= 2), ...",
        PER_STEP,
    ),
}
