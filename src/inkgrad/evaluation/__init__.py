"""How good a network is: figures, pictures, and a page that holds both."""
