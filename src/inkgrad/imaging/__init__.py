"""Images as arrays: smoothing, masks and connected pieces, for whoever draws or reads them."""
