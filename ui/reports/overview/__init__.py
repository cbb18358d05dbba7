"""The overview: cards of the other reports' totals, and sentences that link to the blocks their figures come from."""
