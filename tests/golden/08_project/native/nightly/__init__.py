"""Every night: load three sources, check them, hand over to the mart flow."""
