"""Networks in the forms of others: ONNX, PyTorch, and a folder as model hubs show it."""
