"""Diegesis reads fiction and builds the world that it tells."""
