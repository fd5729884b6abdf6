"""What a run shows while it goes on: `state` follows its events, `lines` prints them, `live` draws them."""
