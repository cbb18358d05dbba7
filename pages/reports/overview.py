"""The overview: how things stand, and what to look at first."""

from ui.overview.cards import overview_cards
from ui.overview.sentences import attention

overview_cards()

attention()
