"""NPZ: nothing is believed before it is checked, and nothing is unpacked before its size is known."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from typing import Any

import numpy as np
import pytest

from models.data.formats import npz as reading
from models.data.formats.columns import Parts
from models.data.formats.npz import read_npz
from models.data.formats.shaping import View
from models.data.rows import RowShape
from models.data.table import DataRefused, Table

X, Y = np.arange(24.0).reshape(6, 4), np.arange(6)


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def packed(method: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)
    return buffer.getvalue()


def header(shape: str, kind: str = "<f8") -> bytes:
    """A whole .npy header that claims this shape, and no data."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}}}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def read(parts: Parts | None = None, view: View | None = None, **arrays: Any) -> Table:
    return read_npz(npz(**arrays), "data.npz", parts or Parts(), view or View())


def shape_of(table: Table) -> RowShape:
    assert table.row is not None
    return table.row


def refusal(content: bytes, view: View | None = None, **parts: Any) -> DataRefused:
    with pytest.raises(DataRefused) as refused:
        read_npz(content, "data.npz", Parts(**parts), view or View())
    return refused.value


def test_objects_are_never_loaded() -> None:
    found = refusal(npz(x=np.ones((2, 1)), y=np.array([object()], dtype=object)))
    assert (found.code, "never loaded" in found.message) == ("unreadable", True)


def test_a_file_without_the_arrays_is_refused_with_what_it_holds() -> None:
    assert "inputs" in refusal(npz(inputs=np.ones((2, 1)))).message


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", npz(x=X)[:40], packed(x=b"", y=b"")])
def test_a_broken_file_is_refused(content: bytes) -> None:
    assert refusal(content).code == "unreadable"


@pytest.mark.parametrize("shape", ["(250000000,)", "(2**40,)", "(3,)", "(-1,)", "(1,)*70", "('a',)"])
def test_a_header_that_claims_what_is_not_there_is_refused_before_memory_is_taken(shape: str) -> None:
    content = packed(x=header(shape) + b"\0" * 16, y=header("(2,)") + b"\0" * 16)
    tracemalloc.start()
    assert refusal(content).code == "unreadable"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    content = packed(x=header("(12500000,)") + b"\0" * 100_000_000, y=header("(1,)") + b"\0" * 8)
    assert len(content) < 200_000
    tracemalloc.start()
    assert refusal(content).code == "too_large"
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    content = bytearray(packed(zipfile.ZIP_STORED, x=header("(6, 4)") + X.tobytes(), y=header("(6,)") + b"\0" * 48))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 10**6)
    assert refusal(bytes(content)).code == "unreadable"


def test_unusual_packing_and_too_many_arrays_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(packed(zipfile.ZIP_LZMA, x=header("(1,)") + b"\0" * 8, y=b"")).code == "unreadable"
    monkeypatch.setattr(reading, "MOST_ARRAYS", 1)
    assert refusal(npz(x=X, y=Y)).code == "too_large"


@pytest.mark.parametrize(
    "arrays",
    [
        {"x": X, "y": Y[:-1]},
        {"x": np.float64(1.0), "y": Y},
        {"x": Y, "y": Y},
        {"x": np.ones((6, 0)), "y": Y},
        {"x": np.ones((6, 2, 2, 2, 2)), "y": Y},
    ],
)
def test_wrong_shapes_are_refused(arrays: dict[str, Any]) -> None:
    assert refusal(npz(**arrays)).code == "wrong_shape"


@pytest.mark.parametrize("x", [X.astype(str), X.astype("S"), X.astype(complex)])
def test_features_that_are_no_numbers_are_refused(x: Any) -> None:
    assert refusal(npz(x=x, y=Y)).code in ("not_numeric", "unreadable")


def test_arrays_in_fortran_order_and_words_as_targets_come_out_right() -> None:
    table = read(x=np.asfortranarray(X), y=np.array(list("abcabc")))
    np.testing.assert_array_equal(table.x, X)
    assert table.y.tolist() == list("abcabc")


