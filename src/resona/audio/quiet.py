"""How are the decoders kept from writing on the terminal?"""

import os
import sys


def silence_decoders() -> None:
    r"""Send what C libraries print about damaged files to nowhere, for this process.

    libmpg123 and libFLAC write to the standard error of the process, past Python. Python's own `sys.stderr` keeps
    working: it gets a copy of the old descriptor. Meant to be called once, at the start of a worker process.

    Examples
    --------
    >>> import subprocess
    >>> code = "from resona.audio import silence_decoders; import os, sys; silence_decoders();"
    >>> code += "os.write(2, b'from C'); print('from Python', file=sys.stderr)"
    >>> subprocess.run([sys.executable, "-c", code], capture_output=True).stderr
    b'from Python\n'
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 # a device, not a path
        os.dup2(nowhere.fileno(), 2)
    sys.stderr = os.fdopen(kept, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
