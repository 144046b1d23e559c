"""What a loss's name says, in each framework's spelling."""

from __future__ import annotations

import pytest

from models.heads import LOSSES
from service.doctor.losses import read_loss


@pytest.mark.parametrize(
    ("name", "measures", "takes"),
    [
        ("torch.nn.CrossEntropyLoss()", "categorical", "logits"),
        ("nn.NLLLoss", "categorical", "log_probabilities"),
        ("BCEWithLogitsLoss", "binary", "logits"),
        ("sparse_categorical_crossentropy", "categorical", "probabilities"),
        ("tf.keras.losses.BinaryCrossentropy(from_logits=True)", "binary", "logits"),
        ("tf.keras.losses.BinaryCrossentropy(from_logits=False)", "binary", "probabilities"),
        ("mean_squared_error", "squared", "numbers"),
        ("something of my own", "other", "unknown"),
        ("", "other", "unknown"),
    ],
)
def test_a_loss_is_understood_in_its_frameworks_spelling(name: str, measures: str, takes: str) -> None:
    loss = read_loss(name)
    assert (loss.measures, loss.takes) == (measures, takes)


def test_the_caller_decides_for_losses_that_take_either() -> None:
    assert read_loss("categorical_crossentropy", from_logits=True).takes == "logits"
    assert read_loss("NLLLoss", from_logits=True).takes == "log_probabilities"


def test_one_name_means_two_things_until_the_framework_is_known() -> None:
    assert read_loss("binary_cross_entropy").takes == "unknown"
    assert read_loss("binary_cross_entropy", framework="pytorch").takes == "probabilities"
    assert read_loss("binary_cross_entropy", from_logits=True).takes == "logits"


@pytest.mark.parametrize("name", ["cross_entropy", "soft_cross_entropy", "binary_cross_entropy", "focal", "squared"])
def test_our_own_names_are_known(name: str) -> None:
    assert name in LOSSES
    assert read_loss(name).measures != "other"
