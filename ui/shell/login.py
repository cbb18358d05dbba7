"""Who may come in: the hook that stands before the filters. Everybody, as long as there is no login."""


def admit() -> None:
    """Let the reader in, or draw the login and stop the run here."""
