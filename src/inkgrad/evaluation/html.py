"""What every HTML page of a report is made of: sections and tables, the pictures inside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from inkgrad.evaluation import plots
from inkgrad.html_page import html_page, picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b2a41; max-width: 62rem; margin: 2rem auto;
       padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
h1, h2, p, td { overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; } th, td { padding: .15rem .8rem; text-align: right; }
th { border-bottom: 1px solid #1b2a41; } td:first-child, th:first-child { text-align: left; }
img { max-width: 100%; height: auto; } pre { font-size: .85rem; overflow-x: auto; }
.figure { font-size: 2.4rem; font-weight: 600; }
"""


def page(title: str, sections: Sequence[str]) -> str:
    """The page of these pieces of HTML."""
    return html_page(title, sections, _STYLE)


def heading(title: str) -> str:
    """A heading that a link can point at."""
    name = "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())
    return f'<h2 id="{name}">{escape(title)}</h2>'


def section(title: str, figure: Figure, text: str = "") -> str:
    """A picture under a heading; `text` is HTML."""
    caption = f"<p>{text}</p>" if text else ""
    return f"{heading(title)}{caption}{picture(title, plots.png(figure))}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows of text; `head` may be of empty names, and is then left out.

    Where the window is narrower than the table, the table scrolls and not the page.
    """
    top = "".join(f"<th>{escape(name)}</th>" for name in head) if any(head) else ""
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(value)}</td>" for value in row) + "</tr>" for row in rows
    )
    return f'<div class="wide"><table>{f"<tr>{top}</tr>" if top else ""}{body}</table></div>'
