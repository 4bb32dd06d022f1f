"""A reading in the formats of other programs: for corpora, networks, spreadsheets, timelines and audio books."""
