"""Every experiment by its id."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from actwise.contract.names import nearest_name
from models.experiments import (
    behaviour,
    capacity,
    coordinates,
    derivatives,
    guarded,
    heads,
    isometry,
    numbers,
    plasticity,
    propagation,
    recurrence,
    trained,
)
from models.experiments.base import Experiment

_ALL: tuple[Experiment, ...] = (
    propagation.GradientRatio(),
    propagation.SignalGrowth(),
    propagation.MomentDrift(),
    isometry.OrthogonalIsometry(),
    trained.PlainDepthAccuracy(),
    trained.ShallowAccuracy(),
    trained.SmallDataAccuracy(),
    trained.LearningSpeed(),
    trained.NoisyInputs(),
    trained.DeadShare(),
    capacity.BornDead(),
    capacity.LinearCollapse(),
    capacity.Bottleneck(),
    capacity.AutoencoderFit(),
    derivatives.SecondDerivative(),
    coordinates.ImageDetail(),
    coordinates.PeriodicExtrapolation(),
    recurrence.StateNorm(),
    recurrence.RecurrentGradient(),
    numbers.Int8Error(),
    numbers.Float16Headroom(),
    guarded.PrivateAccuracy(),
    guarded.AdversarialAccuracy(),
    behaviour.RetrainChurn(),
    behaviour.OutlierResponse(),
    behaviour.ExactZeros(),
    behaviour.ZeroSlopes(),
    behaviour.SlopeJumps(),
    behaviour.SolverSteps(),
    plasticity.Plasticity(),
    heads.HeadSkill(),
    heads.SaturatedHead(),
    heads.QuantileCrossing(),
    heads.BentProbabilities(),
)

EXPERIMENTS: Mapping[str, Experiment] = MappingProxyType({experiment.id: experiment for experiment in _ALL})


class UnknownExperiment(KeyError):
    """No experiment has this id; the message holds the nearest that exists."""

    def __str__(self) -> str:
        return str(self.args[0])


def get_experiment(experiment_id: str) -> Experiment:
    """The experiment of that id; UnknownExperiment with the nearest spelling when there is none."""
    if experiment_id in EXPERIMENTS:
        return EXPERIMENTS[experiment_id]
    near = nearest_name(experiment_id, EXPERIMENTS)
    hint = f"did you mean {near!r}? " if near else ""
    raise UnknownExperiment(f"no experiment {experiment_id[:60]!r}: {hint}known: {', '.join(EXPERIMENTS)}")
