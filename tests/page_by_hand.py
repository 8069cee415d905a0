"""A browser's page for tests: its clock moves when it is told to, or when somebody sleeps."""

import itertools
import time


class Page:
    """The page's timers, and all clocks that the pieces for a browser read."""

    def __init__(self):
        self.now = 0.0
        self.asked = []  # (when, number), the soonest first
        self._functions, self._numbers = {}, itertools.count()

    def move_the_clocks(self, browser, put=setattr):
        """Have the module `browser` read this page's clock, and asyncio with it."""
        put(browser, "_plain_clock", lambda: self.now)
        put(browser, "_plain_sleep", self._sleep)
        put(browser, "_last", 0.0)
        put(time, "monotonic", lambda: self.now)

    def _sleep(self, seconds):
        self.now += seconds

    def call(self, seconds, function):
        number = next(self._numbers)
        self._functions[number] = function
        self.asked = sorted([*self.asked, (self.now + seconds, number)])
        return number

    def cancel(self, number):
        self.asked = [each for each in self.asked if each[1] != number]

    def turn(self):
        """The next call that somebody asked for."""
        (due, number), *self.asked = self.asked
        self.now = max(self.now, due)
        self._functions.pop(number)()

    def run(self, most=1000):
        """All calls, until nobody asks for another."""
        for _ in range(most):
            if not self.asked:
                return
            self.turn()
        raise AssertionError(f"after {most} calls it still asks for more")
