"""What belongs to a listener: annotations of tracks, the state of the player."""
