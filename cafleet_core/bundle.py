"""The modules of short commands in one file: opening eighty takes longer than running them.

Python's own cache has a file for each module, which is looked for, opened and checked one
by one. The bundle in the user's cache folder holds them all, each checked against its
source by time and size before it is used. Without a valid bundle, modules are imported as
usual, and the bundle is written at the end.

A module's imports are loaded before it, without Python's importer, which takes as long as
the modules themselves. Their order is the one in which they were last imported one by one.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec

from cafleet_core import cache_file
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, ModuleType

    _Needs = tuple[str, ...] | None
    """The modules loaded while this one was imported, in order; None if not known yet."""

    _Entry = tuple[bool, str, int, int, int, int, bytes, _Needs]
    """Whether it is a package, its source's path, time and size, its code's offset, length and
    hash, its needs."""

    _Module = tuple[str, str, bool, bytes, _Needs]
    """A module's name, its source's path, whether it is a package, its code, its needs."""

_PACKAGE = "cafleet_core"
_KIND = "bundle-2"
"""Counts up where entries have another form: other versions of this program have their own file."""

_LENGTH_BYTES = 4
_MOST_MODULES = 400
_BEFORE = frozenset(
    f"{_PACKAGE}.{name}" for name in ("__main__", "bundle", "cache_file", "fast_types")
)
"""Modules that are imported before a bundle can be."""


class Bundle:
    """An open bundle, as an importer; it leaves modules that it lacks to the other importers."""

    def __init__(self, file: int, begin: int, entries: dict[str, _Entry]) -> None:
        self._file = file
        self._begin = begin
        self._codes: dict[str, bytes] = {}
        self._ready: list[str] = []
        self.entries = entries
        self.needs: dict[str, _Needs] = {}

    def knows(self, name: str) -> bool:
        """Whether the module was imported from the bundle, and its needs are known."""
        return name in self._codes and self.entries[name][-1] is not None

    def code(self, name: str) -> bytes | None:
        """A module's marshalled code; None if its source has changed, or the bundle lacks it."""
        _, source, changed, size, offset, length, digest, _ = self.entries[name]
        if _facts(source) != (changed, size):
            return None
        code = os.pread(self._file, length, self._begin + offset)
        return code if cache_file.digest(code) == digest else None

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> ModuleSpec | None:
        """See `importlib.abc.MetaPathFinder`."""
        code = self.code(name) if name in self.entries else None
        if code is None:
            return None
        self._codes[name] = code
        is_package, source, *_ = self.entries[name]
        spec = ModuleSpec(name, self, origin=source, is_package=is_package)  # type: ignore[arg-type]  # a loader
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [os.path.dirname(source)]
        return spec

    def create_module(self, _spec: ModuleSpec) -> None:
        """See `importlib.abc.Loader`."""

    def exec_module(self, module: ModuleType) -> None:
        """See `importlib.abc.Loader`."""
        name, before = module.__name__, len(self._ready)
        for needed in self.entries[name][-1] or ():
            if needed not in sys.modules:
                self._load(needed)
        code: CodeType = marshal.loads(self._codes[name])  # noqa: S302  # our own
        exec(code, module.__dict__)  # noqa: S102  # as every importer does
        self.needs[name] = tuple(self._ready[before:])
        self._ready.append(name)

    def _load(self, name: str) -> None:
        """Load a module as Python's importer does, but for its locks: no thread imports yet."""
        parent, _, child = name.rpartition(".")
        spec = self.find_spec(name) if parent in sys.modules else None
        if spec is None:
            return
        module = sys.modules[name] = type(sys)(name)
        module.__spec__, module.__loader__ = spec, self  # type: ignore[assignment]  # see find_spec
        module.__file__, module.__package__ = spec.origin, parent
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations
            module.__package__ = name
        try:
            self.exec_module(module)
        except BaseException:
            sys.modules.pop(name, None)
            raise
        setattr(sys.modules[parent], child, module)


_bundle: Bundle | None = None
_installed = False


def install() -> None:
    """Import from the bundle from now on, if there is one."""
    global _bundle, _installed
    _installed = True
    _bundle = _opened(cache_file.path(_KIND))
    if _bundle is not None:
        sys.meta_path.insert(0, _bundle)


def remove() -> None:
    """Import nothing more from the bundle; the file stays."""
    global _installed
    _installed = False
    if _bundle in sys.meta_path:
        sys.meta_path.remove(_bundle)


def keep() -> None:
    """Write the bundle if this process imported modules that it lacked or had outdated."""
    imported = [
        name
        for name in sys.modules
        if name.startswith(f"{_PACKAGE}.") and name not in _BEFORE
    ]
    known = _bundle is not None and all(map(_bundle.knows, imported))
    if _installed and not known:
        _write(imported)


def _write(imported: list[str]) -> None:
    entries: dict[str, _Entry] = {}
    codes: list[bytes] = []
    offset = 0
    modules = (*_earlier(imported), *_compiled(imported))
    for name, source, is_package, code, needs in modules:
        facts = _facts(source)
        if facts is not None and len(entries) < _MOST_MODULES:
            place = (offset, len(code), cache_file.digest(code))
            entries[name] = (is_package, source, *facts, *place, needs)
            codes.append(code)
            offset += len(code)
    index = marshal.dumps(entries)
    head = cache_file.digest(index) + len(index).to_bytes(_LENGTH_BYTES, "little")
    content = b"".join((head, index, *codes))
    cache_file.replace(cache_file.path(_KIND), content)


def _earlier(imported: list[str]) -> Iterator[_Module]:
    """The bundle's valid modules that this process did not need."""
    if _bundle is None:
        return
    for name, (is_package, source, *_, needs) in _bundle.entries.items():
        code = None if name in imported else _bundle.code(name)
        if code is not None:
            yield name, source, is_package, code, needs


def _compiled(names: list[str]) -> Iterator[_Module]:
    """The modules that this process imported from source files."""
    for name in names:
        spec = sys.modules[name].__spec__
        if spec is None or not spec.origin:
            continue
        code = needs = None
        if _bundle is not None and name in _bundle.needs:
            code, needs = _bundle.code(name), _bundle.needs[name]
        get_code = getattr(spec.loader, "get_code", None)
        if code is None and get_code is not None:
            code = marshal.dumps(get_code(name))
        if code is not None:
            is_package = spec.submodule_search_locations is not None
            yield name, spec.origin, is_package, code, needs


def _opened(path: str) -> Bundle | None:
    """The bundle at a path; None if its index is damaged or the file is not this user's own."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if cache_file.is_own(file):
            head = os.read(file, cache_file.HASH_BYTES + _LENGTH_BYTES)
            length = int.from_bytes(head[cache_file.HASH_BYTES :], "little")
            index = os.read(file, length)
            if cache_file.digest(index) == head[: cache_file.HASH_BYTES]:
                entries = marshal.loads(index)  # noqa: S302  # our own, see above
                return Bundle(file, len(head) + length, entries)
    except (OSError, ValueError, EOFError, TypeError, MemoryError, OverflowError):
        pass
    os.close(file)
    return None


def _facts(path: str) -> tuple[int, int] | None:
    """A source's time of change and its size; None if it does not exist."""
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size
