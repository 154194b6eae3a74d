"""tiny(), under 10,000 parameters, on MNIST with affine deformations: 20 epochs."""

from seeds import main

from inkgrad.arguments import Arguments

if __name__ == "__main__":
    recipe = Arguments(
        data="mnist",
        model="tiny",
        epochs=20,
        batch_size=128,
        optimizer="sgd",
        learning_rate=0.2,
        weight_decay=0.0002,
        label_smoothing=0.02,
        augment="affine",
    )
    main("tiny() on MNIST", recipe, 0.994)
