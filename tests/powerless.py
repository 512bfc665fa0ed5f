"""Takes from a process the right of root to pass over permissions, so that a read-only folder is one for root, too."""

from __future__ import annotations

import ctypes
import os

_PR_CAPBSET_DROP = 24
_OVER_PERMISSIONS = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


def powerless() -> None:
    """For `preexec_fn`: the program that is run next has no such right. Nothing changes for anybody but root."""
    if os.geteuid() == 0:
        system = ctypes.CDLL(None, use_errno=True)
        for right in _OVER_PERMISSIONS:
            if system.prctl(_PR_CAPBSET_DROP, right, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "a right of root cannot be given up")
