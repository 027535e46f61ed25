"""Values that are made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Later(Mapping[K, V]):
    """A mapping whose values are made when they are first asked for, and then kept.

    Its keys are known from the start: to count them, to go through them or to look whether there is one makes nothing.

    Parameters
    ----------
    keys : iterable
        All keys, in their order.
    make : callable
        Makes the value of a key.
    """

    def __init__(self, keys: Iterable[K], make: Callable[[K], V]) -> None:
        self._keys = tuple(dict.fromkeys(keys))
        self._make = make
        self._made: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self._keys:
            raise KeyError(key)
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[K]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def asked(self) -> tuple[K, ...]:
        """Keys whose values were asked for so far, in the order of the mapping."""
        return tuple(key for key in self._keys if key in self._made)


def asked(values: Mapping[K, V]) -> tuple[K, ...]:
    """Keys whose values were asked for so far; all of a mapping that had its values from the start."""
    return values.asked if isinstance(values, Later) else tuple(values)
