"""Files that people open in a spreadsheet, CSV and XLSX: how typed values become cells, whatever the rows are.

Text from a portal is hostile: a cell that a spreadsheet would take for a formula is made plain text. Numbers stay
numbers, negative ones too. A room of its own below `inputs` (the plan's files) and `metrics` (the exports of reports),
which both write such files; it imports neither.
"""
