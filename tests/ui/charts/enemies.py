"""A portal where everything has a name that is code, or a name that every object of JavaScript has."""

from pathlib import Path

from tests.ui.portals import Portal, build_portal

# Line separators end a string in Vega's expressions.
ENEMIES = ("__proto__", "constructor", "'+alert(1)+'", "a\u2028b\u2029c", "datum.x", "a\\", '"', "a.b[c]")


def build_enemies(folder: Path) -> Path:
    """Build its figures under a data folder; the folder."""
    return build_portal(folder, Portal(people=len(ENEMIES), name=lambda kind, number: ENEMIES[number % len(ENEMIES)]))
