"""Companies of any size, made by SQL straight into snapshots, and how long every view takes on them."""
