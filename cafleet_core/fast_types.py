"""`NamedTuple` and `StrEnum` like the standard library's, without their cost at start-up.

Importing `typing` and `enum`, and making classes with them, takes longer than a whole
`cafleet message poll` may. Type checkers see the originals, and tests compare these with
them. `TYPE_CHECKING` is here so that no module imports `typing` for it.
"""

TYPE_CHECKING = False

if TYPE_CHECKING:
    from enum import StrEnum as StrEnum
    from typing import Generic as Generic
    from typing import NamedTuple as NamedTuple
    from typing import TypeVar as TypeVar
    from typing import overload as overload
else:
    from _collections import _tuplegetter  # as `collections.namedtuple` does

    class Generic:
        """See `typing.Generic`: at run time a class is the same for all types."""

        def __class_getitem__(cls, _types):
            return cls

    def TypeVar(name, **_bound):  # noqa: N802
        """See `typing.TypeVar`: at run time its name."""
        return name

    def overload(signature):
        """See `typing.overload`: the last definition is the one that is called."""
        return signature

    class _NamedTupleType(type):
        """Makes a tuple's subclass of a class statement; itself it is no longer needed then."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            body.update(_SHARED)
            body.update(_methods(fields, defaults))
            while len(_getters) < len(fields):
                number = len(_getters)
                _getters.append(
                    _tuplegetter(number, f"Alias for field number {number}")
                )
            body.update(zip(fields, _getters, strict=False))
            return type(name, (tuple,), body)

    _getters = []
    """The attribute of each field by its number, whatever tuple it is in."""

    class NamedTuple(metaclass=_NamedTupleType):
        """See `typing.NamedTuple`."""

    def _methods(fields, defaults):
        """The methods and attributes that only a tuple class with these fields has."""
        count = len(fields)
        required = fields[: count - len(defaults)]
        make = tuple.__new__

        def __new__(cls, *values, **named):
            if named or len(values) != count:
                values = _filled(cls, values, named)
            return make(cls, values)

        return {
            "__match_args__": fields,
            "_fields": fields,
            "_required": required,
            "_field_defaults": defaults,
            "__new__": __new__,
        }

    def _filled(cls, values, named):
        """One value for each field; raises TypeError where one is missing or unknown."""
        defaults, rest = cls._field_defaults, cls._fields[len(values) :]
        try:
            filled = [
                named[field] if field in named else defaults[field] for field in rest
            ]
        except KeyError:
            raise _misfit(cls, values, named) from None
        if len(values) > len(cls._fields) or not named.keys() <= set(rest):
            raise _misfit(cls, values, named)
        return (*values, *filled)

    def _misfit(cls, values, named):
        """The error of values that do not fill the fields of a class."""
        fields = cls._fields
        if len(values) > len(fields):
            counted = f"takes {len(fields)} values, {len(values)} were given"
            return TypeError(f"{cls.__name__} {counted}")
        known = dict(zip(fields, values, strict=False))
        for field in named:
            if field in known or field not in fields:
                return TypeError(f"{cls.__name__} takes no such value: {field!r}")
        known = cls._field_defaults | known | named
        missing = [field for field in cls._required if field not in known]
        return TypeError(f"{cls.__name__} lacks {', '.join(missing)}")

    def _made(cls, values):
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            expected = f"Expected {len(cls._fields)} arguments, got {len(made)}"
            raise TypeError(expected)
        return made

    def _values(self):
        return tuple(self)

    def _replaced(self, /, **named):
        made = self._make(map(named.pop, self._fields, self))
        if named:
            raise ValueError(f"Got unexpected field names: {list(named)!r}")
        return made

    def _as_dict(self):
        return dict(zip(self._fields, self, strict=True))

    def _represented(self):
        shown = ", ".join(f"{key}={value!r}" for key, value in self._asdict().items())
        return f"{type(self).__name__}({shown})"

    _SHARED = {
        "__slots__": (),
        "__repr__": _represented,
        "__getnewargs__": _values,
        "_make": classmethod(_made),
        "_replace": _replaced,
        "_asdict": _as_dict,
    }
    """What all of these tuples have."""

    class _StrEnumType(type):
        """Makes each text of a class statement a member; calling it looks one up by its text."""

        def __new__(cls, name, bases, body):
            texts = {
                key: value
                for key, value in body.items()
                if type(value) is str and not key.startswith("_")
            }
            for key in texts:
                del body[key]
            members, by_value = {}, {}
            body["__members__"], body["_value2member_map_"] = members, by_value
            body["__slots__"] = ()
            made = super().__new__(cls, name, bases, body)
            make, keep = str.__new__, type.__setattr__
            for key, value in texts.items():
                member = members[key] = by_value[value] = make(made, value)
                keep(made, key, member)
            return made

        def __call__(cls, value):
            member = cls._value2member_map_.get(value)
            if member is None:
                raise ValueError(f"{value!r} is not a valid {cls.__qualname__}")
            return member

        def __getitem__(cls, name):
            return cls.__members__[name]

        def __iter__(cls):
            return iter(cls.__members__.values())

        def __len__(cls):
            return len(cls.__members__)

        def __bool__(cls):
            return True

        def __contains__(cls, value):
            return value in cls._value2member_map_

        def __setattr__(cls, name, value):
            raise AttributeError(f"cannot assign to member {name!r}")

    class StrEnum(str, metaclass=_StrEnumType):
        """See `enum.StrEnum`."""

        @property
        def name(self):
            names = type(self).__members__.items()
            return next(name for name, member in names if member is self)

        @property
        def value(self):
            return str(self)

        def __repr__(self):
            return f"<{type(self).__name__}.{self.name}: {self.value!r}>"

        def __reduce_ex__(self, _protocol):
            return type(self), (self.value,)
