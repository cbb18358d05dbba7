"""How figures are written in the document."""


def number(value: int) -> str:
    """1234567 → "1 234 567"."""
    return f"{value:,}".replace(",", " ")


def seconds(value: float) -> str:
    """3.14159 → "3.1 s"; from a hundred on without a fraction."""
    return f"{value:.0f} s" if value >= 100 else f"{value:.1f} s"