@pytest.mark.parametrize(
    ("shape", "view", "form", "sizes"),
    [
        ((6, 4, 3), View("conv"), "image", (4, 3, 1)),
        ((6, 4, 3, 2), View("conv"), "image", (4, 3, 2)),
        ((6, 4, 3), View("conv", "audio"), "signal", (4, 3)),
        ((6, 4, 3), View("recurrent"), "sequence", (4, 3)),
        ((6, 4, 3, 2), View("attention"), "sequence", (4, 6)),
        ((6, 4, 3), View("dense", form="image"), "image", (4, 3, 1)),
        ((6, 4, 3), View("conv", form="signal"), "signal", (4, 3)),
    ],
)
def test_the_layer_type_decides_what_a_row_is(
    shape: tuple[int, ...], view: View, form: str, sizes: tuple[int, ...]
) -> None:
    x = np.arange(float(np.prod(shape))).reshape(shape)
    table = read(view=view, x=x, y=Y)
    assert (shape_of(table).form, shape_of(table).sizes) == (form, sizes)
    np.testing.assert_array_equal(table.x.reshape(x.shape), x)


def test_plain_columns_cannot_be_an_image() -> None:
    assert refusal(npz(x=X, y=Y), View(form="image")).code == "wrong_shape"


def test_lengths_end_sequences_and_faulty_ones_are_refused() -> None:
    x = np.ones((6, 3, 2))
    table = read(view=View("recurrent"), x=x, y=Y, lengths=np.array([1, 2, 3, 3, 3, 3]))
    assert np.isnan(table.x[0, 2:]).all()
    assert not np.isnan(table.x[0, :2]).any()
    for lengths in (np.array([0, 1, 1, 1, 1, 1]), np.array([4] * 6), np.array([1]), np.ones(6)):
        assert refusal(npz(x=x, y=Y, lengths=lengths), View("recurrent")).code == "wrong_shape"


def test_a_ragged_list_of_sequences_is_an_array_of_objects_and_refused() -> None:
    ragged = np.array([[1.0], [1.0, 2.0]], dtype=object)
    assert refusal(npz(x=ragged, y=Y[:2]), View("recurrent")).code == "unreadable"


def test_a_sequence_of_nothing_but_nan_is_refused() -> None:
    x = np.ones((6, 3, 2))
    x[2] = np.nan
    assert refusal(npz(x=x, y=Y), View("recurrent")).code == "wrong_shape"


def test_tokens_need_a_vocabulary_that_holds_them() -> None:
    codes = np.array([[0, 4, -1], [1, 2, 3]])
    table = read(x=codes, y=Y[:2], vocabulary=np.int64(5))
    assert (shape_of(table).form, shape_of(table).vocabulary) == ("tokens", 5)
    for wrong in (codes + 1, codes - 1, np.array([[0, -1, 2], [1, 2, 3]]), codes.astype(float)):
        assert refusal(npz(x=wrong, y=Y[:2], vocabulary=np.int64(5))).code == "wrong_shape"
    assert refusal(npz(x=codes, y=Y[:2], vocabulary=np.int64(10**9))).code == "too_large"


def test_an_unsigned_token_beyond_all_is_no_end_of_a_row() -> None:
    codes = np.array([[0, 4, 2**64 - 1], [1, 2, 3]], np.uint64)
    assert refusal(npz(x=codes, y=Y[:2], vocabulary=np.int64(5))).code == "wrong_shape"


def test_a_graph_keeps_labelled_nodes_and_each_edge_once() -> None:
    edges = np.array([[0, 1], [1, 0], [2, 2], [3, 1]])
    table = read(features=X, edges=edges, y=np.array([0, 1, -1, 1, 0, -1]))
    assert table.x.ravel().tolist() == [0, 1, 3, 4]
    graph = shape_of(table).graph
    assert graph is not None
    assert graph.edges.T.tolist() == [[0, 1], [1, 3]]
    assert any("2 nodes have no label" in note for note in table.notes)


@pytest.mark.parametrize("edges", [[[0, 9]], [[-1, 0]], [0, 1], [[0.5, 1.0]]])
def test_edges_to_nowhere_are_refused(edges: Any) -> None:
    assert refusal(npz(features=X, edges=np.array(edges), y=Y)).code == "wrong_shape"


def test_groups_and_times_are_arrays_by_name() -> None:
    table = read(Parts(group="who"), x=X, y=Y, who=np.arange(6) // 2)
    assert table.groups is not None
    assert refusal(npz(x=X, y=Y, who=Y), group="whom").message.endswith("did you mean 'who'?")
    assert refusal(npz(x=X, y=Y, who=X), group="who").code == "wrong_shape"
