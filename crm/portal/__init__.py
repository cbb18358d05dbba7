"""The only place that speaks HTTP to a portal: client, envelopes, commands, rate limits, webhook, errors."""
