"""Charts: Altair figures in the reader's language, in both themes, over rows that a view has reckoned."""
