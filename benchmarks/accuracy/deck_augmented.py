"""deck() on MNIST with affine deformations: 30 epochs, as the deformed digits keep it busy."""

from seeds import main

from inkgrad.arguments import Arguments

if __name__ == "__main__":
    recipe = Arguments(
        data="mnist",
        epochs=30,
        batch_size=128,
        input_dropout=0.0,
        label_smoothing=0.02,
        augment="affine",
    )
    main("deck() on MNIST, augmented", recipe, 0.99)
