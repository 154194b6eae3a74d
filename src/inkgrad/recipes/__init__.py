"""How each shipped model is made again."""
