"""What a reader has chosen, in the address of the page, and what a block is drawn by."""
