"""What the page of the plan has of its own: the way to the plan, its months, the pace, the bonus, the editor."""
