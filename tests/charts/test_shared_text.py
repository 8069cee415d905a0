"""Lanes of what tasks share in characters."""

from shared_programs import deadlock, kitchen, pool, turnstile

from helpers import simulate


def line(timeline, label):
    rows = timeline.text(sentences=False, order=False, findings=False).split("\n")
    return next(row for row in rows if row.lstrip().startswith(f"{label} "))


def test_a_queue_is_digits():
    timeline = simulate(kitchen())
    row = line(timeline, "orders").split()[1]
    assert "".join(dict.fromkeys(row)) == "0123"
    assert set(row) == set("0123")
    told = timeline.text()
    assert "orders: queue, up to 3 of 3, up to 1 waiting in line, a digit is how many" in told


def test_a_lock_has_the_name_of_its_holder():
    timeline = simulate(deadlock())
    assert "[Ada " in line(timeline, "left")
    assert "[Ben " in line(timeline, "right")


def test_a_semaphore_is_digits_and_a_worker_has_its_functions():
    assert set(line(simulate(turnstile()), "limit").split()[1]) <= set("0123")
    row = line(pool(calls=8, workers=4), "pool_2")
    assert row.count("[fetch") == 2


def test_who_waits_for_a_free_worker_is_counted():
    timeline = pool(calls=8, workers=4)
    row = line(timeline, "in line").removeprefix("in line").strip()
    assert set(row) == {"4"}
    assert "for pool, up to 4 waiting in line, a digit is how many wait" in timeline.text(width=120)


def test_no_line_is_wider_than_asked():
    for width in (60, 80, 120):
        assert max(map(len, simulate(turnstile()).text(width=width).split("\n"))) <= width
