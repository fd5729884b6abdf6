"""How the projects of the targets are run on real engines, for `flowc verify`: it knows none of the engines."""
