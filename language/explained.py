"""The one kind of error a person is shown: a text of the catalogue with its values."""

from language.formats import words

Value = str | int | float | None


class ExplainedError(Exception):
    """Something went wrong, and the text says what to do about it.

    The language is chosen where the error is shown, not where it is raised. Values never hold a secret: they are
    printed, logged and drawn on pages.
    """

    def __init__(self, key: str, /, **values: Value) -> None:
        super().__init__(key, values)
        self.key = key
        self.values: dict[str, Value] = values

    def text(self, language: str) -> str:
        """The sentence in ``language`` ("ru" or "en")."""
        return words(language)(self.key, **self.values)

    def __str__(self) -> str:
        return self.text("ru")
