"""The process that all of it runs in: whose it is, and how much memory it has had."""

from __future__ import annotations

import sys
from pathlib import Path

own = False
"""Whether this process is inkgrad's, and no host's that imports it as a library.

The command line says so before anything else is imported.
"""


def peak() -> int:
    """The most memory that this process has had so far, in bytes.

    On Linux getrusage counts what its parent had before this program was begun in its place, and a
    parent that reads much has more than any page may take.
    """
    if sys.platform == "win32":
        import ctypes

        sizes = (ctypes.c_size_t * 9)()  # PROCESS_MEMORY_COUNTERS: two DWORDs, then sizes
        ctypes.windll.psapi.GetProcessMemoryInfo(
            ctypes.windll.kernel32.GetCurrentProcess(), sizes, ctypes.sizeof(sizes)
        )
        return int(sizes[8])
    if (own := _own_peak()) is not None:
        return own
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _own_peak() -> int | None:
    """The same as Linux keeps it for this program alone; None on other systems."""
    try:
        with Path("/proc/self/status").open("rb") as file:
            kilobytes = next(line for line in file if line.startswith(b"VmHWM:")).split()[1]
    except (OSError, StopIteration):
        return None
    return int(kilobytes) * 1024
