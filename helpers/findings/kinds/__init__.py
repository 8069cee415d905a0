"""One file for each kind of fault. It has

    KIND = "loop held"                                    # its name, as a reader sees it
    def look(evidence: Evidence) -> Iterator[Finding]

and that is all: a new file is a new kind. Its first lines say what it speaks of, and on what
near misses it is silent. It must cost next to nothing where it finds nothing.
"""
