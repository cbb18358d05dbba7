"""Words and formats for every room above: the catalogue, messages, plurals, numbers, money and dates.

Nothing here knows Streamlit, Bitrix24 or SQL. A text is named by its key (``pull.finished``) and spoken in one of
`LANGUAGES`; whoever holds a `Words` never asks again which language the reader chose; who does not know the language
yet makes a `Message`.
"""

from language.formats import Words, words
from language.labels import disambiguated_labels
from language.messages import ExplainedError, Message
from language.texts import LANGUAGES, catalogue

__all__ = ["LANGUAGES", "ExplainedError", "Message", "Words", "catalogue", "disambiguated_labels", "words"]
