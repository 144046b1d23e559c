"""Parts of flat parameters: where they lie, how they begin, and their limits."""

from __future__ import annotations

import numpy as np
import pytest

from models.activations import get
from models.networks.parts import (
    Constant,
    Normal,
    Orthogonal,
    OutputBias,
    Part,
    PartLayout,
    WeightStart,
    beginning,
    learned_parts,
)

PARTS = (
    Part("first", (30, 20), Normal((1,), "first")),
    Part("hidden", (40, 30), Normal((1,))),
    Part("recurrent", (16, 16), Orthogonal(0.5)),
    Part("scale", (16, 1), Constant(1.0)),
    Part("bias", (3,), OutputBias()),
)


def begun(start: WeightStart, seeds: tuple[int, ...] = (0, 1), root: int = 3) -> dict[str, np.ndarray]:
    layout = PartLayout(PARTS)
    flat = np.zeros((len(seeds), layout.size))
    layout.begin(flat, start, root=root, seeds=seeds, output_bias=[1.0, 2.0, 3.0])
    return layout.views(flat)


def test_two_parts_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="different names"):
        PartLayout([PARTS[0], PARTS[0]])


def test_the_views_share_the_memory_of_the_flat_array() -> None:
    layout = PartLayout(PARTS)
    flat = np.zeros((2, layout.size), np.float32)
    for view in layout.views(flat).values():
        view += 1
    assert (flat == 1).all()


def test_gains_scale_draws_of_their_own_layers_alone() -> None:
    one, two = begun(WeightStart(1.0, 1.0)), begun(WeightStart(2.0, 3.0))
    np.testing.assert_allclose(two["hidden"], 2 * one["hidden"])
    np.testing.assert_allclose(two["first"], 3 * one["first"])
    assert (two["recurrent"] == one["recurrent"]).all()
    assert one["hidden"].std() == pytest.approx(1 / np.sqrt(30), rel=0.05)


def test_centred_hidden_weights_sum_to_zero_over_the_fan_in_and_no_others_do() -> None:
    found = begun(WeightStart(1.0, 1.0, centred=True))
    np.testing.assert_allclose(found["hidden"].sum(axis=2), 0, atol=1e-12)
    assert np.abs(found["first"].sum(axis=2)).max() > 0.1


def test_a_bias_in_the_last_column_begins_at_zero_and_is_no_input() -> None:
    start, key = WeightStart(1.5, 1.0, centred=True), (3, 0, 0, 0)
    plain = beginning(Part("w", (4, 9), Normal((1,))), start, key, [0.0])
    with_bias = beginning(Part("w", (4, 10), Normal((1,), bias=True)), start, key, [0.0])
    assert (with_bias[:, :-1] == plain).all()
    assert (with_bias[:, -1] == 0).all()


def test_recurrent_matrices_begin_orthogonal() -> None:
    matrix = begun(WeightStart(1.0, 1.0))["recurrent"][1]
    np.testing.assert_allclose(matrix @ matrix.T, 0.25 * np.eye(16), atol=1e-12)


def test_constants_and_the_output_bias_are_as_given() -> None:
    found = begun(WeightStart(1.0, 1.0))
    assert (found["scale"] == 1).all()
    assert (found["bias"] == [[1, 2, 3]] * 2).all()


def test_a_seed_draws_the_same_alone_and_beside_others() -> None:
    start = WeightStart(1.3, 1.0)
    together, alone = begun(start, (4, 9)), begun(start, (9,))
    for name, view in together.items():
        assert (view[1] == alone[name][0]).all()
    assert (begun(start, (9,), root=4)["hidden"] != alone["hidden"]).all()


def test_parameters_of_the_activation_are_kept_within_their_limits() -> None:
    swish = next(entry for entry in (get("swish"), get("snake"), get("prelu")) if entry.parameters)
    layout = PartLayout([*PARTS, *learned_parts("hidden 0", swish, (8, 1))])
    flat = np.full((1, layout.size), -1e9)
    layout.keep_in_bounds(flat)
    low = swish.parameters[0].low
    own = layout.views(flat)[f"hidden 0.{swish.parameters[0].name}"]
    assert (own == max(low, -1e9)).all()
    assert (layout.views(flat)["hidden"] == -1e9).all()
