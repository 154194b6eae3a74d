"""Files of images and PDF -> pixels, as they are meant to be seen, within bounds."""
