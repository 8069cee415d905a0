"""What happened: a recording as plain, frozen data. No asyncio, no clock, no picture.

`data` has the records and the questions one may ask of them; `storage` keeps them on disk.
"""

from helpers.timeline.data import *  # noqa: F403
