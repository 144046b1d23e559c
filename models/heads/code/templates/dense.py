"""Templates for masks, boxes, flows, latents and continuous actions."""

from __future__ import annotations

from collections.abc import Mapping

from models.heads.code.templates.base import CENTRE, TWICE, Template, Units

_POLICY = (
    CENTRE + "m, s = z[..., :k], {clip}(z[..., k:], -5, 2)\n"
    "a, advantage = y[..., :k], y[..., k]\n"
    "log_density = -0.5 * ((a - m) * {exp}(-s)) ** 2 - s - 0.9189385332\n"
)
_FLOW = CENTRE + "s, t = 3 * {tanh}(z[..., :k] / 3), z[..., k:]\n"
_REACH = "reach = {exp}({clip}(z[:, -4:], -1e9, 4.135166556742356))  # at most 1000 / 16\n"
_ACTIONS = "[rows, actions + 1] the sampled actions%s, then the advantage"

TEMPLATES: Mapping[str, Template] = {
    "cross_entropy_and_dice": Template(
        "p = {sigmoid}(z)\n"
        "dice = (2 * {sum}(p * y) + 1) / ({sum}(p) + {sum}(y) + 1)\n"
        "return {mean}({softplus}(z) - y * z) + 1 - dice",
        "[rows, pixels] of 0.0 and 1.0",
        "return {sigmoid}(z)",
    ),
    "focal_and_overlap": Template(
        "u, sides = (2 * y[:, :-4] - 1) * z[:, :-4], y[:, -4:]\n"
        + _REACH
        + "focal = {mean}((0.75 - 0.5 * y[:, :-4]) * {sigmoid}(-u) ** 2 * {softplus}(-u))\n"
        "inner, outer = area({minimum}(reach, sides)), area({maximum}(reach, sides))\n"
        "union = area(reach) + area(sides) - inner\n"
        "found = {max}(y[:, :-4], -1)  # 1 where the anchor holds an object\n"
        "miss = {sum}(found * (2 - inner / union - union / outer))\n"
        "return focal + miss / {maximum}({sum}(found), {sum}(found) * 0 + 1)",
        "[anchors, classes + 4] class flags, then distances to the left, right, top and bottom",
        _REACH + "return {sigmoid}(z[:, :-4]), reach  # classes, distances",
        Units(classes=1, more=4),
    ),
    "matched_boxes": Template(
        "# after the matching: every query has its object, or none (the last class, weight 0.1)\n"
        "label, logits, box, wanted = y[:, 0], z[:, :-4], {sigmoid}(z[:, -4:]), y[:, 1:]\n"
        "own = {arange}(logits.shape[-1]) == label[:, None]\n"
        "found = {where}(own[:, -1], y[:, 0] * 0, 1.0)\n"
        "weight = 0.1 + 0.9 * found\n"
        "entropy = {logsumexp}(logits, -1) - {sum}({where}(own, logits, 0.0), -1)\n"
        "low, high = corners(box)\n"
        "low_wanted, high_wanted = corners(wanted)\n"
        "inside = {relu}({minimum}(high, high_wanted) - {maximum}(low, low_wanted))\n"
        "hull = {maximum}(high, high_wanted) - {minimum}(low, low_wanted)\n"
        "shared, around = inside[:, 0] * inside[:, 1], hull[:, 0] * hull[:, 1]\n"
        "union = box[:, 2] * box[:, 3] + wanted[:, 2] * wanted[:, 3] - shared\n"
        "miss = 5 * {sum}({abs}(box - wanted), -1) + 2 * (2 - shared / union - union / around)\n"
        "found = found / {maximum}({sum}(found), {sum}(found) * 0 + 1)\n"
        "return {sum}(weight * entropy) / {sum}(weight) + {sum}(found * miss)",
        "[queries, 5] class number, then centre and size of the box",
        "return {softmax}(z[:, :-4], -1), {sigmoid}(z[:, -4:])  # classes and none, boxes",
        Units(classes=1, more=5),
    ),
    "affine_flow": Template(
        _FLOW + "u = y * {exp}(s) + t\nreturn {mean}(0.5 * u**2 - s) + 0.9189385332",
        predict="# y, the inverse map, of noise u = 0\n" + _FLOW + "return -t * {exp}(-s)",
        units=TWICE,
    ),
    "gaussian_divergence": Template(
        CENTRE + "m, s = z[..., :k], z[..., k:]\nreturn {mean}(0.5 * {sum}((m - y) ** 2 + stable_exp(s) - 1 - s, -1))",
        "[rows, {outputs}] the prior's mean, 0.0 for a standard normal",
        CENTRE + "return z[..., :k], stable_exp(0.5 * z[..., k:])  # mean, deviation",
        TWICE,
    ),
    "squashed_gaussian_policy": Template(
        _POLICY + "log_density = log_density - 2 * (0.6931471806 - a - {softplus}(-2 * a))\n"
        "return -{mean}(advantage * {sum}(log_density, -1))",
        _ACTIONS % " before tanh",
        "return {tanh}(z[..., : z.shape[-1] // 2])",
        TWICE,
    ),
    "gaussian_policy": Template(
        _POLICY + "return -{mean}(advantage * {sum}(log_density, -1))",
        _ACTIONS % "",
        "return {clip}(z[..., : z.shape[-1] // 2], -1, 1)",
        TWICE,
    ),
}
