"""The frames of a recording: what the loop does, one after the other, and since when what holds."""

import films

from helpers.charts.film import Film


def test_a_step_under_way_in_an_unfinished_recording_has_not_ended():
    film = Film(films.still_running())
    assert [frame.kind for frame in film.frames] == ["begin", "start", "end", "start"]


def test_each_step_starts_and_ends_once_and_inside_the_one_it_runs_in():
    for make in films.FILMS[:-1]:
        film = Film(make())
        kinds = [(f.kind, f.index) for f in film.frames if f.kind in ("start", "end")]
        assert sorted(kinds) == sorted(
            (kind, i) for i in range(len(film.columns)) for kind in ("start", "end")
        )
        for i, outer in enumerate(film.columns.inside):
            if outer >= 0:
                assert film.starts[outer] < film.starts[i] < film.ends[i] < film.ends[outer]
