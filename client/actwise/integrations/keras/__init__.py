"""Keras: describe a functional or Sequential model, look through it as the doctor does, and put an answer into a copy.

from actwise.integrations import keras as actwise_keras

description = actwise_keras.describe(model, task="classification", compute_budget="low")
changes = actwise_keras.apply(model, client.recommend(description))
changes.model.compile(...)
"""

from actwise.integrations.missing import not_installed

try:
    import keras as _keras  # noqa: F401  # only whether it is there
except ImportError as error:
    raise not_installed("Keras with a back end", "keras", error) from error

from actwise.integrations.keras.activations import activation
from actwise.integrations.keras.applying import apply
from actwise.integrations.keras.examining import describe, examine, network

__all__ = ["activation", "apply", "describe", "examine", "network"]
