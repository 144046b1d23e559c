"""Compiled convolutions and their gradients against sums over taps in float64, at odd sizes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
import pytest

from models.activations.base import Array
from models.kernels.convolution import Taps
from models.kernels.library import library

if library() is None:
    pytest.skip("no kernels were compiled", allow_module_level=True)

GUARD, MARGIN = 1234.5, 40


@dataclass(frozen=True)
class Case:
    """Sizes of a convolution; `after` is the padding after each axis."""

    members: int = 1
    shares: int = 1
    channels: int = 1
    width: int = 1
    plane: tuple[int, int] = (1, 1)
    kernel: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)
    rows: int = 1

    @property
    def seen(self) -> tuple[int, ...]:
        return self.shares, self.channels, *self.plane, self.rows

    @property
    def made(self) -> tuple[int, ...]:
        axes = zip(self.plane, self.kernel, self.padding, self.after, strict=True)
        ends = (size + before + after - kernel + 1 for size, kernel, before, after in axes)
        return self.members, self.width, *ends, self.rows

    @property
    def pads(self) -> list[tuple[int, int]]:
        return [(0, 0), (0, 0), *zip(self.padding, self.after, strict=True), (0, 0)]

    @property
    def weights(self) -> tuple[int, ...]:
        return self.members, self.width, *self.kernel, self.channels


CASES = [
    Case(),
    Case(rows=3),
    Case(channels=2, rows=8, plane=(1, 5), kernel=(1, 3), padding=(0, 1), after=(0, 1)),
    Case(width=2, rows=16, plane=(4, 5), kernel=(3, 3)),
    Case(members=4, shares=2, channels=3, width=7, rows=17, plane=(5, 4), kernel=(3, 3), padding=(1, 1), after=(1, 1)),
    Case(members=2, shares=1, channels=5, width=11, rows=9, plane=(4, 6), kernel=(4, 4), padding=(1, 1), after=(2, 2)),
    Case(members=2, shares=2, channels=2, width=4, rows=5, plane=(2, 3), kernel=(7, 7), padding=(3, 3), after=(3, 3)),
    Case(members=3, shares=3, channels=6, width=6, rows=31, plane=(6, 7), kernel=(2, 3)),
    Case(channels=4, width=13, rows=20, plane=(1, 150), kernel=(1, 5), padding=(0, 2), after=(0, 2)),
    Case(channels=3, width=5, rows=33, plane=(9, 20), kernel=(5, 5), padding=(2, 2), after=(2, 2)),
    Case(members=2, shares=2, channels=16, width=16, rows=64, plane=(3, 3), kernel=(1, 1)),
    Case(members=2, shares=1, channels=4, width=4, rows=18, plane=(1, 4), kernel=(1, 3), padding=(0, 1), after=(0, 1)),
    Case(channels=5, width=9, rows=24, plane=(1, 301), kernel=(1, 3)),
    Case(members=2, shares=2, channels=8, width=16, rows=64, plane=(8, 8), kernel=(3, 3), padding=(1, 1), after=(1, 1)),
    Case(channels=4, width=6, rows=20, plane=(3, 12), kernel=(2, 2), padding=(0, 0), after=(1, 1)),
    Case(members=2, shares=2, channels=6, width=4, rows=33, plane=(5, 9), kernel=(4, 4), padding=(1, 1), after=(2, 2)),
    Case(members=2, shares=1, channels=4, width=7, rows=16, plane=(9, 8), kernel=(5, 5), padding=(2, 2), after=(2, 2)),
    Case(channels=5, width=4, rows=9, plane=(1, 20), kernel=(1, 5)),
    Case(channels=5, width=4, rows=9, plane=(1, 20), kernel=(1, 6), padding=(0, 2), after=(0, 3)),
    Case(channels=4, width=5, rows=7, plane=(6, 6), kernel=(3, 3), padding=(2, 2), after=(2, 2)),
    Case(channels=4, width=5, rows=40, plane=(70, 7), kernel=(5, 3), padding=(2, 1), after=(2, 1)),
]


def guarded(shape: tuple[int, ...]) -> tuple[Array, Array]:
    """An array of NaN between guard values, and all of its memory."""
    whole = np.full(prod(shape) + 2 * MARGIN, GUARD, np.float32)
    inner = whole[MARGIN:-MARGIN].reshape(shape)
    inner[...] = np.nan
    return inner, whole


def untouched(whole: Array) -> bool:
    return bool((whole[:MARGIN] == GUARD).all() and (whole[-MARGIN:] == GUARD).all())


def normal(shape: tuple[int, ...], seed: int) -> Array:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def pieces(case: Case, seen: Array) -> dict[tuple[int, int], Array]:
    """What each tap sees of zero-padded planes, for every member, in float64."""
    padded = np.pad(np.tile(seen.astype(np.float64), (case.members // case.shares, 1, 1, 1, 1)), case.pads)
    height, width = case.made[2:4]
    taps = product(range(case.kernel[0]), range(case.kernel[1]))
    return {(i, j): padded[:, :, i : i + height, j : j + width] for i, j in taps}


def by_taps(case: Case, weights: Array, seen: Array) -> Array:
    total = np.zeros(case.made)
    for (i, j), piece in pieces(case, seen).items():
        total += np.einsum("moc,mcyxr->moyxr", weights[:, :, i, j].astype(np.float64), piece)
    return total


def close(found: Array, expected: Array) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=2e-6 * (1 + np.abs(expected).max()))


@pytest.mark.parametrize("case", CASES)
def test_sums_are_those_of_all_taps_and_nothing_else_is_written(case: Case) -> None:
    weights, seen, bias = normal(case.weights, 0), normal(case.seen, 1), normal((case.members, case.width), 2)
    taps = Taps(weights, case.seen, case.made, case.padding)
    (made, around), (room, around_room) = guarded(case.made), guarded((taps.room,))
    taps.convolve(seen, made, room, bias, None)
    close(made, by_taps(case, weights, seen) + bias[:, :, None, None, None])
    assert untouched(around)
    assert untouched(around_room)


@pytest.mark.parametrize("case", CASES)
def test_gradients_are_products_summed_over_places_and_rows_and_nothing_else_is_written(case: Case) -> None:
    weights, seen, delta = normal(case.weights, 0), normal(case.seen, 1), normal(case.made, 2)
    taps = Taps(weights, case.seen, case.made, case.padding)
    (found, around), (bias, around_bias) = guarded(case.weights), guarded((case.members, case.width))
    room, around_room = guarded((taps.gradient_room,))
    taps.gradients(seen, delta, room, found, bias)
    exact = delta.astype(np.float64)
    for (i, j), piece in pieces(case, seen).items():
        close(found[:, :, i, j], np.einsum("moyxr,mcyxr->moc", exact, piece))
    close(bias, exact.sum(axis=(2, 3, 4)))
    assert untouched(around)
    assert untouched(around_bias)
    assert untouched(around_room)


@pytest.mark.parametrize("case", [case for case in CASES if case.shares == case.members])
def test_the_kernel_turned_round_gives_the_gradient_at_the_inputs(case: Case) -> None:
    weights, delta = normal(case.weights, 0), normal(case.made, 2)
    turned = weights[:, :, ::-1, ::-1].swapaxes(1, 4)
    padding = (case.kernel[0] - 1 - case.padding[0], case.kernel[1] - 1 - case.padding[1])
    taps = Taps(turned, case.made, case.seen, padding)
    back = np.full(case.seen, np.nan, np.float32)
    room, around = guarded((taps.room,))
    taps.convolve(delta, back, room, None, None)
    assert untouched(around)
    padded = np.zeros_like(np.pad(back.astype(np.float64), case.pads))
    for i, j in product(range(case.kernel[0]), range(case.kernel[1])):
        met = padded[:, :, i : i + case.made[2], j : j + case.made[3]]
        met += np.einsum("moc,moyxr->mcyxr", weights[:, :, i, j].astype(np.float64), delta)
    (top, left), (height, width) = case.padding, case.plane
    close(back, padded[:, :, top : top + height, left : left + width])


PADDED = Case(
    members=2, shares=2, channels=7, width=7, rows=19, plane=(4, 5), kernel=(3, 3), padding=(1, 1), after=(1, 1)
)


def test_planes_may_be_written_over_by_what_is_made_of_them() -> None:
    weights, seen = normal(PADDED.weights, 0), normal(PADDED.seen, 1)
    taps = Taps(weights, PADDED.seen, PADDED.made, PADDED.padding)
    expected = by_taps(PADDED, weights, seen)
    taps.convolve(seen, seen, np.empty(taps.room, np.float32), None, None)
    close(seen, expected)


@pytest.mark.parametrize("rows", [16, 19])
def test_what_was_passed_is_added_even_where_it_is_written_over(rows: int) -> None:
    case = Case(**(vars(PADDED) | {"rows": rows}))
    weights, seen, passed = normal(case.weights, 0), normal(case.seen, 1), normal(case.made, 2)
    taps = Taps(weights, case.seen, case.made, case.padding)
    expected = by_taps(case, weights, seen) + passed
    taps.convolve(seen, passed, np.empty(taps.room, np.float32), None, passed)
    close(passed, expected)


def test_weights_and_biases_may_lie_in_any_order_with_gaps_between_members() -> None:
    flat = normal((2, 1000), 0)
    count = prod(PADDED.weights[1:])
    weights = flat[:, 5 : 5 + count].reshape(2, 3, 7, 3, 7).swapaxes(1, 2)
    bias = flat[:, 5 + count : 12 + count]
    seen, delta = normal(PADDED.seen, 1), normal(PADDED.made, 2)
    taps = Taps(weights, PADDED.seen, PADDED.made, PADDED.padding)
    made = np.empty(PADDED.made, np.float32)
    taps.convolve(seen, made, np.empty(taps.room, np.float32), bias, None)
    close(made, by_taps(PADDED, weights, seen) + bias[:, :, None, None, None])
    pulled = np.full_like(flat, GUARD)
    into = pulled[:, 5 : 5 + count].reshape(2, 3, 7, 3, 7).swapaxes(1, 2)
    taps.gradients(seen, delta, np.empty(taps.gradient_room, np.float32), into, pulled[:, 5 + count : 12 + count])
    for (i, j), piece in pieces(PADDED, seen).items():
        close(into[:, :, i, j], np.einsum("moyxr,mcyxr->moc", delta.astype(np.float64), piece))
    assert (pulled[:, :5] == GUARD).all()
    assert (pulled[:, 12 + count :] == GUARD).all()


@pytest.mark.parametrize("kernel", [(3, 7), (3, 3)])
def test_no_number_reaches_all_that_see_it_and_no_other_row_line_or_member(kernel: tuple[int, int]) -> None:
    """With a kernel of three columns four are made together, so that all of them may lose their numbers."""
    after = (kernel[0] // 2, kernel[1] // 2)
    case = Case(**(vars(PADDED) | {"plane": (4, 9), "kernel": kernel, "padding": after, "after": after}))
    weights, seen = normal(case.weights, 0), normal(case.seen, 1)
    seen[1, 2, 0, 0, 18] = np.nan
    taps = Taps(weights, case.seen, case.made, case.padding)
    made = np.empty(case.made, np.float32)
    taps.convolve(seen, made, np.empty(taps.room, np.float32), None, None)
    lost = np.isnan(made)
    assert lost[1, :, :2, :2, 18].all()
    lost[1, :, :2, :4, 18] = False
    assert not lost.any()
    found, bias = np.empty(case.weights, np.float32), np.empty((2, 7), np.float32)
    taps.gradients(seen, normal(case.made, 2), np.empty(taps.gradient_room, np.float32), found, bias)
    lost = np.isnan(found)
    assert lost[1, :, :2, :2, 2].all()
    lost[1, :, :2, :, 2] = False
    assert not lost.any()
    assert np.isfinite(bias).all()


def test_arrays_of_other_shapes_kinds_or_orders_are_refused() -> None:
    weights, seen = normal(PADDED.weights, 0), normal(PADDED.seen, 1)
    taps = Taps(weights, PADDED.seen, PADDED.made, PADDED.padding)
    made, room = np.empty(PADDED.made, np.float32), np.empty(taps.room, np.float32)
    for wrong in (seen[:, :, :3], seen.astype(np.float64), np.asfortranarray(seen)):
        with pytest.raises(AssertionError):
            taps.convolve(wrong, made, room, None, None)
    with pytest.raises(AssertionError):
        taps.convolve(seen, made, room[1:], None, None)
