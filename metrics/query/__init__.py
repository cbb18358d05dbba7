"""A view asked under filters: the filters, their periods, the dictionary of views and columns, the rows."""
