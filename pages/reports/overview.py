"""The overview: how things stand, and what to look at first."""

from ui.reports.overview.cards import overview_cards
from ui.reports.overview.sentences import attention

overview_cards()

attention()
