"""The operations that layers and optimizers are made of, by way of kernels.

`nn.plain` has each by the same name and with the same arguments, as a book would print it;
`nn.operations` chooses between the two.
"""

from inkgrad.kernels.activations import relu_backward
from inkgrad.kernels.convolution import conv1d, conv1d_backward, conv2d, conv2d_backward
from inkgrad.kernels.ctc import ctc
from inkgrad.kernels.normalization import batch_norm, batch_norm_backward
from inkgrad.kernels.optimizers import adam, adamw, rmsprop, sgd
from inkgrad.kernels.pooling import (
    average_pool,
    average_pool_backward,
    max_pool,
    max_pool_backward,
)

__all__ = [
    "adam",
    "adamw",
    "average_pool",
    "average_pool_backward",
    "batch_norm",
    "batch_norm_backward",
    "conv1d",
    "conv1d_backward",
    "conv2d",
    "conv2d_backward",
    "ctc",
    "max_pool",
    "max_pool_backward",
    "relu_backward",
    "rmsprop",
    "sgd",
]
