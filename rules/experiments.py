"""The closed list of numerical checks that can confirm or refute a rule: what to run and what to look at."""

from __future__ import annotations

EXPERIMENTS: dict[str, str] = {
    "gradient-ratio": "random network of the depth in question: first over last layer's gradient by pre-activations",
    "plain-depth-accuracy": "digits, 20 plain dense layers of 64: test accuracy at the best learning rate",
    "shallow-accuracy": "digits, 3 dense layers of 64: test accuracy at the best learning rate, over several seeds",
    "dead-share": "share of units that are zero on the whole training set, over learning rates",
    "hidden-norm": "largest norm of the recurrent state after 500 steps",
    "second-derivative": "train u'' = -sin x on an interval: error against sin x",
    "int8-error": "round activations to eight bits between their extremes: signal to rounding noise, and accuracy",
}
