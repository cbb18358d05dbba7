"""Blocks, and what they are made of: cards, tables, trees, lists, export menus, switches, links."""
