"""Text that other people typed, made fit to be repeated: in a sentence, a table of a terminal, a label."""


def clean_text(value: object, longest: int | None = None) -> str:
    """``value`` on one line and without what does not print, cut after ``longest`` characters.

    Runs of white space become one space; control characters (a terminal would obey them), marks of direction and
    lone surrogates are left out.
    """
    line = " ".join(str(value).split())
    return "".join(char for char in line if char.isprintable())[:longest]
