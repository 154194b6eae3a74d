"""What a benchmark ran on: versions, threads and load, printed above every table."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy  # noqa: F401  loaded, so that its BLAS is seen
from threadpoolctl import threadpool_info

PEERS = ("inkgrad", "numpy", "optuna", "torch", "scikit-learn", "onnxruntime")


def describe() -> str:
    """One paragraph: processor, versions of what takes part, BLAS, load."""
    versions = []
    for name in PEERS:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            versions.append(f"{name} not installed")
    blas = {
        f"{pool['internal_api']} {pool['version']} ({pool.get('architecture')})"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    }
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"{processor()}, {os.cpu_count()} processors, load {load:.2f}\n"
        f"Python {platform.python_version()}, {', '.join(versions)}; BLAS {', '.join(blas)}"
    )


def processor() -> str:
    """The processor's name, where the system tells."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
