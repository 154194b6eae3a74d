"""Connected pieces of a mask: labels, boxes, sizes."""

from inkgrad.kernels.regions import Integers, Labels, connected, extents

__all__ = ["Integers", "Labels", "connected", "extents"]
