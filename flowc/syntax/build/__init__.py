"""From the parser's reductions to the tree: a method for each rule of the grammar, a function for each token."""

from flowc.syntax.build.declarations import Declarations as Builder

__all__ = ["Builder"]
