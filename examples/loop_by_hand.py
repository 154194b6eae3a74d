"""The training loop, written out: forward, loss, backward, step.

Without `one_blas_thread` every matrix product wakes the threads of BLAS and waits for them, which
takes longer than the product itself. `train` does without them too.
"""

import numpy as np

from inkgrad import AdamW, deck, load, logits_of, one_blas_thread, softmax_cross_entropy

data, network = load("mnist-5k"), deck()
optimizer, rng = AdamW(0.003).start(), np.random.default_rng(0)
with one_blas_thread():
    for epoch in range(1, 6):
        order = rng.permutation(len(data.train))
        for places in np.split(order, range(64, len(order), 64)):
            images, labels = data.train.batch(places, rng)
            loss, gradient = softmax_cross_entropy(network.forward(images), labels)
            network.backward(gradient)
            optimizer.step(network)
        right = logits_of(network, data.test.images).argmax(axis=1) == data.test.labels
        print(f"epoch {epoch}: loss of the last batch {loss:.3f}, test {100 * right.mean():.1f} %")
