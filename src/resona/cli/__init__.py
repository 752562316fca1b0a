"""How does a person ask from a terminal? Each command takes options and asks `resona.library`."""
