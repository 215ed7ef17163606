"""`dataclass`, whose methods are made when they are first wanted, with `field`, `fields` and `replace` for its classes.

The one of the standard library compiles them for every class, and takes long to import itself: a run that makes three
values of a hundred classes waits for that. Refuses nothing that is used here, and what it makes does the same, also by
`dataclasses.fields`, `replace` and `asdict`; values are compared as tuples of their fields, as before Python 3.13.
"""

from __future__ import annotations

# As `typing` has it, which takes longer to import than all that is below.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import MISSING as MISSING
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from typing import Any, TypeVar

    T = TypeVar("T")

    def asdict(value: Any) -> dict[str, Any]: ...  # noqa: D103
    def fields(kind: Any) -> tuple[Any, ...]: ...  # noqa: D103
    def replace(value: T, /, **given: Any) -> T: ...  # noqa: D103

else:
    from functools import cache, partial
    from operator import attrgetter
    from reprlib import recursive_repr

    class MISSING:
        """In place of a default that is not there."""

    class _Factory:
        """In place of a value that is to be made: what the signature of an `__init__` shows."""

        def __repr__(self):
            return "<factory>"

    _FACTORY = _Factory()

    class _Item:
        """What is known of a field, by the names of `dataclasses.Field`."""

        __slots__ = ("compare", "default", "default_factory", "hash", "init", "kw_only", "name", "repr", "type")

        def __init__(self, default, default_factory, init, repr, hash, compare):  # noqa: A002
            self.default, self.default_factory = default, default_factory
            self.init, self.repr, self.hash, self.compare = init, repr, hash, compare

    def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, hash=None, compare=True):  # noqa: A002
        """As `dataclasses.field`."""
        return _Item(default, default_factory, init, repr, hash, compare)

    def fields(kind):
        """As `dataclasses.fields`, of a class made here or of a value of it."""
        if hasattr(kind, "__struct_fields__"):
            return _struct_items(kind if isinstance(kind, type) else kind.__class__)
        return tuple(kind.__record__.values())

    @cache
    def _struct_items(kind):
        from msgspec import NODEFAULT
        from msgspec.structs import fields

        return tuple([_struct_item(item, NODEFAULT) for item in fields(kind)])

    def _struct_item(item, nothing):
        default = MISSING if item.default is nothing else item.default
        factory = MISSING if item.default_factory is nothing else item.default_factory
        found = _Item(default, factory, True, True, None, True)
        found.name, found.type, found.kw_only = item.name, item.type, True
        return found

    def replace(value, /, **given):
        """As `dataclasses.replace`, of a value of a class made here."""
        if hasattr(value, "__struct_fields__"):
            from msgspec.structs import replace

            return replace(value, **given)
        kind, items = value.__class__, fields(value)
        if wrong := [item.name for item in items if item.name in given and not item.init]:
            raise ValueError(f"{wrong[0]} of {kind.__name__} is not given, but made")
        return kind(**{item.name: getattr(value, item.name) for item in items if item.init} | given)

    def asdict(value):
        """As `dataclasses.asdict`, of a value of a class made here, without copies of what is in it."""
        return {name: _without_records(getattr(value, name)) for name in _names(value)}

    def _names(value):
        return value.__struct_fields__ if hasattr(value, "__struct_fields__") else tuple(value.__record__)

    def _without_records(value):
        if is_record(value.__class__):
            return asdict(value)
        if isinstance(value, list | tuple):
            return value.__class__([_without_records(item) for item in value])
        return {key: _without_records(item) for key, item in value.items()} if isinstance(value, dict) else value

    def dataclass(kind=None, /, **options):
        """The class as a dataclass with slots; also what makes one of a class."""
        if kind is None:
            return lambda kind: _made(kind, **options)
        return _made(kind, **options)

    def _made(kind, *, slots, frozen=False, kw_only=False):
        given = vars(kind)
        own = {name: _item(kind, name, kw_only) for name in kind.__annotations__}
        inherited = {}
        for base in kind.__mro__[:0:-1]:
            inherited |= vars(base).get("__record__", {})
        items = inherited | own
        contents = _shared(frozen) | {
            name: one for name, one in given.items() if name not in own and name not in _NOT_TAKEN
        }
        contents["__slots__"] = tuple([name for name in own if name not in inherited])
        contents["__record__"] = items
        contents["__match_args__"] = tuple([name for name, item in items.items() if item.init and not item.kw_only])
        made = type(kind)(kind.__name__, kind.__bases__, contents)
        made.__qualname__ = kind.__qualname__
        made.__init__ = _First(made, "__init__", lambda: _initialiser(made, items.values()))
        for name in ("__dataclass_fields__", "__dataclass_params__"):
            setattr(made, name, _Later(made, name, lambda name=name: getattr(_twin(kind, own, frozen, kw_only), name)))
        return made

    def _item(kind, name, kw_only):
        """A field by what stands for it in its class."""
        given = vars(kind).get(name, MISSING)
        item = given if isinstance(given, _Item) else _Item(given, MISSING, True, True, None, True)
        item.name, item.type, item.kw_only = name, kind.__annotations__[name], kw_only
        return item

    class _Later:
        """An attribute of a class that is made when it is first asked for, and takes the place of this one."""

        def __init__(self, kind, name, make):
            self._given = kind, name, make

        def __get__(self, value, owner=None):
            kind, name, make = self._given
            setattr(kind, name, found := make())
            # Whoever asks for a signature gives the class for a value.
            return found.__get__(value) if value is kind else getattr(owner if value is None else value, name)

    class _First(_Later):
        """An `__init__` that is compiled for the second value: of many classes there is one only."""

        _used = False

        def __get__(self, value, owner=None):
            if not isinstance(value, self._given[0]) or self._used:
                return super().__get__(value, owner)
            self._used = True
            return partial(_filled, value)

    def _filled(value, /, *given, **named):
        """What `__init__` does, in words that are not compiled for it; what is not plain is left to it."""
        items = value.__record__
        missing = [name for name, item in items.items() if name not in named and not _has_default(item)]
        if given or missing or any(name not in items or not items[name].init for name in named):
            value.__init__(*given, **named)
            return
        for name, item in items.items():
            if name in named or item.default is not MISSING or item.default_factory is not MISSING:
                found = named[name] if name in named else _default(item)
                getattr(value.__class__, name).__set__(value, found)
        if hasattr(value, "__post_init__"):
            value.__post_init__()

    def _has_default(item):
        return not item.init or item.default is not MISSING or item.default_factory is not MISSING

    def _default(item):
        return item.default if item.default_factory is MISSING else item.default_factory()

    def _initialiser(kind, items):
        """The `__init__` of a class."""
        names, parameters, lines = {"_FACTORY": _FACTORY}, ["self"], []
        given = [item for item in items if item.init]
        for item in sorted(given, key=lambda item: item.kw_only):
            if item.kw_only and "*" not in parameters:
                parameters.append("*")
            parameters.append(_parameter(item, names))
        for item in items:
            if value := _value(item, names):
                names[f"_put_{item.name}"] = getattr(kind, item.name).__set__
                lines.append(f" _put_{item.name}(self, {value})")
        if hasattr(kind, "__post_init__"):
            lines.append(" self.__post_init__()")
        exec(f"def __init__({', '.join(parameters)}):\n" + ("\n".join(lines) or " pass"), names)  # noqa: S102
        made = names["__init__"]
        made.__module__, made.__qualname__ = kind.__module__, f"{kind.__qualname__}.__init__"
        made.__annotations__ = {item.name: item.type for item in given} | {"return": None}
        return made

    def _parameter(item, names):
        if item.default is not MISSING:
            names[f"_default_{item.name}"] = item.default
            return f"{item.name}=_default_{item.name}"
        return item.name if item.default_factory is MISSING else f"{item.name}=_FACTORY"

    def _value(item, names):
        """What a field is at first, as it stands in `__init__`; empty where it is nothing."""
        if item.default_factory is not MISSING:
            names[f"_make_{item.name}"] = item.default_factory
            made = f"_make_{item.name}()"
            return f"{made} if {item.name} is _FACTORY else {item.name}" if item.init else made
        if item.init:
            return item.name
        names[f"_default_{item.name}"] = item.default
        return "" if item.default is MISSING else f"_default_{item.name}"

    def _twin(kind, own, frozen, kw_only):
        """The class as the standard library makes it, without slots."""
        import dataclasses

        contents = {name: one for name, one in vars(kind).items() if name not in _NOT_TAKEN}
        options = ("default", "default_factory", "init", "repr", "hash", "compare")
        for name, item in own.items():
            given = {option: getattr(item, option) for option in options}
            contents[name] = dataclasses.field(**{key: one for key, one in given.items() if one is not MISSING})
        twin = type(kind)(kind.__name__, kind.__bases__, contents)
        return dataclasses.dataclass(twin, eq=False, repr=False, frozen=frozen, kw_only=kw_only)

    def _equal(one, other):
        if other.__class__ is not one.__class__:
            return NotImplemented
        compared = _compared(one.__class__)
        return compared(one) == compared(other)

    def _hashed(one):
        return hash(_hashable(one.__class__)(one))

    @recursive_repr()
    def _shown(one):
        texts = [f"{item.name}={getattr(one, item.name)!r}" for item in fields(one) if item.repr]
        return f"{one.__class__.__qualname__}({', '.join(texts)})"

    @cache
    def _compared(kind):
        return _getter([item.name for item in fields(kind) if item.compare])

    @cache
    def _hashable(kind):
        return _getter([item.name for item in fields(kind) if (item.compare if item.hash is None else item.hash)])

    def _getter(names):
        """What gives the values of attributes, always as a tuple."""
        return attrgetter(*names) if len(names) > 1 else lambda one: tuple([getattr(one, name) for name in names])

    def _refuse(one, name, doing):
        # A class below one that was made here may have more attributes.
        if "__record__" in vars(one.__class__) or name in one.__record__:
            from dataclasses import FrozenInstanceError

            raise FrozenInstanceError(f"cannot {doing} field {name!r}")

    def _set(one, name, value):
        _refuse(one, name, "assign to")
        object.__setattr__(one, name, value)

    def _delete(one, name):
        _refuse(one, name, "delete")
        object.__delattr__(one, name)

    def _state(one):
        return [getattr(one, name) for name in one.__record__]

    def _restore(one, state):
        for name, value in zip(one.__record__, state, strict=True):
            object.__setattr__(one, name, value)

    @cache
    def _shared(frozen):
        """The methods that are the same for all classes, which may have their own."""
        more = {"__hash__": None}
        if frozen:
            more = {"__hash__": _hashed, "__setattr__": _set, "__delattr__": _delete}
            more |= {"__getstate__": _state, "__setstate__": _restore}
        return {"__eq__": _equal, "__repr__": _shown, "__replace__": replace} | more

    #: What a class has of its own, and another one made of it must not have.
    _NOT_TAKEN = {"__dict__", "__weakref__"}


def is_record(kind: type) -> bool:
    """Whether a class was made by `dataclass`."""
    return "__record__" in vars(kind) or hasattr(kind, "__struct_fields__")
