"""The lab: a page that draws, trains and looks inside a network, in a browser and by itself."""
