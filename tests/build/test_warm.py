"""Where kernels come from, and what they have when they start."""

import asyncio
import multiprocessing
import os
import sys
from pathlib import Path
from queue import Empty
from types import SimpleNamespace

import pytest

from afpak.build import warm
from afpak.build.kernel import SETTLED, run_kernel
from afpak.build.warm import ORDINARY, WARM, ChapterKernelClient, Kernels, kinds, settled, start, without_main


def test_kernels_are_forked_where_the_system_can_and_else_start_by_themselves(monkeypatch):
    assert kinds() == ((WARM, ORDINARY) if hasattr(os, "fork") else (ORDINARY,))
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert kinds() == (ORDINARY,)


def test_figures_are_drawn_with_the_settings_that_matplotlib_comes_with():
    import matplotlib

    ours = settled()
    assert {name: ours[name] for name in SETTLED} == SETTLED
    (other,) = set(ours) - set(SETTLED)
    path = Path(ours[other])
    assert other == "MATPLOTLIBRC" and path.is_relative_to(Path(matplotlib.__file__).parent)
    # All that it sets are the defaults of matplotlib's own.
    assert (
        matplotlib.rc_params_from_file(path, use_default_template=False).items() <= matplotlib.rcParamsDefault.items()
    )


class Begun(SimpleNamespace):
    """A process that remembers what stood in the environment, and in the place of the script, when it was started."""

    pid = exitcode = None

    def start(self):
        self.environment, self.main = dict(os.environ), sys.modules["__main__"]

    def is_alive(self):
        return True


@pytest.fixture
def processes(monkeypatch):
    """Processes that are told to start, each by its method; none does."""
    made = []

    def context(method):
        def process(target, args):
            made.append(Begun(method=method, target=target, args=args))
            return made[-1]

        return SimpleNamespace(Process=process)

    monkeypatch.setattr(warm.multiprocessing, "get_context", context)
    return made


@pytest.mark.parametrize(("kind", "method"), [(WARM, "forkserver"), (ORDINARY, "spawn")])
def test_a_process_starts_with_settled_variables_which_this_one_keeps_as_they_are(processes, monkeypatch, kind, method):
    monkeypatch.setenv("TZ", "Asia/Karachi")
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    before, main = dict(os.environ), sys.modules["__main__"]
    start(kind, print, 1, 2)
    (made,) = processes
    assert (made.method, made.target, made.args) == (method, print, (1, 2))
    assert made.environment == before | settled()
    assert made.environment["TZ"] == "UTC" and made.environment["PYTHONHASHSEED"] == "0"
    assert made.main is not main
    assert dict(os.environ) == before and sys.modules["__main__"] is main


def test_the_script_that_runs_is_back_whatever_happens():
    main = sys.modules["__main__"]
    with pytest.raises(OSError, match="no"), without_main():
        assert not hasattr(sys.modules["__main__"], "__file__")
        raise OSError("no")
    assert sys.modules["__main__"] is main


@pytest.mark.parametrize("error", [EOFError, ConnectionResetError, BrokenPipeError])
def test_a_kernel_whose_parent_can_not_import_a_module_starts_by_itself(monkeypatch, error):
    asked = []

    def first_fails(kind, *arguments):
        asked.append((kind, arguments))
        if kind == WARM:
            raise error
        return Begun()

    monkeypatch.setattr(warm, "start", first_fails)
    assert isinstance(Kernels().start(WARM, ["-f", "x"], {}, None), Begun)
    arguments = (run_kernel, ["-f", "x"], {}, None)
    assert asked == [(WARM, arguments), (ORDINARY, arguments)]


def test_when_all_kernels_are_ended_none_can_be_started(monkeypatch):
    monkeypatch.setattr(warm, "start", lambda *_: Begun())
    ended = []
    monkeypatch.setattr(warm, "_signal", lambda process, number: ended.append(process))
    every = Kernels()
    running = [every.start(WARM), every.start(WARM)]
    every.end()
    assert ended == running
    with pytest.raises(RuntimeError, match="told to end"):
        every.start(WARM)


def test_a_process_that_has_ended_gets_no_signal(monkeypatch):
    sent = []
    monkeypatch.setattr(os, "kill", lambda *told: sent.append(told))
    monkeypatch.setattr(os, "killpg", lambda *told: sent.append(told))
    for process in (Begun(pid=None), Begun(pid=1, exitcode=0)):
        warm._signal(process, 9)
    # This process leads no session of the test's own, or does: either way it is asked for by its number.
    warm._signal(Begun(pid=os.getpid(), exitcode=None), 9)
    assert [number for _, number in sent] == [9] and sent[0][0] == os.getpid()
    monkeypatch.setattr(os, "getpgid", raise_gone)
    warm._signal(Begun(pid=os.getpid(), exitcode=None), 9)


def raise_gone(pid):
    raise ProcessLookupError


# Waiting for a kernel to answer


class Scripted(ChapterKernelClient):
    """A client whose kernel says what a test makes it say."""

    said: tuple = ()
    told: tuple = ()
    alive = True

    def kernel_info(self, *_, **__):
        self.asked = getattr(self, "asked", 0) + 1
        return f"question {self.asked}"

    async def get_shell_msg(self, *_, **__):
        return self.next("said")

    async def get_iopub_msg(self, *_, **__):
        return self.next("told")

    def next(self, kind):
        first, *rest = getattr(self, kind) or [None]
        setattr(self, kind, rest)
        if first is None:
            raise Empty
        return first

    async def is_alive(self):
        return self.alive

    def _handle_kernel_info_reply(self, msg):
        self.taken = msg


def message(question, **content):
    return {"parent_header": {"msg_id": question}, "content": content}


def ready(client, timeout=None):
    asyncio.run(client.wait_for_ready(timeout))
    return client


def test_a_kernel_is_ready_when_it_has_answered_and_says_that_it_is_idle():
    client = Scripted()
    client.said = (message("question 1", protocol_version="5.3"),)
    busy, idle = message("question 1", execution_state="busy"), message("question 1", execution_state="idle")
    client.told = (message("", execution_state="idle"), busy, idle, message("question 1"))
    assert ready(client).taken["content"]["protocol_version"] == "5.3"
    # What comes after it is for others to hear.
    assert (client.asked, client.told) == (1, [message("question 1")])


def test_a_kernel_is_asked_again_while_it_is_silent():
    client = Scripted()
    client.said = (None, message("question 2"))
    client.told = (message("question 2", execution_state="idle"),)
    assert ready(client).asked == 2


def test_an_answer_that_comes_after_the_next_question_will_do():
    client = Scripted()
    # As on a machine with much else to do: each answer comes when the next question has been asked.
    client.said = (None, *(message(f"question {number}") for number in range(1, 50)))
    client.told = tuple(message(f"question {number}", execution_state="idle") for number in range(1, 50))
    assert ready(client).asked == 2


def test_what_answers_no_question_of_this_client_is_passed_over():
    client = Scripted()
    client.said = (message("of another"), message("question 2"))
    client.told = (message("of another", execution_state="idle"), message("question 2", execution_state="idle"))
    assert ready(client).asked == 2


def test_a_kernel_that_is_gone_or_silent_for_too_long_is_told_of():
    client = Scripted()
    client.alive = False
    with pytest.raises(RuntimeError, match="the kernel died before it answered"):
        ready(client)
    with pytest.raises(RuntimeError, match="the kernel did not answer in 0 seconds"):
        ready(Scripted(), timeout=0)
