import pytest

from flowc.emit.format import NotPythonError, format_tree
from flowc.emit.tree import FileTree, PathError


def test_files_come_by_path() -> None:
    tree = FileTree({"b.txt": "2", "a/c.txt": "1"})
    assert list(tree) == ["a/c.txt", "b.txt"]
    assert tree["b.txt"] == "2"
    assert tree.under("x") == FileTree({"x/a/c.txt": "1", "x/b.txt": "2"})


def test_trees_are_joined() -> None:
    assert FileTree({"a": "1"}) | FileTree({"b": b"2"}) == FileTree({"a": "1", "b": b"2"})
    assert FileTree({"a": "1"}) | FileTree({"a": "1"}) == FileTree({"a": "1"})
    with pytest.raises(PathError, match="two contents for 'a'"):
        _ = FileTree({"a": "1"}) | FileTree({"a": "2"})


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../x", "a/../b", "a//b", "./a", "a\\b", "a/"])
def test_a_path_stays_inside(path: str) -> None:
    with pytest.raises(PathError, match="not a plain relative path"):
        FileTree({path: ""})


def test_no_path_is_a_file_and_a_folder() -> None:
    with pytest.raises(PathError, match="a file and a folder: 'a'"):
        FileTree({"a": "", "a/b": ""})


def test_text_is_not_bytes() -> None:
    with pytest.raises(PathError, match="not text"):
        FileTree({"a": b""}).text("a")


def test_python_is_formatted_and_nothing_else() -> None:
    tree = FileTree({"a.py": "x = {  'a':1 }\n", "b.txt": "x = {  }", "c.py": b"x  = 1"})
    assert format_tree(tree) == FileTree({"a.py": 'x = {"a": 1}\n', "b.txt": "x = {  }", "c.py": b"x  = 1"})
    assert format_tree(format_tree(tree)) == format_tree(tree)


def test_what_is_no_python_names_its_file() -> None:
    with pytest.raises(NotPythonError, match=r"dags/a\.py"):
        format_tree(FileTree({"dags/a.py": "def"}))
