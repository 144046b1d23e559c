"""Templates for directions, rotations, embeddings and scores of pairs."""

from __future__ import annotations

from collections.abc import Mapping

from models.heads.code.templates.base import Template, Units

_ROTATION = (
    "one, a = unit(z[..., :3]), z[..., 3:]\n"
    "two = unit(a - {sum}(one * a, -1)[..., None] * one)\n"
    "columns = {concat}([one, two, {cross}(one, two)], -1)\n"
)
_SIGN = "sign = 2 * y - 1  # 1 for real rows, -1 for made ones\n"
_REAL = "[rows, 1] 1.0 for real rows, 0.0 for made ones"

TEMPLATES: Mapping[str, Template] = {
    "cosine_distance": Template(
        "return 1 - {mean}({sum}(unit(z) * y, -1))",
        "[rows, 2] (cos, sin) of the angle",
        "return {arctan2}(z[..., 1], z[..., 0])  # the angle",
        Units(more=2),
    ),
    "von_mises": Template(
        "k = {sum}(z**2 + 5e-17, -1) ** 0.5  # concentration\n"
        "return {mean}({log}(6.283185307179586 * {i0e}(k)) + k - {sum}(z * y, -1))",
        "[rows, 2] (cos, sin) of the angle",
        "return {arctan2}(z[..., 1], z[..., 0])  # the mean angle",
        Units(more=2),
    ),
    "rotation": Template(
        _ROTATION + "return 3 - {mean}({sum}(columns * y, -1))",
        "[rows, 9] the three columns of each matrix",
        _ROTATION + "return columns",
        Units(more=6),
    ),
    "contrastive": Template(
        's = {einsum}("ik,jk->ij", unit(z), unit(y)) / 0.07\n'
        "own = {sum}(unit(z) * unit(y), -1) / 0.07\n"
        "return {mean}({logsumexp}(s, -1) - own)",
        "[rows, size] the partner of each row",
        "return unit(z)",
        Units(more=128),
    ),
    "triplet": Template(
        "k = z.shape[-1]\n"
        "like, unlike = unit(y[:, :k]), unit(y[:, k:])\n"
        "return {mean}({relu}({sum}(2 * unit(z) * (unlike - like), -1) + 0.2))",
        "[rows, 2 x size] a like row's vector, then an unlike one's",
        "return unit(z)",
        Units(more=128),
    ),
    "pairwise_logistic": Template(
        "# z: the scores of two items, the preferred one first\nreturn {mean}({softplus}(z[..., 1] - z[..., 0]))",
        "not looked at",
        "return z  # sort by it",
        Units(more=1),
    ),
    "hinge": Template(_SIGN + "return {mean}({relu}(1 - sign * z))", _REAL, "return z  # above 0: real", Units(more=1)),
    "critic": Template(_SIGN + "return -{mean}(sign * z)", _REAL, "return z  # a score, no probability", Units(more=1)),
}
