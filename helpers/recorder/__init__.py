"""How it is seen: the only room that touches a loop's insides or a clock.

`journal` watches and writes; `naming` has the words for what is seen; `assemble` makes a
`Timeline` of the rows.
"""

from helpers.recorder.journal import Recording, record, record_virtual

__all__ = ["Recording", "record", "record_virtual"]
