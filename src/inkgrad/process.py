"""What the command line settles for its whole process, before anything else is imported."""

from __future__ import annotations

own = False
"""Whether this process is inkgrad's, and no host's that imports it as a library."""
