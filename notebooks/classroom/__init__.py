"""For a class: each lesson as slides, a handout, a worksheet and a key; and one page of legend.

    .venv/bin/python notebooks/classroom 04_tasks     # all of them, into handouts/

What a lesson shows comes from its notebook; what it asks, and what is said about each answer,
from the package, so a key or a speaker's note cannot tell another answer than the lesson does.

    conversion    from cells to one HTML file, by nbconvert and our templates; its links
    rounds        a prediction in its lesson: the program it asks about, its letter, its note
    room          words for a room or for paper, where nobody can press a key
    pictures      tall pictures in strips; what-ifs as three stills
    slides, handout, worksheet, key, legend    what each kind consists of, cell by cell

Beside them the templates: handout/ (paper of every kind) and slides/.
"""
