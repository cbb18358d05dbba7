"""The URL state, what a reader has chosen, and the page context, what blocks are drawn with."""
