"""Starts a program that cannot outlive its supervisor: ``python tether.py <supervisor's pid> <program> [argument …]``.

Run as a script, alone, so that it starts fast. The kernel kills the program when the thread that started it ends
(prctl PR_SET_PDEATHSIG; Linux). Elsewhere the program is started without that.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    supervisor, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != supervisor:  # it died before we asked to be told
            sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
