"""Single cases written by hand: each is something that a report must show and not trip over."""

from crm.demo.story.world import World


def write(world: World) -> None:
    """Put the cases into the queue of events."""
