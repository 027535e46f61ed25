"""Running chapters in kernels, and asking what is left of these."""

import ast
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from afpak.build.execute import Job, Outcome, execute
from afpak.build.kernel import Surroundings
from afpak.build.warm import WARM, Kernels

# A cell that tells which process runs it, as soon as the file is there whole.
TELL = "import os\nopen(pid + '~', 'w').write(str(os.getpid()))\nos.rename(pid + '~', pid)"
SLEEP = "import time\ntime.sleep(600)"


def job(notebook: Path, **parameters: Any) -> Job:
    """A chapter that works in a folder of its own and has no tables."""
    return Job(notebook.stem, notebook, notebook.parent / "rooms" / notebook.stem, notebook.parent / "data", parameters)


def run(*jobs: Job, workers: int = 1, **options: Any) -> list[Outcome]:
    return execute(jobs, workers, lambda _: None, lambda _: None, **options)


def shown(outcome: Outcome) -> Any:
    """What the last code cell of a chapter shows, as a value."""
    return ast.literal_eval(json.loads(outcome.outputs)["outputs"][-1][-1]["data"]["text/plain"])


def hold(folder: str) -> None:
    """Start a kernel, tell which process it is, and wait."""
    names = ("cwd", "tables", "log", "said", "ipython")
    made = Kernels().start(
        WARM, ["-f", f"{folder}/connection"], dict(os.environ), Surroundings(*(f"{folder}/{name}" for name in names))
    )
    Path(f"{folder}/pid").write_text(str(made.pid))
    made.join()


def wait_until(holds: Callable[[], bool]) -> bool:
    """Wait for something that happens soon, if it happens at all; whether it did."""
    for _ in range(3000):
        if holds():
            return True
        time.sleep(0.01)
    return False


def is_gone(pid: int) -> bool:
    """Whether there is no such process any more, or will be none in a moment."""

    def gone() -> bool:
        try:
            os.kill(pid, 0)
            # One that has ended stays listed until its parent asks for it; nobody may.
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except ProcessLookupError:
            return True
        except FileNotFoundError:
            return Path("/proc/self").exists()

    return wait_until(gone)
