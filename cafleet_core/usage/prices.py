"""Estimate what tokens cost where an agent does not tell: by the list prices of a library.

`genai-prices` carries the prices with it; nothing is asked of any server. Without it there
are no estimates.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.usage.sample import MICRO

if TYPE_CHECKING:
    from cafleet_core.usage.sample import Tokens


def estimate(model: str, tokens: Tokens) -> int | None:
    """The list price of tokens, in millionths of a US dollar; None where it is not known."""
    try:
        from genai_prices import Usage, calc_price
    except ImportError:
        return None
    usage = Usage(
        input_tokens=tokens.input + tokens.cached,
        cache_read_tokens=tokens.cached,
        output_tokens=tokens.output,
    )
    try:
        price = calc_price(usage, model_ref=model).total_price
    except (LookupError, ValueError):  # of a model that it does not know
        return None
    return round(price * MICRO)
