"""The grammar of `.flow` (flow.lark), and the parser tables made from it: data only."""
