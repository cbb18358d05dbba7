"""The login: a hook before anything of a page is drawn. As long as there is none, everybody is let in."""


def admit() -> None:
    """Return where the reader may come in; else draw the login and stop the run."""
