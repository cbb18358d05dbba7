"""Charts: Altair specifications in the reader's language and theme, made of the rows of a view.

Each module draws one kind of chart as a block. What they share: `style` (colours, axes, tooltips), `drawing` (a chart
on the page and its clicks), `grains` (buckets of time), `capped_axis` (percents), `series_rows` (rows of a dynamics
view).
"""
