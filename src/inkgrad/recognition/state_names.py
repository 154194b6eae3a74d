"""What the two letters of a state, a territory or a military post stand for, as people say it."""

from __future__ import annotations

_NAMES = """
AA Armed Forces Americas, AE Armed Forces Europe, AK Alaska, AL Alabama, AP Armed Forces Pacific,
AR Arkansas, AZ Arizona, CA California, CO Colorado, CT Connecticut, DC District of Columbia,
DE Delaware, FL Florida, GA Georgia, GU Guam, HI Hawaii, IA Iowa, ID Idaho, IL Illinois, IN Indiana,
KS Kansas, KY Kentucky, LA Louisiana, MA Massachusetts, MD Maryland, ME Maine, MI Michigan,
MN Minnesota, MO Missouri, MS Mississippi, MT Montana, NC North Carolina, ND North Dakota,
NE Nebraska, NH New Hampshire, NJ New Jersey, NM New Mexico, NV Nevada, NY New York, OH Ohio,
OK Oklahoma, OR Oregon, PA Pennsylvania, PR Puerto Rico, RI Rhode Island, SC South Carolina,
SD South Dakota, TN Tennessee, TX Texas, UT Utah, VA Virginia, VI Virgin Islands, VT Vermont,
WA Washington, WI Wisconsin, WV West Virginia, WY Wyoming
"""

STATE_NAMES = dict(entry.split(maxsplit=1) for entry in _NAMES.replace("\n", " ").split(","))
"""The name of every state and territory that a ZIP code leads to, by its two letters."""
