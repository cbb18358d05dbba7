"""A refresh runs over the same warehouses as the tests of metrics, in an environment of its own."""

from tests.metrics.conftest import own_environment, tiny_sql

__all__ = ["own_environment", "tiny_sql"]
