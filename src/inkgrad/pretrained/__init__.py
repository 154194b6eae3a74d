"""The weights that come with inkgrad, each beside its card, and how each is made again."""
