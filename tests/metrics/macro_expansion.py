"""SQL with its macros written out, on the parsed tree: what an engine without DuckDB's macros would be given.

A call becomes the macro's body with the arguments in place of its parameters, and `unnest` of a struct becomes a column
a field.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import sqlglot
from sqlglot import exp

Macros = Mapping[str, tuple[list[str], exp.Expression]]  # name → parameters, body


def statements(paths: Iterable[Path]) -> list[exp.Expression]:
    """Every statement of the scripts, parsed as DuckDB reads it."""
    return [found for path in paths for found in sqlglot.parse(path.read_text("utf-8"), read="duckdb") if found]


def macros_of(parsed: Iterable[exp.Expression]) -> Macros:
    """The macros that the statements create."""
    made = [found for found in parsed if isinstance(found, exp.Create) and found.kind == "MACRO"]
    return {found.this.this.name: ([name.name for name in found.this.expressions], found.expression) for found in made}


def views_of(parsed: Iterable[exp.Expression]) -> dict[str, exp.Expression]:
    """The query of each view that the statements create, by the view's name."""
    made = [found for found in parsed if isinstance(found, exp.Create) and found.kind == "VIEW"]
    return {found.this.name: found.expression for found in made}


def expanded(query: exp.Expression, macros: Macros) -> exp.Expression:
    """The query without a call of a macro and without a struct that is unnested."""
    root = exp.Paren(this=query.copy())
    while calls := [call for call in root.find_all(exp.Anonymous) if call.name in macros]:
        for call in calls[:1]:
            call.replace(_written_out(call, *macros[call.name]))
    for select in root.find_all(exp.Select):
        select.set("expressions", [column for shown in select.expressions for column in _columns(shown)])
    return root.this


def _written_out(call: exp.Anonymous, parameters: list[str], body: exp.Expression) -> exp.Expression:
    arguments = dict(zip(parameters, call.expressions, strict=True))
    written = exp.Paren(this=body.copy())
    for column in list(written.find_all(exp.Column)):
        if not column.table and column.name in arguments:
            column.replace(_safe(arguments[column.name].copy()))
    return _safe(written.this)


def _safe(written: exp.Expression) -> exp.Expression:
    """In brackets where an operator beside it would tear it apart."""
    return exp.Paren(this=written) if isinstance(written, exp.Binary | exp.Not | exp.Neg) else written


def _columns(shown: exp.Expression) -> list[exp.Expression]:
    if isinstance(shown, exp.Explode) and isinstance(shown.this, exp.Struct):
        return [exp.alias_(field.expression.copy(), field.name) for field in shown.this.expressions]
    return [shown]
