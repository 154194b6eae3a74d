"""cnn("large") on MNIST with elastic deformation: 16 epochs, one network, no views.

The recipe is that of `cnn.py`, longer and with deformations; nothing of it was chosen on the test
set.
"""

from seeds import main

from inkgrad.runs import Arguments

RECIPE = Arguments(
    data="mnist",
    model="cnn:large",
    epochs=16,
    batch_size=128,
    optimizer="sgd",
    learning_rate=0.2,
    weight_decay=0.0005,
    augment="elastic",
)

if __name__ == "__main__":
    main('cnn("large") on MNIST', RECIPE, 0.9975, seeds=3)
