"""The modules of short commands in one file: opening eighty takes longer than running them.

Python's own cache has a file for each module, which is looked for, opened and checked one
by one. The bundle in the user's cache folder holds them in packs: a module that some
command imports, and before it what that import brings along, in the order in which it was
last loaded. A pack is read in one go and loaded without Python's importer, which takes as
long as the modules themselves; each module is checked against its source by time and size
before it is used. Without a valid pack, modules are imported as usual, and the bundle is
written at the end.
"""

# without `__future__` and `fast_types`, files more to open at every start
import marshal
import os
import sys
from _frozen_importlib import ModuleSpec

from cafleet_core import cache_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType

    _Place = tuple[int, int, bytes]
    """A pack's offset, length and hash."""

    _Module = tuple[str, bool, str, int, int, CodeType]
    """A module's name, whether it is a package, its source's path, time and size, its code."""

_PACKAGE = "cafleet_core"
_KIND = "bundle-4"
"""Counts up where packs have another form: other versions of this program have their own file."""

_LENGTH_BYTES = 4
_MOST_PACKS = 400
_BEFORE = frozenset(
    f"{_PACKAGE}.{name}" for name in ("__main__", "bundle", "cache_file")
)
"""Modules that are imported before a bundle can be."""


class Bundle:
    """An open bundle, as an importer; it leaves modules that it lacks to the other importers.

    `outdated` are the packs that held other modules than their import has brought along
    now, or a module that has changed.
    """

    def __init__(self, file: int, begin: int, places: "dict[str, _Place]") -> None:
        self._file = file
        self._begin = begin
        self._modules: dict[str, _Module] = {}
        self._packed: dict[str, list[str]] = {}
        self._loaded: list[str] = []
        self._depth = 0
        self.places = places
        self.outdated: dict[str, list[str]] = {}

    def pack(self, name: str) -> bytes | None:
        """A pack as it was written; None if it is damaged, or the bundle lacks it."""
        if name not in self.places:
            return None
        offset, length, digest = self.places[name]
        content = os.pread(self._file, length, self._begin + offset)
        return content if cache_file.digest(content) == digest else None

    def code(self, name: str) -> "CodeType | None":
        """The code of a module that was taken from here; None if it was not."""
        return self._modules[name][-1] if name in self._modules else None

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> "ModuleSpec | None":
        """See `importlib.abc.MetaPathFinder`."""
        if name not in self._modules and (content := self.pack(name)):
            self._unpack(name, content)
        if name not in self._modules:
            return None
        _, is_package, source, *_ = self._modules[name]
        spec = ModuleSpec(name, self, origin=source, is_package=is_package)  # type: ignore[arg-type]  # a loader
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [os.path.dirname(source)]
        return spec

    def _unpack(self, name: str, content: bytes) -> None:
        """Take in those modules of a pack that are not known yet and whose source is the same."""
        modules: list[_Module] = marshal.loads(content)  # noqa: S302  # our own
        self._packed[name] = [module[0] for module in modules]
        for module in modules:
            if module[0] not in sys.modules and module[0] not in self._modules:
                if _facts(module[2]) == module[3:5]:
                    self._modules[module[0]] = module
                else:  # and what its import brings along may be less by now
                    self._packed[name], self.outdated[name] = [], [name]

    def create_module(self, _spec: ModuleSpec) -> None:
        """See `importlib.abc.Loader`."""

    def exec_module(self, module: "ModuleType") -> None:
        """See `importlib.abc.Loader`."""
        name, before = module.__name__, len(self._loaded)
        self._depth += 1
        try:
            for needed in self._packed.get(name, ()):
                if needed not in sys.modules and needed in self._modules:
                    self._load(needed)
            exec(self._modules[name][-1], module.__dict__)  # noqa: S102  # as importers do
        finally:
            self._depth -= 1
        self._loaded.append(name)
        if not self._depth:
            self._compare(name, self._loaded[before:])

    def _compare(self, name: str, loaded: list[str]) -> None:
        """Note a pack that lacks a module of those which its import has loaded, or has changed."""
        packed = self._packed.get(name, [])
        if name in self.outdated or not set(loaded).issubset(packed):
            earlier = [each for each in packed if each not in loaded]
            self.outdated[name] = earlier + loaded

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
    """Write the bundle if this process imported modules that it lacked, or in another order.

    A module is a pack of its own at first: what its import brings along shows when all of it
    comes from here.
    """
    if not _installed:
        return
    known = _bundle.code if _bundle is not None else _unknown
    lacking = [
        name
        for name in sys.modules
        if name.startswith(f"{_PACKAGE}.") and name not in _BEFORE and not known(name)
    ]
    if lacking:
        _write({name: [name] for name in lacking})
    elif _bundle is not None and _bundle.outdated:
        _write(_bundle.outdated)


def _unknown(_name: str) -> None:
    return None


def _write(packs: dict[str, list[str]]) -> None:
    """Write a bundle with these packs, and those that this process did not need."""
    contents = {
        name: content
        for name in (_bundle.places if _bundle is not None else ())
        if name not in packs and _bundle is not None and (content := _bundle.pack(name))
    }
    if len(contents) > _MOST_PACKS:
        contents = {}  # of sources that are gone, for the most part
    for name, members in packs.items():
        contents[name] = marshal.dumps([*filter(None, map(_module, members))])
    places: dict[str, _Place] = {}
    offset = 0
    for name, content in contents.items():
        places[name] = (offset, len(content), cache_file.digest(content))
        offset += len(content)
    index = marshal.dumps(places)
    head = cache_file.digest(index) + len(index).to_bytes(_LENGTH_BYTES, "little")
    cache_file.replace(
        cache_file.path(_KIND), b"".join((head, index, *contents.values()))
    )


def _module(name: str) -> "_Module | None":
    """A module that this process has imported, as it is packed; None if it has no source."""
    spec = sys.modules[name].__spec__ if name in sys.modules else None
    path = spec.origin if spec is not None else None
    facts = _facts(path) if path else None
    if spec is None or path is None or facts is None:
        return None
    is_package = spec.submodule_search_locations is not None
    code = _bundle.code(name) if _bundle is not None else None
    code = code or _compiled(path)
    return (name, is_package, path, *facts, code) if code else None


def _compiled(path: str) -> "CodeType | None":
    """The code of a source file; None if it is gone, or has been spoilt since it was imported."""
    from cafleet_core import lean_code  # bundles are seldom written

    try:
        with open(path, "rb") as file:
            return lean_code.compiled(file.read(), path)
    except (OSError, SyntaxError, ValueError):
        return None


def _opened(path: str) -> "Bundle | None":
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
                places = marshal.loads(index)  # noqa: S302  # our own, see above
                return Bundle(file, len(head) + length, places)
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
