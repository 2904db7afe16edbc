"""The backends: one module each behind the protocol in `contract`."""
