"""Templates for times to an event."""

from __future__ import annotations

from collections.abc import Mapping

from models.heads.code.templates.base import PER_CLASS, Template, Units

_INTERVALS = "[rows, 2, intervals] event flags, then "

TEMPLATES: Mapping[str, Template] = {
    "logistic_hazard": Template(
        "event, at_risk = y[:, 0], y[:, 1]\nreturn {sum}(at_risk * ({softplus}(z) - event * z)) / {sum}(at_risk)",
        _INTERVALS + "at-risk flags",
        "return {exp}({cumsum}(-{softplus}(z), -1))  # survival after each interval",
        PER_CLASS,
    ),
    "piecewise_hazard": Template(
        "event, lived = y[:, 0], y[:, 1]\nreturn {mean}({sum}({softplus}(z) * lived - event * log_softplus(z), -1))",
        _INTERVALS + "the time lived in each, in interval lengths",
        "return {exp}(-{cumsum}({softplus}(z), -1))  # survival after each interval",
        PER_CLASS,
    ),
    "event_time": Template(
        "later = {arange}(z.shape[-1]) - y[:, :1]\n"
        "possible = {where}(y[:, 1:] == 1, later == 0, later > 0)\n"
        "kept = {where}(possible, z, -1e30)\n"
        "return {mean}({logsumexp}(z, -1) - {logsumexp}(kept, -1))",
        "[rows, 2] number of the interval, 1.0 for an event or 0.0 for a censored row",
        "return {softmax}(z, -1)  # the last part is survival beyond the grid",
        PER_CLASS,
    ),
    "cox_partial_likelihood": Template(
        "time, event, score = y[:, 0], y[:, 1], z[:, 0]\n"
        "at_risk = {where}(time[None, :] >= time[:, None], score[None, :], -1e30)\n"
        "return {sum}(event * ({logsumexp}(at_risk, -1) - score)) / {sum}(event)  # 0/0 without events",
        "[rows, 2] time, 1.0 for an event or 0.0 for a censored row",
        "return z  # logarithm of the relative risk",
        Units(more=1),
    ),
}
