r"""Tables as LaTeX, Markdown and HTML: every text escaped, numbers to two decimals."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.designs import label

DECIMALS = 2
"""Decimals in print; smaller numbers keep one digit that is not 0."""
ZERO = 1e-9
"""Numbers nearer to 0 than this are 0."""
LONGEST = 40
"""Rows up to which a LaTeX table stays on one page."""

HEADINGS = {"lower": "95% low", "upper": "95% high", "n": "n"}

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    # At the beginning of a row these would be an option of the end of the one before.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    **{mark: f"\\{mark}" for mark in "&%$#_{}"},
}
_MARKDOWN = {"&": "&amp;", "<": "&lt;", ">": "&gt;", **{mark: f"\\{mark}" for mark in "\\`*_[]#|~$"}}

_SHORT = r"""% \usepackage{booktabs,adjustbox}
\begin{table}
\centering\footnotesize
CAPTION
\begin{adjustbox}{max width=\linewidth}
\begin{tabular}{COLUMNS}
BODY
\end{tabular}
\end{adjustbox}
\end{table}
"""
_LONG = r"""% \usepackage{booktabs,longtable}
\begingroup\footnotesize\setlength{\tabcolsep}{3pt}
\begin{longtable}{COLUMNS}
CAPTION\\
BODY
\end{longtable}
\endgroup
"""


@dataclass(frozen=True)
class Printed:
    """A table to print.

    Attributes
    ----------
    name : str
        Of its files, and its label in LaTeX.
    caption : str
    table : DataFrame
    infinite : str
        What infinity means in it.
    plain : collection of str
        Columns whose numbers are reported as they are: levels of factors, and weeks.
    """

    name: str
    caption: str
    table: pd.DataFrame
    infinite: str = "unbounded"
    plain: Collection[str] = ()

    @property
    def headings(self) -> list[str]:
        """Headings of its columns, in words."""
        return [heading(str(name)) for name in self.table.columns]

    def cells(self, escape: Callable[[str], str]) -> list[list[str]]:
        """Its cells as texts, row by row, texts escaped."""
        columns = [
            [self._cell(value, str(name) in self.plain, escape) for value in self.table[name]] for name in self.table
        ]
        return [list(row) for row in zip(*columns, strict=True)]

    def numeric(self) -> list[bool]:
        """Whether each column holds numbers."""
        return [bool(pd.api.types.is_numeric_dtype(self.table[name])) for name in self.table.columns]

    def _cell(self, value: Any, plain: bool, escape: Callable[[str], str]) -> str:
        if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
            return escape("" if value is None else str(value))
        number = float(value)
        if math.isinf(number):
            return escape(self.infinite)
        return f"{number:.6g}" if plain or isinstance(value, numbers.Integral) else reported(number)


def heading(name: str) -> str:
    """A column's name as a heading; that of a factor stays as it is.

    Examples
    --------
    >>> heading("ratio_lower"), heading("spread_low"), heading("families.voice_rate")
    ('ratio, 95% low', 'spread low', 'families.voice_rate')
    """
    if not name.isidentifier():
        return name
    for end in ("lower", "upper"):
        if name.endswith(f"_{end}"):
            return f"{label(name.removesuffix(f'_{end}'))}, {HEADINGS[end]}"
    return HEADINGS.get(name, label(name))


def decimals(value: float, least: int) -> int:
    """Decimals that a number is reported with: so many at the least that a digit is not 0.

    Examples
    --------
    >>> decimals(0.534, 2), decimals(0.0031, 2), decimals(0.0, 2)
    (2, 3, 2)
    """
    if not math.isfinite(value) or abs(value) < ZERO or round(value, least) != 0.0:
        return least
    return -math.floor(math.log10(abs(value)))


def rounded(value: float, least: int) -> float:
    """A number rounded to so many decimals, or as many as leave one digit.

    Examples
    --------
    >>> rounded(0.53449, 3), rounded(-0.00012, 3), rounded(1e-17, 3)
    (0.534, -0.0001, 0.0)
    """
    return round(value, decimals(value, least)) + 0.0 if math.isfinite(value) else value


def reported(value: float) -> str:
    """A number as it is printed; nothing where it is missing.

    Examples
    --------
    >>> reported(0.5), reported(542.3049), reported(0.00098), reported(float("nan"))
    ('0.50', '542.30', '0.001', '')
    """
    if math.isnan(value):
        return ""
    number = rounded(value, DECIMALS)
    return f"{number:.{decimals(number, DECIMALS)}f}"


def escaped_latex(text: str) -> str:
    r"""A text as LaTeX prints it.

    Examples
    --------
    >>> print(escaped_latex("50% of A_1 & {B}"))
    50\% of A\_1 \& \{B\}
    """
    return _escaped(text, _LATEX)


def escaped_markdown(text: str) -> str:
    r"""A text as Markdown shows it.

    Examples
    --------
    >>> print(escaped_markdown("a|b <i> _c_"))
    a\|b &lt;i&gt; \_c\_
    """
    return _escaped(text, _MARKDOWN)


def latex(printed: Printed) -> str:
    r"""A table in LaTeX, by the package booktabs; by adjustbox it is no wider than the page, by
    longtable it goes over several where it is long.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"design": ["opt_in"], "risk": [-0.125]})
    >>> print(latex(Printed("risk", "100% of it.", table)))
    % \usepackage{booktabs,adjustbox}
    \begin{table}
    \centering\footnotesize
    \caption{100\% of it.}\label{tab:risk}
    \begin{adjustbox}{max width=\linewidth}
    \begin{tabular}{lr}
    \toprule
    design & risk \\
    \midrule
    opt\_in & $-$0.12 \\
    \bottomrule
    \end{tabular}
    \end{adjustbox}
    \end{table}
    <BLANKLINE>
    """
    numeric = printed.numeric()
    columns = "".join("r" if number else "l" for number in numeric)
    caption = f"\\caption{{{escaped_latex(printed.caption)}}}\\label{{tab:{printed.name}}}"
    head = ["\\toprule", _row(map(escaped_latex, printed.headings)), "\\midrule"]
    rows = [
        _row(cell.replace("-", "$-$") if number else cell for cell, number in zip(cells, numeric, strict=True))
        for cells in printed.cells(escaped_latex)
    ]
    parts = _LONG if len(rows) > LONGEST else _SHORT
    again = [*head, "\\endfirsthead", *head, "\\endhead"] if parts is _LONG else head
    body = "\n".join([*again, *rows, "\\bottomrule"])
    return parts.replace("CAPTION", caption).replace("COLUMNS", columns).replace("BODY", body)


def markdown(printed: Printed) -> str:
    r"""A table in Markdown, its caption ahead.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"design": ["opt_in"], "risk": [0.125]})
    >>> print(markdown(Printed("risk", "All of it.", table)))
    **risk.** All of it.
    <BLANKLINE>
    | design | risk |
    | :--- | ---: |
    | opt\_in | 0.12 |
    <BLANKLINE>
    """
    lines = [f"**{escaped_markdown(label(printed.name))}.** {escaped_markdown(printed.caption)}", ""]
    rule = ["---:" if number else ":---" for number in printed.numeric()]
    rows = [list(map(escaped_markdown, printed.headings)), rule, *printed.cells(escaped_markdown)]
    return "\n".join([*lines, *(f"| {' | '.join(cells)} |" for cells in rows), ""])


def _row(cells: Any) -> str:
    return f"{' & '.join(cells)} \\\\"


def _escaped(text: str, marks: dict[str, str]) -> str:
    return "".join(marks.get(mark, mark) for mark in " ".join(text.split()))


def html(each: Printed) -> str:
    """A table as HTML that a word processor opens: a caption, then rows.

    Examples
    --------
    >>> "<td>a &amp; b</td>" in html(Printed("small", "A sample.", pd.DataFrame({"x": ["a & b"]})))
    True
    """
    from html import escape

    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in each.headings)
    rows = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in each.cells(escape))
    style = "border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; font-size: 9pt"
    ahead = f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(each.name)}</title></head>'
    table = f'<table style="{style}" cellpadding="4">\n<caption>{escape(each.caption)}</caption>'
    body = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>"
    return f"{ahead}<body>\n{table}\n{body}\n</table>\n</body></html>\n"
