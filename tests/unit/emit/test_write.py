"""What lands on the disk, and what must never be lost."""

import json
import os
from pathlib import Path

import pytest

from flowc.emit.tree import FileTree
from flowc.emit.write import MANIFEST, OccupiedError, Stale, Written, compare, write

ONE = FileTree({"a.py": "1\n", "sub/b.txt": "\u00e9\n", "sub/c.bin": b"\x00\r\n"})


def listing(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def test_a_tree_is_written(tmp_path: Path) -> None:
    done = write(ONE, tmp_path / "out")
    assert done == Written(("a.py", "sub/b.txt", "sub/c.bin"), (), (), ())
    assert listing(tmp_path / "out") == [MANIFEST, "a.py", "sub/b.txt", "sub/c.bin"]
    assert (tmp_path / "out/sub/b.txt").read_bytes() == "\u00e9\n".encode()
    assert (tmp_path / "out/sub/c.bin").read_bytes() == b"\x00\r\n"


def test_equal_files_keep_their_times(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    times = {path: (tmp_path / path).stat().st_mtime_ns for path in listing(tmp_path)}
    assert write(ONE, tmp_path) == Written((), ("a.py", "sub/b.txt", "sub/c.bin"), (), ())
    assert {path: (tmp_path / path).stat().st_mtime_ns for path in listing(tmp_path)} == times


def test_what_is_no_longer_made_goes_with_its_folder(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    assert write(FileTree({"a.py": "2\n"}), tmp_path) == Written(("a.py",), (), ("sub/b.txt", "sub/c.bin"), ())
    assert listing(tmp_path) == [MANIFEST, "a.py", "mine.txt"]
    assert not (tmp_path / "sub").exists()


def test_what_was_changed_by_hand_is_left(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    (tmp_path / "sub/b.txt").write_text("edited")
    done = write(FileTree({"a.py": "1\n"}), tmp_path)
    assert (done.removed, done.left) == (("sub/c.bin",), ("sub/b.txt",))
    assert (tmp_path / "sub/b.txt").read_text() == "edited"


def test_a_file_of_the_user_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("mine")
    with pytest.raises(OccupiedError) as caught:
        write(ONE, tmp_path)
    assert caught.value.paths == ("a.py",)
    assert listing(tmp_path) == ["a.py"]
    assert write(ONE, tmp_path, force=True).changed == ("a.py", "sub/b.txt", "sub/c.bin")


def test_an_edit_of_a_generated_file_is_in_the_way(tmp_path: Path) -> None:
    write(ONE, tmp_path)
    (tmp_path / "a.py").write_text("edited")
    with pytest.raises(OccupiedError):
        write(FileTree({"a.py": "2\n"}), tmp_path)
    assert (tmp_path / "a.py").read_text() == "edited"


def test_a_file_that_is_there_with_the_same_text_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1\n")
    assert write(ONE, tmp_path).unchanged == ("a.py",)


def test_a_folder_is_compared_with_what_would_be_written(tmp_path: Path) -> None:
    assert compare(ONE, tmp_path) == Stale(("a.py", "sub/b.txt", "sub/c.bin"), (), (), ())
    write(ONE, tmp_path)
    assert not compare(ONE, tmp_path)
    (tmp_path / "sub/b.txt").write_text("edited")
    (tmp_path / "new.txt").write_text("mine")
    stale = compare(FileTree({"a.py": "2\n", "sub/b.txt": "\u00e9\n", "new.txt": "ours\n"}), tmp_path)
    assert stale == Stale((), ("a.py",), ("new.txt", "sub/b.txt"), ("sub/c.bin",))
    assert (tmp_path / "sub/b.txt").read_text() == "edited"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / "out/sub")
    with pytest.raises(OccupiedError):
        write(ONE, tmp_path / "out")
    assert listing(tmp_path) == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"../x": "0"}', '{"a.py": 3}'])
def test_a_manifest_that_makes_no_sense_is_nobodys(tmp_path: Path, text: str) -> None:
    (tmp_path / ".flowc").mkdir()
    (tmp_path / MANIFEST).write_text(text)
    (tmp_path.parent / "x").write_text("outside")
    write(ONE, tmp_path)
    assert (tmp_path.parent / "x").read_text() == "outside"
    assert sorted(json.loads((tmp_path / MANIFEST).read_text())) == ["a.py", "sub/b.txt", "sub/c.bin"]


def test_after_a_crash_half_way_the_files_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.replace, []

    def crash(old: str, new: Path) -> None:
        calls.append(new)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(old, new)

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        write(ONE, tmp_path)
    monkeypatch.undo()
    assert listing(tmp_path) == [MANIFEST, "a.py"]
    assert write(FileTree({"z.py": ""}), tmp_path).removed == ("a.py",)
    assert listing(tmp_path) == [MANIFEST, "z.py"]
