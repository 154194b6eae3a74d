"""What each number of `imaging/sheet_odds.py` tells of a quadrilateral: how likely it is the sheet.

Made by `benchmarks/accuracy/sheet_weights.py`, which says what it was fitted to.
"""

BEND, FARTHEST = 0.7, 5.0
"""Scales from the middle of a number at which its slope changes, and beyond which it is no more."""

BIAS = -2.349

# The middle of the number and its scale; the slope of the log odds a scale, and what is added to it
# beyond the bend upwards and, downwards, beyond the one below.
WEIGHTS = {
    "part of the worst side that is an edge faintly": (0.4516, 0.315, -0.314, -0.156, 0.336),
    "part of the sides that is an edge faintly": (0.7291, 0.2562, -0.044, 0.009, 0.31),
    "part of the worst side that is an edge": (0.3743, 0.3024, 0.641, 0.198, 0.128),
    "part of the sides that is an edge": (0.6929, 0.2618, 0.965, 0.029, -0.358),
    "part of the worst side that is an edge clearly": (0.3068, 0.2955, -0.292, -0.118, 0.189),
    "part of the sides that is an edge clearly": (0.6577, 0.2656, -0.112, -0.533, -0.517),
    "part of the worst side that is darker within": (0.1171, 0.133, -0.196, 1.188, 0.248),
    "part of the sides that is darker within": (0.04211, 0.05505, -0.773, 1.297, 0.055),
    "step of the faintest side": (0.7444, 1.064, 0.073, 0.425, 0),
    "step of the sides": (2.087, 1.052, -0.528, 0.814, -0.493),
    "step differs from side to side": (0.9229, 0.5734, -1.278, 0.008, 0.011),
    "step differs along the worst side": (2.46, 0.6883, -0.851, 0.091, 0.117),
    "step differs along the sides": (1.644, 0.6198, 1.543, -1.58, -2.115),
    "weakest part of the worst side": (0.1348, 0.2952, -0.244, 0.35, 0),
    "weakest part of the sides": (0.522, 0.3087, 0.742, -0.013, -0.093),
    "sharpness of the softest side": (0.5481, 0.419, 1.874, -2.239, 0.168),
    "sharpness of the sides": (0.9859, 0.8097, -0.576, -1.065, -0.012),
    "how far the worst side is off": (1.55, 0.4947, -0.788, -0.073, 1.157),
    "how far the sides are off": (0.7733, 0.3691, -0.827, -0.445, -1.608),
    "grain within beside the worst side": (-4.467, 0.7653, -0.837, 0.495, -0.892),
    "grain within beside the sides": (-4.92, 0.4697, 0.264, -0.785, -0.294),
    "more grain outside than within": (0.4687, 0.7473, 0.336, -2.723, -2.238),
    "brightness within differs by side": (0.1696, 0.1545, 0.765, -1.151, -0.683),
    "brightness outside differs by side": (0.1967, 0.1661, 0.304, -1.606, 0.086),
    "edge beyond the worst side": (0.4719, 0.2606, -0.763, 0.702, 0.007),
    "edge beyond the sides": (0.2391, 0.1593, -1.337, -0.791, 0.257),
    "edge beyond the sides, faintly": (0.2934, 0.1675, 1.226, -0.92, -2.03),
    "step at the faintest corner": (-0.2429, 1.448, 0.366, 0.112, 0.481),
    "step at the corners": (1.383, 1.065, 0.198, 0.184, 0.55),
    "opposite sides differ in length": (0.4184, 0.3704, -0.331, -0.439, -2.49),
    "sides beside each other differ in length": (0.4745, 0.3717, -0.835, -1.374, -2.439),
    "brighter within, not darker": (0.6581, 0.753, 0.723, 0, -1.012),
}
