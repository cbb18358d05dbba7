"""The overview: cards made of the other reports' totals, and sentences that lead to the blocks behind them."""
