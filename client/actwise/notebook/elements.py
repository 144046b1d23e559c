"""Elements of HTML: whatever is no `Html` is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from actwise.contract.evidence import Citation, Effect
from actwise.phrases import cited, points

_FAINT = "opacity:.75"
_CELL = "text-align:left;vertical-align:top;padding:.2em .8em .2em 0;white-space:normal"
_WIDTH, _HEIGHT = 120, 14


class Html(str):
    """Text that is markup already."""


def element(name: str, *parts: str, **attributes: str) -> Html:
    """An element; parts that are no `Html`, and all attributes, are escaped."""
    given = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{given}>{joined(parts)}</{name}>")


def joined(parts: Iterable[str]) -> Html:
    """Parts side by side."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def page(*parts: str) -> Html:
    """The whole of one answer."""
    return element("div", *parts, class_="actwise", style="line-height:1.4;max-width:70em;color:inherit")


def faint(text: str) -> Html:
    """What matters less."""
    return element("div", text, style=f"{_FAINT};font-size:.9em;margin-top:.6em")


def table(caption: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Html:
    """A table with a caption and a row of headings."""
    above = element("caption", caption, style="caption-side:top;text-align:left;font-weight:bold;padding:.4em 0")
    head = element("tr", *(element("th", one, scope="col", style=_CELL) for one in columns))
    body = (element("tr", *(element("td", one, style=_CELL) for one in row)) for row in rows)
    return element("table", above, element("thead", head), element("tbody", *body), style="border-collapse:collapse")


def folded(title: str, *parts: str) -> Html:
    """What opens on a click; nothing when it would be empty."""
    return element("details", element("summary", title), *parts) if parts else Html("")


def listed(lines: Iterable[str]) -> Html:
    """A list of sentences; nothing when there are none."""
    items = [element("li", line) for line in lines]
    return element("ul", *items, style="margin:.3em 0") if items else Html("")


def code(lines: str) -> Html:
    """Lines to paste."""
    style = "margin:.3em 0;padding:.4em .6em;border:1px solid;border-radius:4px;background:none;color:inherit"
    return element("pre", lines, style=f"{style};overflow-x:auto")


def sources(citations: Iterable[Citation]) -> Html:
    """Where a claim can be read, as links where there is an address."""
    found = [_source(citation) for citation in citations]
    return joined([" [", Html("; ".join(found)), "]"]) if found else Html("")


def _source(citation: Citation) -> Html:
    text = cited(citation)
    if citation.url is None or not citation.url.startswith(("https://", "http://")):
        return joined([text])
    return element("a", text, href=citation.url, rel="noopener noreferrer", target="_blank")


def interval(effect: Effect, low: float, high: float) -> Html:
    """An effect as dot and line on the scale from `low` to `high`, in the colour of the text; zero is a thin stroke."""
    span = (high - low) or 1.0

    def place(value: float) -> str:
        return f"{4 + (value - low) / span * (_WIDTH - 8):.1f}"

    middle = f"{_HEIGHT / 2:g}"
    parts = (
        element("title", f"{points(effect)} points"),
        element("line", x1=place(0), x2=place(0), y1="0", y2=str(_HEIGHT), stroke="currentColor", opacity=".35"),
        element(
            "line",
            x1=place(effect.low),
            x2=place(effect.high),
            y1=middle,
            y2=middle,
            stroke="currentColor",
            stroke_width="2",
            opacity=".6",
        ),
        element("circle", cx=place(effect.mean), cy=middle, r="3.5", fill="currentColor"),
    )
    return element("svg", *parts, width=str(_WIDTH), height=str(_HEIGHT), viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img")
