"""One module a client: each is run in a process of its own, under the environment that has the client installed."""
