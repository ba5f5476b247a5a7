"""The demo library: 24 short pieces in 6 albums, composed and synthesised on the listener's own machine."""
