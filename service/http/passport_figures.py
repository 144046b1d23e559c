"""Passports computed: of a function, in one network, on this machine."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from actwise.contract.answer import Initialization
from models.activations.base import Activation
from models.activations.exports import EXPORTS, SOURCES, Export
from models.formulas import FormulaActivation, formula_name, resolve
from models.formulas.exports import export_of
from models.networks.shapes import Network
from models.passports import Drop, deployment_of, kept_for_backward
from models.passports.signal import family_passport
from rules import RuleSet
from service.advice.formulas import stand_ins, told_of
from service.http.loading import describe
from service.http.passport_views import (
    DeploymentFigures,
    ElementCost,
    ExportFacts,
    Figure,
    FormatDrop,
    KeptMemory,
    Passport,
    Passports,
    SignalFigures,
    SignalLayer,
)
from service.http.views import ActivationDetail
from service.passports.costs import Costs
from service.passports.network import Subject, Wanted, name_of, subject_of, training_of
from service.probing.entrants import trainable
from service.probing.starts import start_for

SEEDS = (0, 1, 2)
_FIGURES = 4
_RECENT = 256


def passports(rules: RuleSet, costs: Costs) -> Passports:
    """Computes passports, and keeps the latest."""

    def passport(name: str, wanted: Wanted, deployment: bool) -> Passport:
        asked, subject = resolve(name), subject_of(wanted)
        formula = asked if isinstance(asked, FormulaActivation) else None
        activation = resolve(stand_ins({name: formula})[0]) if formula else asked
        name = name_of(activation)
        alone = trainable(name, subject.network)
        elementwise = activation.elementwise and "gated_unit" not in activation.roles
        return Passport(
            function=_function(activation, rules),
            formula=told_of({formula_name(formula.text): formula})[0] if formula else None,
            network=_shape(subject.network),
            differences=subject.proxy.differences,
            signal=_signal(name, subject.network) if alone and elementwise else None,
            memory=_memory(activation) if elementwise else None,
            cost=_cost(activation, costs) if elementwise else None,
            export=_export(export_of(activation) if isinstance(activation, FormulaActivation) else EXPORTS[name]),
            deployment=_deployment(activation, subject, wanted.seeds) if deployment else None,
        )

    return lru_cache(_RECENT)(passport)


def _function(activation: Activation, rules: RuleSet) -> ActivationDetail:
    return describe(activation, rules).model_copy(update={"name": name_of(activation)})


def _shape(network: Network) -> str:
    paths = ", residual paths" if network.residual else ""
    return (
        f"{network.family}, {network.depth} hidden layers of {network.width}, normalisation "
        f"{network.normalization}{paths}"
    )


def _signal(name: str, network: Network) -> SignalFigures:
    start = start_for(name, network)
    found = family_passport(name, network, start, SEEDS)
    return SignalFigures(
        initialization=Initialization(scheme=start.scheme, gain=_rounded(start.gain), note=start.note or None),
        seeds=len(SEEDS),
        gradient_decades=_figure(found.gradient_decades),
        layers=tuple(
            SignalLayer(
                layer=layer + 1,
                variance=_figure(found.variance[:, layer]),
                gradient=_figure(found.gradient[:, layer]),
                dead_share=_figure(found.dead_share[:, layer]),
                saturated_share=_figure(found.saturated_share[:, layer]),
            )
            for layer in range(network.depth)
        ),
    )


def _memory(activation: Activation) -> KeptMemory:
    kept = kept_for_backward(activation)
    return KeptMemory(reads_value=kept.value, bytes_per_element=kept.bytes_per_element)


def _cost(activation: Activation, costs: Costs) -> ElementCost:
    found, unit = costs.of(activation)
    relative = found.over(unit)
    return ElementCost(
        forward_ns=round(found.forward, 3),
        backward_ns=round(found.backward, 3),
        relative_forward=round(relative.forward, 2),
        relative_backward=round(relative.backward, 2),
        relative=round(sum(found) / sum(unit), 2),
    )


def _export(export: Export) -> ExportFacts:
    return ExportFacts(
        onnx=export.onnx,
        opset=export.opset,
        older=export.older,
        settings=export.settings,
        tflite=export.tflite,
        cudnn=export.cudnn,
        sources=dict(SOURCES),
    )


def _deployment(activation: Activation, subject: Subject, seeds: int) -> DeploymentFigures:
    task = training_of(activation, subject, seeds)
    found = deployment_of(task, subject.data, activation)
    scale = 100 / max(found.score - subject.judge.baseline, 1e-9) if found.score is not None else 0.0
    return DeploymentFigures(
        data=subject.described,
        metric=subject.judge.metric,
        baseline=round(subject.judge.baseline, 6),
        score=_rounded(found.score),
        learning_rate=found.learning_rate,
        steps=task.steps,
        seeds=found.seeds,
        drops=tuple(_drop(drop, scale) for drop in found.drops),
    )


def _drop(drop: Drop, scale: float) -> FormatDrop:
    return FormatDrop(
        format=drop.form,
        mean=_fixed(drop.mean),
        low=_fixed(drop.low),
        high=_fixed(drop.high),
        points=_fixed(drop.mean * scale) if drop.mean is not None else None,
        failed=drop.failed,
        signal_to_noise=_rounded(drop.signal_to_noise),
    )


def _figure(across_seeds: NDArray[np.float64]) -> Figure:
    mean, low, high = (_rounded(float(part(across_seeds))) for part in (np.mean, np.min, np.max))
    return Figure(mean=mean, low=low, high=high)


def _fixed(value: float | None) -> float | None:
    """To a millionth: differences of scores that are nothing else are nothing."""
    return None if value is None else round(value, 6) + 0.0


def _rounded(value: float | None) -> float | None:
    """Four significant figures; JSON has neither infinity nor NaN."""
    if value is None or not isfinite(value):
        return None
    return float(f"{value:.{_FIGURES}g}") + 0.0
