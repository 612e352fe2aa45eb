"""`sqlite3` as its engine alone, without what the package around it imports.

That package costs as much as opening a file. So does `functools`, which the engine wants for
one thing: the cache of a connection's statements. Where nothing has imported it yet, the
engine gets that cache from where `functools` has it.
"""

from __future__ import annotations

import sys

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3 as sqlite3
else:
    _NAME = "functools"

    def _engine():
        """The engine; raises ImportError where this Python has it elsewhere."""
        if _NAME in sys.modules:
            import _sqlite3

            return _sqlite3
        from _functools import _lru_cache_wrapper

        stand_in = sys.modules[_NAME] = type(sys)(_NAME)
        stand_in.lru_cache = lambda maxsize: (
            lambda function: _lru_cache_wrapper(function, maxsize, False, tuple)
        )
        try:
            import _sqlite3
        finally:
            del sys.modules[_NAME]
        return _sqlite3

    try:
        sqlite3 = _engine()
    except ImportError:
        import sqlite3  # noqa: F401  # for those who import it from here
