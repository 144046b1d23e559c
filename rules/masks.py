"""The compiled test of all conditions at once: one bit per rule, one dictionary look-up per field.

For a field and a value, the mask holds the bits of the rules that the value does not rule out. A
situation fires the rules whose bit survives the AND over all fields. Masks are computed when a value
is first seen and kept; the store of a field is emptied when it has grown past its bound. Situations that
are asked about together mostly differ from the first in a field or two, so only those are looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import accumulate, compress
from operator import and_, getitem, is_not
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actwise.contract.situation import SITUATION_FIELDS, Situation
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
        # One for every field, though not all are asked for: a situation is then looked up as it stands.
        self._stores = tuple(
            FieldMasks([(bit, when[field]) for bit, when in enumerate(conditions) if field in when], self._everything)
            for field in SITUATION_FIELDS
        )

    def bitmask(self, situation: Situation) -> int:
        """Bit r is set when rule r fires."""
        return reduce(and_, map(getitem, self._stores, situation), self._everything)

    def fired(self, situations: Sequence[Situation]) -> NDArray[np.bool_]:
        """[N, R]: whether rule r fires in situation n."""
        known: dict[int, bytes] = {}
        near = self._near(situations[0]) if situations else None
        for situation in situations:
            if near and id(situation) not in known:
                known[id(situation)] = near(situation).to_bytes(self._bytes, "little")
        packed = b"".join(known[id(situation)] for situation in situations)
        rows = np.frombuffer(packed, dtype=np.uint8).reshape(len(situations), self._bytes)
        return np.unpackbits(rows, axis=1, count=self.count, bitorder="little").view(np.bool_)

    def _near(self, first: Situation) -> Callable[[Situation], int]:
        """The bitmask of a situation, as a function that looks up only those values that are not the first's."""
        stores, places = self._stores, range(len(first))
        masks = [store[value] for store, value in zip(stores, first, strict=True)]
        before = list(accumulate(masks, and_, initial=self._everything))
        after = list(accumulate(reversed(masks), and_, initial=self._everything))[::-1]

        def bitmask(values: Situation) -> int:
            changed = tuple(compress(places, map(is_not, values, first)))
            if len(changed) == 1:
                place = changed[0]
                return before[place] & after[place + 1] & stores[place][values[place]]
            row = masks.copy()
            for place in changed:
                row[place] = stores[place][values[place]]
            return reduce(and_, row, self._everything)

        return bitmask
