"""Programs as the tests of `sema` write them: a text, the files beside it, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import define

from flowc.compiler import Compilation, compile_paths
from flowc.diagnostics import Diagnostic
from flowc.ir.graph import Graph, Node


@define
class Programs:
    """Compiles texts in a folder of their own, which is the working directory."""

    folder: Path

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def compile(self, text: str, *, profile: str | None = None, **files: str) -> Compilation:
        """Compile `input.flow`, with other files beside it: `shared__env_flow="..."` is `shared/env.flow`."""
        self.write({name.replace("__", "/").replace("_flow", ".flow").replace("_toml", ".toml"): text
                    for name, text in files.items()})  # fmt: skip
        self.write({"input.flow": text})
        return compile_paths([Path("input.flow")], profile=profile)

    def said(self, text: str, *, profile: str | None = None, **files: str) -> list[str]:
        """What is said of a program: codes with the text that they point at, its first line."""
        return [told(each) for each in self.compile(text, profile=profile, **files).diagnostics]

    def graph(self, text: str, *, profile: str | None = None, **files: str) -> Graph:
        """The first graph of a program that nothing is wrong with."""
        compilation = self.compile(text, profile=profile, **files)
        assert [told(each) for each in compilation.diagnostics] == []
        return compilation.graphs[0]

    def node(self, text: str, name: str = "a") -> Node:
        return self.graph(text).node(name)


def told(diagnostic: Diagnostic) -> str:
    shown = diagnostic.span.text.split("\n")[0] if diagnostic.span else ""
    return f"{diagnostic.code.number} {shown}".rstrip()
