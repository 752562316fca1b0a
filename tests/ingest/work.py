"""What workers do in the tests: their processes load this and nothing more."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from resona.errors import WorkerError


def behave(task: str) -> str:
    if task == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if task == "exit":
        os._exit(7)
    if task == "hang":
        time.sleep(60)
    if task == "greedy":
        try:
            bytearray(64 << 30)
        except MemoryError:
            return "no memory"
    return task.upper()


def build() -> Callable[[str], str]:
    return behave


def lost(task: str, reason: str) -> str:
    return f"{task}: {reason}"


def build_mortal() -> Callable[[str], str]:
    return die


def die(task: str) -> str:
    mark = Path(task)
    if mark.name == "always" or (mark.name == "once" and not mark.exists()):
        mark.mkdir(exist_ok=True)  # no file can be written
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def build_broken(fault: str) -> Callable[[str], str]:
    if fault == "import":
        raise ImportError("no such library")
    if fault == "crash":
        os.kill(os.getpid(), signal.SIGILL)
    if fault == "exit":
        os._exit(7)
    return blame_the_model


def blame_the_model(_: str) -> str:
    raise WorkerError("the model is damaged")


def counting_build(calls: list[int]) -> Callable[[str], str]:
    calls.append(1)
    return lambda _: str(len(calls))


def build_writer() -> Callable[[str], str]:
    return write


def write(path: str) -> str:
    if not path:
        return str(os.nice(0))
    try:
        Path(path).write_bytes(b"x" * 100)
    except OSError as error:
        return str(error.strerror)
    return "written"
