"""What a stranger brings to flowc by entry points alone: the kind `shout` and the target `listing`."""
