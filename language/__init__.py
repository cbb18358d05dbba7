"""Words and formats for every room above: the catalogue, messages, plurals, numbers, money and dates.

Nothing here knows Streamlit, Bitrix24 or SQL. A text has a key (``pull.finished``) and stands in each of
`LANGUAGES`. Code that knows the reader's language holds a `Words`; code that does not makes a `Message`.
"""

from language.formats import Words, words
from language.labels import disambiguated_labels
from language.messages import ExplainedError, Message
from language.texts import LANGUAGES, catalogue

__all__ = ["LANGUAGES", "ExplainedError", "Message", "Words", "catalogue", "disambiguated_labels", "words"]
