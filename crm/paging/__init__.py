"""Lists of a portal, walked whole: pages, ranges of ids, keyset walks; their prefetch, retries, batches."""
