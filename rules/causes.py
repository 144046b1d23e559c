"""The closed list of causes: the mechanism that a claim is about.

Claims that share a cause are pooled; different causes add. A new mechanism needs a new entry here.
"""

from __future__ import annotations

CAUSES: dict[str, str] = {
    "signal_propagation": "variance and gradients shrink or grow from layer to layer at the start of training",
    "dead_units": "units whose gradient is zero on all data stop learning",
    "mean_shift": "outputs that are not centred shift the input of the next layer and slow learning",
    "self_normalisation": "the function itself keeps mean and variance at a fixed point, or a normaliser undoes that",
    "smoothness": "training or use needs derivatives of the network that are continuous",
    "capacity": "what the function can represent or overfit with the data at hand",
    "frequency": "fine detail and periodic structure in low-dimensional coordinates or time",
    "gating": "a product of two branches, one of which switches the other",
    "bounded_state": "values that are fed back or handed on must stay within bounds",
    "reported_quality": "direct published comparison of whole trained networks; the mechanism is left open",
    "optimisation": "how learning rate, optimiser or recipe interact with the function",
    "compute": "time and memory of one training or inference step",
    "kernel_support": "whether the device or library has a fast operator for the function",
    "quantisation": "loss from rounding activations to eight bits",
    "numeric_range": "overflow and underflow in short floating-point formats",
    "robustness": "accuracy under adversarial or outlying inputs",
    "privacy": "signal lost to clipping and noise in private training",
    "reproducibility": "how far predictions differ between retrained copies",
    "sparsity": "exact zeros that are wanted, or exploited by the hardware",
    "plasticity": "ability to go on learning when the data change",
    "interpretability": "explanations, smooth saliency, or formal verification of the trained network",
    "convention": "what published networks of this kind use; a habit, not a measurement",
    "house": "what an operator's own rules say, whatever mechanism they name: it counts in full",
    "outcome": "a measurement of the whole trained network on the task at hand",
}

CAUSE_NAMES: tuple[str, ...] = tuple(CAUSES)
CAUSE_INDEX: dict[str, int] = {name: index for index, name in enumerate(CAUSE_NAMES)}
