"""Files: the format is told by the first bytes, and the parts of a table by their columns."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from models.data.files import MOST_BYTES, format_of, read_table
from models.data.formats.columns import Parts
from models.data.formats.shaping import View
from models.data.table import DataRefused


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"a,b\n", "data.csv", "csv"),
        (b"", "data.txt", "csv"),
        (b"PAR1....", "data.csv", "parquet"),
        (b"PK\x03\x04", "data.csv", "npz"),
        (b"", "data.npz", "npz"),
        (b"", "DATA.PARQUET", "parquet"),
    ],
)
def test_the_first_bytes_tell_the_format_whatever_the_name_says(content: bytes, name: str, kind: str) -> None:
    assert format_of(content, name) == kind


def test_a_file_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(DataRefused) as refused:
        read_table(bytes(MOST_BYTES + 1), "data.csv")
    assert refused.value.code == "too_large"


def test_every_column_plays_the_part_it_was_given() -> None:
    content = b"id,when,site,x,y\n1,2026-02-01,a,5,0\n2,2026-01-01,b,6,1\n"
    table = read_table(content, "t.csv", parts=Parts(target="y", group="site", ignored=("id", "when")))
    assert table.x.tolist() == [[5], [6]]
    assert table.y.tolist() == [0, 1]
    assert table.groups is not None
    assert table.groups.tolist() == [0, 1]
    later = read_table(content, "t.csv", parts=Parts(time="when", ignored=("id", "site")))
    assert later.times is not None
    assert later.times[0] > later.times[1]


def test_an_npz_file_of_images_is_seen_as_its_reader_sees_it() -> None:
    content = npz(x=np.zeros((5, 4, 4)), label=np.arange(5))
    flat = read_table(content, "data.npz", "label")
    assert (flat.x.shape, flat.row, flat.y.tolist()) == ((5, 16), None, [0, 1, 2, 3, 4])
    image = read_table(content, "data.npz", "label", view=View("conv"))
    assert image.row is not None
    assert (image.row.form, image.row.sizes) == ("image", (4, 4, 1))
