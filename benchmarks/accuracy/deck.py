"""deck() on MNIST, 10 epochs, no augmentation, all settings at their defaults."""

from seeds import main

from inkgrad.arguments import Arguments

if __name__ == "__main__":
    main("deck() on MNIST, no augmentation", Arguments(data="mnist"), 0.982)
