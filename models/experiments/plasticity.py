"""Learning one task after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from models.experiments.base import Experiment, Parameters, Scores, Value
from models.experiments.starts import start_of


class Plasticity(Experiment):
    """Digits with labels that are shuffled anew for every task; how well is the last one still learned?"""

    id = "plasticity"
    runs = "digits whose labels are drawn anew for each of 20 tasks, 2 layers of 32, 60 steps of Adam at 0.01 each"
    measures = "training accuracy on the last task less that on the first, in hundredths"
    unit = "points"
    negligible = 1.0
    replicates = 4
    parameters: ClassVar[dict[str, Value | tuple[str, ...]]] = {"depth": 2, "width": 32, "steps": 60, "tasks": 20}

    def measure(self, candidate: str, parameters: Parameters, seeds: Sequence[int]) -> Scores:
        from models.experiments.populations import Recipe, best_rate, draw, label_slope, outputs, train
        from models.experiments.trained import prepared
        from models.networks.shapes import DenseShape

        x, depth = prepared("digits").x_train[:400], int(parameters["depth"])
        recipe = Recipe((0.01,), tuple(seeds), int(parameters["steps"]))
        shape = DenseShape(features=x.shape[1], outputs=10, depth=depth, width=int(parameters["width"]))
        network = draw(candidate, shape, start_of(candidate, "recommended", depth), seeds, len(x))
        accuracies = []
        for task in range(int(parameters["tasks"])):
            labels = np.random.default_rng([task, 21]).integers(0, 10, len(x))
            train(network, x, label_slope(labels), recipe)
            accuracies.append((outputs(network, x).argmax(axis=2) == labels).mean(axis=1))
        return best_rate(100 * (accuracies[-1] - accuracies[0]), recipe, -100.0)
