"""The terminal: each command takes options and makes one call of `resona.library`."""
