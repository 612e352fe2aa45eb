"""A session's report as one HTML file: no script, and nothing from elsewhere."""

from __future__ import annotations

from html import escape

from cafleet_core.cli.export_lines import TIMES, agent_row, title
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.cli.export_lines import Line
    from cafleet_core.records import Agent, Session

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
time {{ opacity: .7; font-variant-numeric: tabular-nums }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0 .8rem 1.5rem }}
details {{ margin-left: 1.5rem }} summary {{ cursor: pointer }}
details pre {{ white-space: pre; overflow-x: auto }}
td, th {{ text-align: left; padding-right: 1.5rem; vertical-align: top }}
p {{ margin: .4rem 0 }}
</style></head><body>
<h1>{title}</h1>
<p>{session} {times}</p>
<table><tr><th>agent</th><th>is</th><th>for</th></tr>"""


def document(
    session: Session, team: Sequence[Agent], lines: Iterator[Line]
) -> Iterator[str]:
    """The report, a part at a time."""
    yield _HEAD.format(
        title=escape(title(session)), session=escape(session.session_id), times=TIMES
    )
    for agent in team:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in agent_row(agent))
        yield f"<tr>{cells}</tr>"
    yield "</table>\n<h2>What happened</h2>"
    for line in lines:
        who, what = escape(line.who), escape(line.what)
        yield f"<p><time>{line.at}</time> <strong>{who}</strong> {what}</p>"
        if line.body:
            yield f"<pre>{escape(line.body)}</pre>"
        if line.screen:
            yield f"<details><summary>screen</summary><pre>{escape(line.screen)}</pre></details>"
    yield "</body></html>"
