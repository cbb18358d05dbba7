"""docs/metrics.md: every view and column as the dictionary has them, for people who read and for those who query."""

from collections.abc import Iterator

from metrics.query.catalog import View, views

HEAD = "# Metrics\n\nWritten by `make docs` from metrics/query/dictionary.toml: change it there.\n"


def text() -> str:
    """The whole document."""
    return "\n".join([HEAD, *_contents(), *(line for view in views() for line in _section(view))])


def _contents() -> Iterator[str]:
    yield "| view | report | one row for |"
    yield "| --- | --- | --- |"
    for view in views():
        key = ", ".join(f"`{name}`" for name in view.key) or "the whole"
        yield f"| [{view.name}](#{view.name}) | {view.report} | {key} |"
    yield ""


def _section(view: View) -> Iterator[str]:
    yield f"## {view.name}\n"
    for language in ("ru", "en"):
        yield f"**{_cell(view.label(language))}.** {_cell(view.help(language))}\n"
    if view.untouched_by:
        yield "Untouched by: " + ", ".join(f"`{name}`" for name in view.untouched_by) + ".\n"
    yield "| column | format | ru | en |"
    yield "| --- | --- | --- | --- |"
    for column in view.columns.values():
        texts = (f"**{_cell(column.label(lang))}** — {_cell(column.help(lang))}" for lang in ("ru", "en"))
        yield f"| `{column.name}` | {column.format} | {' | '.join(texts)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
