"""Keras models, described and changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras
from keras import layers as kl

from actwise.contract.answer import Recommendation
from actwise.contract.faults import ContractError
from actwise.integrations.keras import activation, apply, describe, examine, network
from actwise.integrations.keras.activations import FUNCTIONS, LEARNED, NAMES
from actwise.integrations.keras.kinds import function_name
from models.activations import catalogue

Advise = Callable[..., Recommendation]
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras itself


@cache
def resnet() -> keras.Model:
    """One block, whose way around has a projection. Making layers takes long, and `apply` leaves the model alone."""
    inputs = keras.Input((8, 8, 3))
    x = kl.ReLU()(kl.BatchNormalization()(kl.Conv2D(32, 3, padding="same", use_bias=False, name="stem")(inputs)))
    y = kl.Activation("relu")(kl.BatchNormalization()(kl.Conv2D(64, 3, padding="same", name="first")(x)))
    y = kl.BatchNormalization()(kl.Conv2D(64, 3, padding="same", name="second")(y))
    x = kl.ReLU()(kl.Add()([y, kl.Conv2D(64, 1, name="shortcut")(x)]))
    return keras.Model(inputs, kl.Dense(10, activation="softmax", name="head")(kl.GlobalAveragePooling2D()(x)))


@cache
def mlp() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((200,)),
            kl.Dense(200, activation="relu", name="one"),
            kl.Dense(200, activation=lambda x: x * keras.ops.sigmoid(x), name="two"),
            kl.Dense(1, name="out"),
        ]
    )


@cache
def transformer() -> keras.Model:
    inputs = keras.Input((7,), dtype="int32")
    x = kl.Embedding(50, 32)(inputs)
    for _ in range(2):
        x = kl.LayerNormalization()(x + kl.MultiHeadAttention(4, 8)(x, x))
        x = kl.LayerNormalization()(x + kl.Dense(32)(kl.Dense(64, activation="gelu")(x)))
    return keras.Model(inputs, kl.Dense(2)(kl.GlobalAveragePooling1D()(x)))


def gain_of(layer: keras.layers.Layer) -> float:
    kernel = keras.ops.convert_to_numpy(layer.kernel)
    return float(kernel.std() * np.prod(kernel.shape[:-1]) ** 0.5)


def now(model: keras.Model) -> set[str]:
    return {place.activation for place in examine(model).activations}


def test_a_residual_network_is_described_and_its_softmax_shows_the_task() -> None:
    request = describe(resnet(), compute_budget="low")
    assert (request.task, request.classes, request.layer_type, request.depth) == (
        "multiclass_classification",
        10,
        "conv",
        3,
    )
    assert (request.normalization, request.residual, request.modality, request.features) == (
        "batch",
        True,
        "image",
        192,
    )


def test_activations_inside_layers_and_without_a_name_are_found() -> None:
    found = examine(mlp(), task="regression")
    assert [(place.activation, place.where) for place in found.activations] == [
        ("relu", "one.activation"),
        ("silu", "two.activation"),
    ]
    assert (found.description.layer_type, found.description.depth, found.description.features) == ("dense", 2, 200)


def test_cells_are_a_recurrent_block() -> None:
    model = keras.Sequential(
        [keras.Input((9, 6)), kl.Bidirectional(kl.GRU(24, return_sequences=True)), kl.GRU(24), kl.Dense(3)]
    )
    found = examine(model, task="classification")
    assert (found.description.layer_type, found.description.depth, found.description.cell) == ("recurrent", 2, "gru")
    assert (found.sequence_length, found.description.width) == (9, 24)


def test_a_transformer_is_one_block_of_attention() -> None:
    request = describe(transformer(), task="classification")
    assert (request.layer_type, request.depth, request.width) == ("attention", 2, 32)
    assert (request.normalization, request.residual, request.modality) == ("layer", True, "text")


def test_a_softmax_layer_is_no_hidden_activation() -> None:
    model = keras.Sequential([keras.Input((4,)), kl.Dense(8), kl.ReLU(), kl.Dense(3), kl.Activation("softmax")])
    found = examine(model)
    assert [place.activation for place in found.activations] == ["relu"]
    assert found.description.task == "multiclass_classification"


def test_a_subclass_and_a_model_without_shapes_are_refused_with_a_way_out() -> None:
    class Own(keras.Model):
        def call(self, x: object) -> object:
            return x

    with pytest.raises(ContractError, match="build one around it"):
        describe(Own(), task="regression")
    with pytest.raises(ContractError, match="call it once"):
        describe(keras.Sequential([kl.Dense(3)]), task="regression")


def test_the_doctors_form_has_layers_and_additions() -> None:
    kinds = [layer.kind for layer in network(resnet(), loss="CategoricalCrossentropy").layers]
    assert (kinds.count("addition"), kinds.count("conv"), kinds.count("dense")) == (1, 4, 1)


@pytest.mark.parametrize(("make", "choice"), [(resnet, "prelu"), (mlp, "swish"), (transformer, "mish")])
def test_what_was_applied_is_found_again_and_the_copy_runs(
    make: Callable[[], keras.Model], choice: str, advise: Advise
) -> None:
    model = make()
    before = now(model)
    changes = apply(model, advise(describe(model, task="classification"), allow=[choice]), seed=0)
    assert now(changes.model) == {choice}
    assert now(model) == before, "the model itself is left alone"
    example = keras.ops.ones((2, *model.inputs[0].shape[1:]), dtype=model.inputs[0].dtype)
    assert changes.model(example).shape == model(example).shape


def test_an_answer_can_be_applied_twice_and_what_is_learned_stays_in_its_copy(advise: Advise) -> None:
    model = mlp()
    answer = advise(describe(model, task="regression"), allow=["swish"])
    once = apply(model, answer).model
    once.get_layer("two").activation.rate.assign(keras.ops.full((1, 200), 2.0))
    twice = apply(once, answer).model
    assert now(twice) == {"swish"}
    rates = [one.get_layer("two").activation.rate for one in (once, twice)]
    assert rates[0] is not rates[1]
    assert float(rates[1][0, 0]) == 2.0


def test_a_lambda_of_the_callers_stays_where_nothing_is_changed(advise: Advise) -> None:
    model = mlp()
    answer = advise(describe(model, task="regression"), allow=["silu"])
    changes = apply(model, answer, reinitialize=False)
    assert [name for name, _, _ in changes.swapped] == ["one"]
    assert changes.model.get_layer("two").activation is model.get_layer("two").activation


def test_weights_in_front_have_the_gain_of_the_answer_and_others_are_copied(advise: Advise) -> None:
    model = resnet()
    answer = advise(describe(model), allow=["silu"])
    gain = answer.hidden[0].ranking[0].initialization.gain
    assert gain is not None
    new = apply(model, answer, seed=0).model
    for name in ("stem", "first", "second", "shortcut"):
        assert gain_of(new.get_layer(name)) == pytest.approx(gain, rel=0.06)
    assert np.array_equal(new.get_layer("head").get_weights()[0], model.get_layer("head").get_weights()[0])


def test_nothing_is_drawn_anew_unless_wanted_and_outputs_are_equal_without_a_change(advise: Advise) -> None:
    model = transformer()
    changes = apply(model, advise(describe(model, task="classification"), allow=["gelu"]), reinitialize=False)
    example = np.arange(14).reshape(2, 7)
    assert not changes.swapped
    assert not changes.started
    assert np.allclose(model(example), changes.model(example), atol=1e-6)


def test_centred_kernels_sum_to_zero_over_their_inputs(advise: Advise) -> None:
    model = keras.Sequential(
        [keras.Input((100,)), *(kl.Dense(100, activation="relu", name=f"l{n}") for n in range(12)), kl.Dense(1)]
    )
    answer = advise(describe(model, task="regression"), allow=["sigmoid"])
    start = answer.hidden[0].ranking[0].initialization
    assert start.scheme == "centred_normal"
    new = apply(model, answer, seed=0).model
    assert np.abs(new.get_layer("l5").get_weights()[0].sum(0)).max() < 1e-3
    assert gain_of(new.get_layer("l5")) == pytest.approx(start.gain, rel=0.05)
    assert gain_of(new.get_layer("l0")) == pytest.approx(1.0, rel=0.05)


def test_the_function_of_a_cell_is_changed(advise: Advise) -> None:
    model = keras.Sequential([keras.Input((5, 4)), kl.LSTM(64, name="cells"), kl.Dense(3)])
    answer = advise(describe(model, task="classification"), allow=["softsign"])
    changes = apply(model, answer, seed=0)
    assert changes.swapped == [("cells", "tanh", "softsign")]
    x = np.ones((2, 5, 4), "float32")
    model.get_layer("cells").set_weights(changes.model.get_layer("cells").get_weights())
    assert not np.allclose(changes.model(x), model(x))
    kernel = changes.model.get_layer("cells").get_weights()[0]
    assert float(kernel.std() * 2) == pytest.approx(answer.hidden[0].ranking[0].initialization.gain, rel=0.15)


def test_operations_are_found_and_told_as_not_exchangeable(advise: Advise) -> None:
    inputs = keras.Input((8,))
    x = kl.Dense(16)(keras.ops.relu(kl.Dense(16)(inputs)))
    model = keras.Model(inputs, kl.Dense(1)(x * keras.ops.sigmoid(x)))
    assert [place.activation for place in examine(model).activations] == ["relu", "silu"]
    changes = apply(model, advise(describe(model, task="regression"), allow=["mish"]))
    assert len(changes.not_swapped) == 2
    assert all("write mish there" in line for line in changes.not_swapped)


def test_models_inside_models_are_read_and_changed(advise: Advise) -> None:
    inner = keras.Sequential([keras.Input((8,)), kl.Dense(8, activation="relu"), kl.Dense(8, activation="relu")])
    inputs = keras.Input((8,))
    model = keras.Model(inputs, kl.Dense(2)(inner(inputs)))
    assert describe(model, task="regression").depth == 2
    changes = apply(model, advise(describe(model, task="regression"), allow=["gelu"]))
    assert now(changes.model) == {"gelu"}


@pytest.mark.parametrize("choice", ["squareplus", "snake"])
def test_a_changed_model_can_be_saved_and_loaded(choice: str, advise: Advise, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((20,)), kl.Dense(8, activation="relu"), kl.Dense(8), kl.ReLU(), kl.Dense(1)])
    changed = apply(model, advise(describe(model, task="regression"), allow=[choice])).model
    changed.save(tmp_path / "model.keras")
    x = np.ones((2, 20), "float32")
    assert np.allclose(keras.models.load_model(tmp_path / "model.keras")(x), changed(x), atol=1e-6)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_activation_computes_what_the_catalogue_says(name: str) -> None:
    grid = np.linspace(-9, 9, 181, dtype="float32")
    made = activation(name)
    given = np.asarray((made if name in LEARNED else keras.activations.get(made))(grid[:, None]))[:, 0]
    known = catalogue()[name].value(grid.astype(float))
    assert np.abs((given - known) / np.maximum(1, np.abs(known))).max() < 2e-6


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_known_by_its_values(name: str) -> None:
    assert function_name(lambda x: keras.activations.get(FUNCTIONS[name])(x)) == name


def test_what_keras_does_not_have_is_told() -> None:
    with pytest.raises(ContractError, match="nothing for 'rrelu'"):
        activation("rrelu")
