"""A whole file: line by line, each as it is where its shape is known to be right, or else read and broken anew."""

from __future__ import annotations

from attrs import frozen

from flowc.emit.layout.asking import Ask, asked_for
from flowc.emit.layout.blanks import DOC, NOTE, Blanks, Kind
from flowc.emit.layout.breaking import broken
from flowc.emit.layout.docstring import is_tidy
from flowc.emit.layout.ladder import STATEMENT, Ladder
from flowc.emit.layout.line import WIDTH, Line, has_early_comma
from flowc.emit.layout.memory import Memory
from flowc.emit.layout.reading import TEXTS
from flowc.emit.layout.statements import Statement, statement
from flowc.emit.layout.tokens import CLOSE, PLAIN_NOTE, OddError, Token, shape, tokens_from


@frozen
class Page:
    """A file that is laid out, and how many of its lines somebody else was asked for."""

    text: str
    lines: int
    asked: int


_SHAPES: dict[str, Kind | None] = {}
"""What is known of shapes: that a line which fits stays as it is, and what it is; None where it has to be read."""
_MOST_SHAPES = 20_000
_MEMORY = Memory[Kind]()


class UntidyError(OddError):
    """Black is given all of the file: it must see what a text is the docstring of."""


def page(text: str, ask: Ask) -> Page:
    """The file as black leaves it; OddError where black must be given all of it."""
    if not text.isprintable() and any(char in text for char in "\t\r\f\v\0\x1c\x1d\x1e\x85\u2028\u2029"):
        raise OddError("unusual white space")
    if "fmt:" in text or "yapf:" in text or "\\\n" in text:
        raise OddError("lines for a formatter, or joined ones")
    return _Writer(text, ask).written()


