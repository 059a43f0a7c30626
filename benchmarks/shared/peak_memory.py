"""Resident memory of this process, MiB."""
import resource
import sys
from pathlib import Path


def status(key):
    """MiB of a line of /proc/self/status, or None where there is no such file."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1024
    except OSError:
        return None


class PeakMemory:
    """Greatest resident memory beyond that at the start."""

    def __init__(self):
        try:
            Path("/proc/self/clear_refs").write_text("5")
        except OSError:
            pass
        self.begin = status("VmRSS") or self._most()

    def mib(self):
        return max(0.0, (status("VmHWM") or self._most()) - self.begin)

    @staticmethod
    def _most():
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used / 2**20 if sys.platform == "darwin" else used / 1024
