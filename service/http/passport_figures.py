"""Passports computed: of a function, in one network, on this machine."""

from __future__ import annotations

from functools import lru_cache

from models.activations.base import Activation
from models.activations.exports import EXPORTS, SOURCES, Export
from models.formulas import FormulaActivation, formula_name, resolve
from models.formulas.exports import export_of
from models.passports import Drop, deployment_of, kept_for_backward
from rules import RuleSet
from service.advice.formulas import stand_ins, told_of
from service.http.loading import describe
from service.http.passport_views import (
    DeploymentFigures,
    ElementCost,
    ExportFacts,
    FormatDrop,
    KeptMemory,
    Passport,
    Passports,
)
from service.http.signal_figures import rounded, signal_figures
from service.http.views import ActivationDetail
from service.passports.costs import Costs
from service.passports.network import Subject, Wanted, name_of, subject_of, training_of
from service.probing.entrants import trainable

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
            network=f"{subject.network.family}, {subject.network.in_words}",
            differences=subject.proxy.differences,
            signal=signal_figures(name, subject.network) if alone and elementwise else None,
            memory=_memory(activation) if elementwise else None,
            cost=_cost(activation, costs) if elementwise else None,
            export=_export(export_of(activation) if isinstance(activation, FormulaActivation) else EXPORTS[name]),
            deployment=_deployment(activation, subject, wanted.seeds) if deployment else None,
        )

    return lru_cache(_RECENT)(passport)


def _function(activation: Activation, rules: RuleSet) -> ActivationDetail:
    return describe(activation, rules).model_copy(update={"name": name_of(activation)})


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
        score=rounded(found.score),
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
        signal_to_noise=rounded(drop.signal_to_noise),
    )


def _fixed(value: float | None) -> float | None:
    """To a millionth: differences of scores that are nothing else are nothing."""
    return None if value is None else round(value, 6) + 0.0
