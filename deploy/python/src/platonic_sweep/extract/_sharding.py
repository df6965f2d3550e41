"""Which rows are whose. A network is shown *windows* of consecutive samples, and a shard is a run of whole windows.

Batches are made within a window and of nothing but its samples, so that a sample's features do not depend on how many shards there are, nor on
where an earlier run ended: shards merge into the very bytes of an extraction in one piece.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from .._program import RequestError

_LEAST_SAMPLES = 4


@dataclasses.dataclass(frozen=True)
class Shard:
    """Number `number` (from 1 on) of `count` parts of a data set."""

    number: int
    count: int

    @staticmethod
    def parsed(text: str) -> Shard:
        match = re.fullmatch(r"(\d+)/(\d+)", text)
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            raise RequestError(f"the shard '{text}' should be I/N with I from 1 to N, as in 3/8")
        return Shard(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def rows(self, samples: int, window: int) -> range:
        """This shard's rows of so many."""
        windows = -(-samples // window)
        if windows < self.count:
            raise RequestError(
                f"{samples} samples are {windows} windows of {window}, and cannot be {self.count} shards: take fewer shards, or a smaller --window"
            )
        begin, end = (windows * number // self.count * window for number in (self.number - 1, self.number))
        rows = range(begin, min(end, samples))
        if len(rows) < _LEAST_SAMPLES:
            raise RequestError(
                f"shard {self} would have {len(rows)} samples, and a store has at least {_LEAST_SAMPLES}: take fewer shards"
            )
        return rows


def windows(rows: range, size: int) -> Iterator[range]:
    """Runs of `size` rows, the last one perhaps shorter."""
    for begin in range(rows.start, rows.stop, size):
        yield range(begin, min(begin + size, rows.stop))


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Positions of a window's samples in batches of like length: none has more than `most` tokens with its padding, unless it has one sample.

    The shortest come first; equals stay in their order.
    """
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda position: lengths[position]):
        if batch and (len(batch) + 1) * lengths[position] > most:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch
