"""The page of the plan: the toolbar and the editor of the plan, its months, the pace, the bonus."""
