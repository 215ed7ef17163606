"""A build that is ended half-way: every file is the old one or the new one, and the next build puts all right."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from lxml import etree
from output_folder import text, tree

from feedkit import Document, Entry, PublishError, Site, documents, publish
from feedkit.cli import main
from feedkit.output.tree import Tree, open_tree

Make = Callable[..., Entry]
PUT = os.replace
CREATE = Tree.create

#: For each line of its input, a fork of this process ends itself at the n-th change of the disk below a folder; half of
#: what was being written is there.
KILLER = """
import json, os, signal, sys
from feedkit.cli import main
from feedkit.output import tree

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir")
changes = 0

def count():
    global changes
    changes += 1
    if changes == moment:
        os.kill(os.getpid(), signal.SIGKILL)

def hook(event, arguments):
    changing = event in CHANGES or (event == "open" and arguments[2] & os.O_CREAT)
    # A name alone is below a descriptor, so in the output folder; a number is a file that is open already.
    if changing and isinstance(arguments[0], str) and (arguments[0].startswith(root) or arguments[0][0] != "/"):
        count()

def halved(file, data):
    file.write(data[: len(data) // 2])
    count()
    file.write(data[len(data) // 2 :])

for line in sys.stdin:
    root, moment, arguments = json.loads(line)
    child = os.fork()
    if not child:
        tree.write_all = halved
        sys.addaudithook(hook)
        os._exit(main(arguments))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
COMMAND = ["--base-url", "https://example.com", "--as-of", "2026-01-01", "--quiet"]


@pytest.fixture(scope="module")
def killed(repository: Path) -> Iterator[Callable[[Path, int, list[str]], int]]:
    """Runs a command that is killed at a moment, and returns its exit code."""
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    line = [sys.executable, "-c", KILLER]
    with subprocess.Popen(line, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killer:
        assert killer.stdin
        assert killer.stdout

        def run(root: Path, moment: int, arguments: list[str]) -> int:
            print(json.dumps([str(root.resolve()), moment, arguments]), file=killer.stdin, flush=True)
            return int(killer.stdout.readline())

        yield run
        killer.stdin.close()


def temporary(root: Path) -> list[str]:
    return [name for name in tree(root) if name.endswith(".tmp")]


def parse(name: str, data: bytes) -> None:
    if name.endswith("json"):
        json.loads(data)
    else:
        etree.fromstring(data)


@pytest.fixture(scope="module")
def site_before_and_after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `content` that has changed, and of the output `before` and `after`."""
    folder = tmp_path_factory.mktemp("killed")

    def write(name: str, body: str, tags: str) -> None:
        (folder / "content" / name).write_text(f"---\ntitle: {name}\ndate: 2025-11-01\ntags: {tags}\n---\n{body}\n")

    def build(output: str) -> None:
        assert main(["build", str(folder / "content"), "-o", str(folder / output), *COMMAND]) == 0

    (folder / "content").mkdir()
    write("a.md", "Some words.", "[x, gone]")
    build("before")
    write("a.md", "Other words.", "[x, y]")
    write("b.md", "Some words.", "[y, z]")
    build("after")
    return folder


# A new output folder changes 45 times, so these moments lie all over the build.
@pytest.mark.parametrize("moment", range(2, 42, 4))
def test_a_killed_build_leaves_old_or_new_files_and_the_next_one_heals(
    site_before_and_after: Path, killed: Callable[..., int], tmp_path: Path, moment: int
) -> None:
    before, after, out = site_before_and_after / "before", site_before_and_after / "after", tmp_path / "out"
    shutil.copytree(before, out)
    command = ["build", str(site_before_and_after / "content"), "-o", str(out), *COMMAND]
    assert killed(out, moment, command) == -signal.SIGKILL
    old, new = tree(before), tree(after)
    for name, data in tree(out).items():
        if not name.endswith((".tmp", "manifest.json", "-lock")):
            assert data in (old.get(name), new.get(name)), name
            parse(name, data)
    assert main(command) == 0
    assert tree(out) == new
    assert sorted(p.relative_to(out) for p in out.rglob("*")) == sorted(p.relative_to(after) for p in after.rglob("*"))


def test_a_killed_build_still_owns_what_it_replaced_and_what_it_was_about_to(tmp_path: Path) -> None:
    publish([text("a.json", "1"), text("b.json", "1"), text("c.json", "1")], tmp_path)

    def stop_at_b(temporary: str, name: str, **folders: int) -> None:
        if name == "b.json":
            raise KeyboardInterrupt
        PUT(temporary, name, **folders)

    changed = [text("a.json", "2"), text("b.json", "2"), text("c.json", "1")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", stop_at_b)
        with pytest.raises(KeyboardInterrupt):
            publish(changed, tmp_path)
    assert [(tmp_path / f"{name}.json").read_text() for name in "abc"] == ["2", "1", "1"]
    report = publish([text("c.json", "1")], tmp_path)
    assert (report.problems, report.documents.removed) == ((), 2)
    assert sorted(tree(tmp_path)) == [".feedkit-manifest.json", "c.json"]


def full(self: Tree, path: str, chunks: Iterable[bytes]) -> None:
    CREATE(self, path, [b"".join(chunks)[:10]])
    if path.startswith("tags/x/"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


def denied(temporary: str, name: str, **folders: int) -> None:
    if name == "atom.xml":
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), temporary, None, name)
    PUT(temporary, name, **folders)


def ended(temporary: str, name: str, **folders: int) -> None:
    if name == "atom.xml":
        raise KeyboardInterrupt
    PUT(temporary, name, **folders)


@pytest.mark.parametrize(
    ("target", "replacement", "code", "words"),
    [
        ("feedkit.output.tree.Tree.create", full, 2, "No space left on device"),
        ("os.replace", denied, 2, "Permission denied"),
        ("os.replace", ended, 130, ""),
    ],
)
def test_a_build_that_cannot_go_on_leaves_no_temporary_file_and_no_half_one(
    write_article: Callable[..., Path],
    content: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    target: str,
    replacement: Callable[..., object],
    code: int,
    words: str,
) -> None:
    out = tmp_path / "out"
    command = ["build", str(content), "-o", str(out), "--base-url", "https://example.com", "--as-of", "2026-01-01"]
    write_article("a.md", tags="[x]")
    assert main(command) == 0
    old = tree(out)
    write_article("a.md", body="Other words.", tags="[x]")
    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr(target, replacement)
        assert main(command) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert "Traceback" not in captured.err
    assert temporary(out) == []
    for name, data in tree(out).items():
        if name.endswith(("atom.xml", "feed.json")) or "space" in words:
            assert data == old[name]
        parse(name, data)
    assert main(command) == 0
    assert b"Other words" in (out / "atom.xml").read_bytes()


# On systems without masks of signals a second one ends the cleaning.
@pytest.mark.parametrize("more", [0, 1] if hasattr(signal, "pthread_sigmask") else [0])
def test_an_interrupt_while_the_documents_are_made_leaves_nothing_behind(
    site: Site, entry: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    unlink, interrupts = os.unlink, [signal.SIGINT] * more

    def interrupted() -> Iterable[Document]:
        yield from list(documents(site, [entry(tags=["x"])]))[:4]
        raise KeyboardInterrupt

    def interrupted_again(name: str, **folder: int) -> None:
        if interrupts:
            signal.raise_signal(interrupts.pop())
        unlink(name, **folder)

    monkeypatch.setattr(os, "unlink", interrupted_again)
    with pytest.raises(KeyboardInterrupt):
        publish(interrupted(), tmp_path / "new" / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(PublishError, match="file"):
        publish([text("a.json", "1")], tmp_path / "file" / "out")


def gone() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_temporary_files_of_processes_that_are_gone_are_removed_where_a_build_writes(tmp_path: Path) -> None:
    dead = gone()
    (tmp_path / "tags" / "x").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    ours = [tmp_path / f".feedkit-{dead}-0.tmp", tmp_path / "tags/x" / f".feedkit-{dead}-17.tmp"]
    ours.append(tmp_path / f".feedkit-{os.getpid()}-0.tmp")
    theirs = [
        tmp_path / f".feedkit-{os.getppid()}-0.tmp",
        tmp_path / ".feedkit-1-0.tmp",
        tmp_path / f"feedkit-{dead}-0.tmp",
        tmp_path / f".feedkit-{dead}.tmp",
        tmp_path / f".feedkit-{dead}-0.tmp.bak",
        tmp_path / "other" / f".feedkit-{dead}-0.tmp",
    ]
    for file in ours + theirs:
        file.write_text("half")
    publish([text("a.json", "1"), text("tags/x/a.json", "1")], tmp_path)
    assert [file for file in ours if file.exists()] == []
    assert [file for file in theirs if not file.exists()] == []


def tidy(folder: Path) -> None:
    with open_tree(folder) as root:
        root.remove_orphans("")


def test_a_process_of_somebody_else_counts_as_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: int, number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    file = tmp_path / ".feedkit-4-0.tmp"
    file.write_text("half")
    tidy(tmp_path)
    assert file.exists()


def test_a_number_that_no_process_has_counts_as_gone(tmp_path: Path) -> None:
    file = tmp_path / ".feedkit-9999999999-0.tmp"
    file.write_text("half")
    tidy(tmp_path)
    assert not file.exists()


def test_where_nobody_can_ask_only_this_process_counts_as_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedkit.output.tree._can_probe", lambda: False)
    for process in (os.getpid(), 4):
        (tmp_path / f".feedkit-{process}-0.tmp").write_text("half")
    tidy(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [".feedkit-4-0.tmp"]


#: Ends its own process when a document is staged in a new folder, and nothing says yet whose that is.
STAGING = """
import os, signal, sys
from feedkit import Document, publish

def documents():
    for path in ("a.json", "tags/x/a.json", "tags/new/deep/a.json"):
        yield Document(path=path, media_type="application/json", pieces=(b"1",))
    os.kill(os.getpid(), signal.SIGKILL)

publish(documents(), sys.argv[1])
"""


def test_what_was_staged_where_no_document_comes_any_more_is_removed_after_a_kill(
    repository: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    publish([text("a.json", "0"), text("tags/x/a.json", "0")], out)
    (out / "tags" / "mine").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / f".feedkit-{gone()}-0.tmp").write_text("theirs")
    (out / "link").symlink_to(tmp_path / "elsewhere")
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    killed = subprocess.run([sys.executable, "-c", STAGING, str(out)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(temporary(out)) == 3
    publish([text("a.json", "0")], out)
    assert sorted(tree(out)) == [".feedkit-manifest.json", "a.json"]
    # A folder that was empty before is somebody's.
    assert sorted(path.name for path in out.rglob("*") if path.is_dir()) == ["link", "mine", "tags"]
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1


WITHOUT_LOCKS = """
import sys
sys.modules["fcntl"] = sys.modules["msvcrt"] = None
from feedkit import Document, publish

report = publish([Document(path="a.json", media_type="application/json", pieces=(b"1",))], sys.argv[1])
print(report.documents.written)
"""


def test_a_python_without_any_locks_publishes_all_the_same(repository: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LOCKS, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")
    assert sorted(tree(tmp_path)) == [".feedkit-manifest.json", "a.json"]
