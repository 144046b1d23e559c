"""The compiled test of all conditions at once: one bit per rule, one dictionary look-up per field.

For a field and a value, the mask holds the bits of the rules that the value does not rule out. A
situation fires the rules whose bit survives the AND over all fields. Masks are computed when a value
is first seen and kept; the store of a field is emptied when it has grown past its bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, attrgetter, getitem
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actwise.contract.situation import Situation
from rules.conditions import Condition

_MOST_VALUES = 4096


class FieldMasks(dict[Any, int]):
    """Masks of one field by value, filled on demand."""

    def __init__(self, tests: Sequence[tuple[int, Condition]], everything: int) -> None:
        super().__init__()
        self._tests = tuple(tests)
        self._untested = everything & ~sum(1 << bit for bit, _ in tests)

    def __missing__(self, value: Any) -> int:
        if len(self) >= _MOST_VALUES:
            self.clear()
        mask = self[value] = self._untested | sum(1 << bit for bit, test in self._tests if test.holds(value))
        return mask


class Masks:
    """Which of R rules fire in a situation. `conditions` holds the conditions of each rule by field."""

    def __init__(self, conditions: Sequence[Mapping[str, Condition]]) -> None:
        self.count = len(conditions)
        self._everything = (1 << self.count) - 1
        self._bytes = max(1, (self.count + 7) // 8)
        fields = sorted({field for when in conditions for field in when})
        self._stores = tuple(
            FieldMasks([(bit, when[field]) for bit, when in enumerate(conditions) if field in when], self._everything)
            for field in fields
        )
        # The two fields at the end make attrgetter give a tuple even when no field is asked for.
        self._read = attrgetter(*fields, "block", "role")

    def bitmask(self, situation: Situation) -> int:
        """Bit r is set when rule r fires."""
        return reduce(and_, map(getitem, self._stores, self._read(situation)), self._everything)

    def fired(self, situations: Sequence[Situation]) -> NDArray[np.bool_]:
        """[N, R]: whether rule r fires in situation n."""
        packed = b"".join(self.bitmask(situation).to_bytes(self._bytes, "little") for situation in situations)
        rows = np.frombuffer(packed, dtype=np.uint8).reshape(len(situations), self._bytes)
        return np.unpackbits(rows, axis=1, count=self.count, bitorder="little").view(np.bool_)
