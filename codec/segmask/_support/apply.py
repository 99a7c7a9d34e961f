"""Calling a function for many items: in this process, or in what is given in place of `here`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Apply(Protocol):
    """Gives what a function returns for each item, in the items' order, as `map` does; `Executor.map` is one.

    Function, items and results are pickled where other processes do it.
    """

    def __call__(self, function: Callable[[_Item], _Result], items: Iterable[_Item], /) -> Iterator[_Result]:
        """Results, in order; an exception of the function comes in its place."""
        ...


def here(function: Callable[[_Item], _Result], items: Iterable[_Item], /) -> Iterator[_Result]:
    """This process, an item at a time, each when its result is asked for."""
    return map(function, items)