class _Writer:
    def __init__(self, text: str, ask: Ask) -> None:
        self.text = text if text.endswith("\n") or not text else text + "\n"
        self.ask = ask
        self.lines = self.text.split("\n")
        self.out: list[str] = []
        self.blanks = Blanks()
        self.level = 0  # of the block that we are in
        self.opened = False  # whether the line before begins a block
        self.notes: list[tuple[int, int, str]] = []  # comments that wait for the line which they belong to
        self.group = 0  # where in `out` the comments that lead to a definition begin
        self.asked = 0
        self.may_be_doc = True  # at the beginning of a module, a class or a function
        self.is_first = True  # at the beginning of any block

    def written(self) -> Page:
        lines, at, index, empty = self.lines, 0, 0, 0
        count = len(lines) - 1
        while index < count:
            line = lines[index]
            rest = line.lstrip(" ")
            if not rest:
                empty += 1
                index += 1
                at += len(line) + 1
                continue
            indent = len(line) - len(rest)
            if rest[0] == "#":
                if rest != "#" and not PLAIN_NOTE.fullmatch(rest):
                    raise OddError("a comment that black mends")
                self.notes.append((indent, empty, rest))
                empty, index, at = 0, index + 1, at + len(line) + 1
                continue
            depth = self._enter(indent)
            kind = self._known(line, rest)
            if kind is not None:
                self._put(kind, depth, empty, [line])
                index, at = index + 1, at + len(line) + 1
            elif ladder := self._ladder(line, rest, index, at, depth):
                self._put(Kind("plain"), depth, empty, ladder.out)
                index, at = ladder.index, ladder.at
            else:
                end = self._read(at, indent, depth, empty)
                index += self.text.count("\n", at, end)
                at = end
            empty = 0
        self._finish()
        return Page("\n".join(self.out) + "\n" if self.out else "", len(self.out), self.asked)

    # ------------------------------------------------------------------ where a line stands

    def _enter(self, indent: int) -> int:
        depth, odd = divmod(indent, 4)
        if odd or depth > self.level + self.opened or (self.opened and depth != self.level + 1):
            raise OddError("an unusual indent")
        self._comments(depth)
        self.level, self.opened = depth, False
        return depth

    def _comments(self, depth: int) -> None:
        """The comments before a line; they stand as deep as it does, or as what came before them."""
        place = depth if self.opened else self.level
        for indent, empty, said in self.notes:
            if indent == 4 * depth:
                place = depth
            elif indent != 4 * place:
                raise OddError("a comment that stands elsewhere")
            self._put(NOTE, indent // 4, empty, [" " * indent + said], moves=False)
        self.notes.clear()

    def _finish(self) -> None:
        if self.opened:
            raise OddError("a block without lines")
        self._comments(0)

    def _put(self, kind: Kind, depth: int, empty: int, lines: list[str], *, moves: bool = True) -> None:
        before, more = self.blanks.before(kind, depth, empty)
        if more:
            self.out[self.group : self.group] = [""] * more
        if kind is NOTE and (before or not self.blanks.follows_note):
            self.group = len(self.out)
        self.out += [""] * before
        self.out += lines
        if moves:
            self.opened = kind.opens
            self.may_be_doc = kind.opens and kind.name in ("def", "class")
            self.is_first = kind.opens

    # ------------------------------------------------------------------ what a line says

    def _known(self, line: str, rest: str) -> Kind | None:
        """What the line is, if it stays as it is; None if it has to be read."""
        if len(line) > WIDTH or not line.isascii():
            return None
        code = rest
        if "#" in rest:
            cut = rest.find("  #")
            code = rest[:cut]
            if cut < 0 or rest.startswith("# type:", cut + 2) or not PLAIN_NOTE.fullmatch(rest, cut + 2):
                return None
        form = shape(code)
        try:
            return _SHAPES[form]
        except KeyError:
            kind = _kind_of(code, form)
            if len(_SHAPES) > _MOST_SHAPES:
                _SHAPES.clear()
            _SHAPES[form] = kind
            return kind

    def _ladder(self, line: str, rest: str, index: int, at: int, depth: int) -> Ladder | None:
        """The statement if it is one of brackets that stand open, an element a line."""
        if rest[-1] not in "([{" or len(line) > WIDTH or not STATEMENT.fullmatch(shape(rest)):
            return None
        ladder = Ladder(self.text, self.lines, index, at, depth)
        try:
            ladder.climb()
        except (OddError, IndexError):
            return None
        return ladder

    def _read(self, at: int, indent: int, depth: int, empty: int) -> int:
        """Lay out the logical line that begins there; the offset after it."""
        line = self.text[at : self.text.index("\n", at)]
        key = _MEMORY.key(line, depth)
        if known := _MEMORY.recall(key, line):
            self._put(known[1], depth, empty, known[0])
            return at + len(line) + 1
        try:
            tokens, note, end = tokens_from(self.text, at + indent)
            found = statement(tokens)
            if found.kind == "text":
                return self._text(tokens[0].text, note, end, depth, empty)
            if end == at + len(line) + 1 and has_early_comma(found.tokens):
                raise OddError("a comma at the end of brackets that others follow")
            is_typed = note.startswith("# type:")
            lines = self._as_it_is(found, note, at, end, depth) if is_typed else _twice(found, note, depth)
        except UntidyError:
            raise
        except OddError:
            asked = asked_for(self.text, at + indent, depth, self.ask)
            self._put(asked.kind, depth, empty, asked.lines)
            self.asked += len(asked.lines)
            return asked.end
        kind = _kind(found)
        if end == at + len(line) + 1 and not any(token.note for token in tokens):
            _MEMORY.keep(key, line, lines, kind)
        self._put(kind, depth, empty, lines)
        return end

    def _as_it_is(self, found: Statement, note: str, at: int, end: int, depth: int) -> list[str]:
        """A line whose comment speaks to a type checker: it is never broken."""
        _holder(found).note = note
        line = Line(found.tokens, depth).render()
        if self.text[at:end] != line + "\n":
            raise OddError("lines for a type checker")
        return [line]

    def _text(self, said: str, note: str, end: int, depth: int, empty: int) -> int:
        """A string that is a statement: a docstring, or one that stays as it is."""
        is_doc = self.may_be_doc
        if (is_doc and note) or (self.is_first and not is_tidy(said, depth)):
            raise UntidyError("a docstring that black mends")
        line = " " * (4 * depth) + said + (f"  {note}" if note else "")
        self._put(DOC if is_doc else Kind("plain"), depth, empty, line.split("\n"))
        return end


def _kind(found: Statement) -> Kind:
    first = found.tokens[0].text
    return Kind(found.kind, found.opens, first if found.opens else "")


def _kind_of(code: str, form: str) -> Kind | None:
    """What a line of code is, if all lines of its shape stay as they are."""
    if "aa" in form or '"' in form or "'" in code:
        return None
    try:
        tokens, _, end = tokens_from(code, 0)
        found = statement(tokens)
        if end != len(code) or found.is_fixed:
            return None
        if any(token.is_magic for token in found.tokens):
            return None
    except OddError:
        return None
    line = Line(found.tokens, 0)
    return _kind(found) if line.render() == code else None


def _twice(found: Statement, note: str, depth: int) -> list[str]:
    """Broken, and what is broken once more, as black does it: new parentheses and commas change what is seen."""
    lines = _once(found, note, depth)
    if len(lines) == 1:
        return lines
    text = "\n".join(lines) + "\n"
    tokens, note, _ = tokens_from(text, 4 * depth)
    return _once(statement(tokens), note, depth)


def _once(found: Statement, note: str, depth: int) -> list[str]:
    if note:
        holder = _holder(found)
        holder.note = note
        if holder.before == TEXTS:
            raise OddError("a comment among texts")
    lines = "\n".join(broken(Line(found.tokens, depth))).split("\n")
    if found.is_fixed and len(lines) > 1:
        raise OddError("a statement that is only known in one line")
    return lines


def _holder(found: Statement) -> Token:
    """The token that the comment at the end belongs to: of one thing in parentheses that may be left out, the thing."""
    last = found.tokens[-1]
    if last.kind == CLOSE and not last.text and found.tokens[-3] is last.mate and found.kind != "import":
        return found.tokens[-2]
    return last
