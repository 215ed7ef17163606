"""`dataclass`, whose values compare, hash and show themselves alike, by functions that all classes share.

The one of the standard library compiles them for every class, and a run that makes three values of a hundred classes
waits for that. Refuses nothing that it takes here, and what it makes does the same; values are compared as tuples of
their fields, as it did before Python 3.13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses
    from functools import cache
    from operator import attrgetter
    from reprlib import recursive_repr

    def dataclass(kind=None, **options):
        """The class as a dataclass; also what makes one of a class."""
        if kind is None:
            return lambda kind: dataclass(kind, **options)
        methods = {"__eq__": _equal, "__repr__": _shown, "__hash__": _hashed if options.get("frozen") else None}
        for name, method in methods.items():
            if name not in vars(kind):
                setattr(kind, name, method)
        return dataclasses.dataclass(kind, eq=False, repr=False, **options)

    def _equal(one, other):
        if other.__class__ is not one.__class__:
            return NotImplemented
        compared = _compared(one.__class__)
        return compared(one) == compared(other)

    def _hashed(one):
        return hash(_hashable(one.__class__)(one))

    @recursive_repr()
    def _shown(one):
        texts = [f"{name}={getattr(one, name)!r}" for name in _named(one.__class__)]
        return f"{one.__class__.__qualname__}({', '.join(texts)})"

    @cache
    def _compared(kind):
        return _getter([field.name for field in dataclasses.fields(kind) if field.compare])

    @cache
    def _hashable(kind):
        fields = dataclasses.fields(kind)
        return _getter([field.name for field in fields if (field.compare if field.hash is None else field.hash)])

    @cache
    def _named(kind):
        return [field.name for field in dataclasses.fields(kind) if field.repr]

    def _getter(names):
        """What gives the values of attributes, always as a tuple."""
        return attrgetter(*names) if len(names) > 1 else lambda one: tuple([getattr(one, name) for name in names])
