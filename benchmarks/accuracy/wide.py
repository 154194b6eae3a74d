"""mlp("wide"), 784-2048-1024-10 normalized, on MNIST with elastic deformations: 90 epochs."""

from seeds import main

from inkgrad.arguments import Arguments

if __name__ == "__main__":
    recipe = Arguments(
        data="mnist",
        model="mlp:wide",
        normalize=True,
        epochs=90,
        batch_size=256,
        optimizer="sgd",
        learning_rate=0.2,
        weight_decay=0.0001,
        input_dropout=0.0,
        augment="elastic",
        strength=0.6,
    )
    main('mlp("wide") on MNIST', recipe, 0.995)
