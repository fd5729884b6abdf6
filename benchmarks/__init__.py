"""What flowc costs: figures that anybody can take again with `make bench`."""
