"""cnn(), under 50,000 parameters, on MNIST with affine augmentation: 9 epochs.

The recipe: SGD with momentum on one cycle, batches of 128, as is common for small convolutional
networks; nothing of it was chosen on the test set.
"""

from seeds import main

from inkgrad.arguments import Arguments

if __name__ == "__main__":
    recipe = Arguments(
        data="mnist",
        model="cnn",
        epochs=9,
        batch_size=128,
        optimizer="sgd",
        learning_rate=0.2,
        weight_decay=0.0005,
        augment="affine",
    )
    main("cnn() on MNIST", recipe, 0.996)
