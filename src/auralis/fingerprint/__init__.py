"""The fingerprint: how every track sounds, measured once and kept."""
