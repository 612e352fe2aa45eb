"""A job's use of the registry: opened in its thread, let go of after it, its defects told as trouble."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from cafleet_core.errors import CafleetError, Internal
from cafleet_tui.data.source import OpenSource, Source


@contextmanager
def using(open_source: OpenSource) -> Iterator[Source]:
    """The source of one job; whatever goes wrong meanwhile is a CafleetError.

    Textual keeps the exceptions of its workers to itself: nobody would learn of another one.
    """
    try:
        with closing(open_source()) as source:
            yield source
    except CafleetError:
        raise
    except Exception as error:
        raise Internal(type(error).__name__) from error
