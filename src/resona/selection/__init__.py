"""How a ranking becomes a list that people keep: filters, limits, order, journeys, playlists, reasons."""
