"""One of three fails."""

import asyncio

from helpers.practice import sentences
from helpers.practice.attempts import Jobs, attempt
from helpers.practice.checks import (
    NotYet,
    nothing_left_over,
    ran_together,
    returned,
    took,
    where,
)
from helpers.practice.exercises import Exercise


async def read(paper):
    await asyncio.sleep({"Post": 3, "Times": 1, "Globe": 2}[paper])
    if paper == "Times":
        raise ConnectionError("the Times does not answer")
    return f"{paper} headlines"


def judge_morning_news(morning_news):
    jobs = Jobs()
    timeline = attempt(morning_news, jobs.watch(read), ["Post", "Times", "Globe"])
    ran_together(jobs.timeline, "read(Post)", "read(Times)", "read(Globe)")
    _nobody_suffered(jobs.timeline)
    nothing_left_over(timeline)
    returned(timeline, ["Post headlines", "no news", "Globe headlines"])
    took(timeline, 3)
    with where("With the papers in another order"):
        timeline = attempt(morning_news, read, ["Globe", "Post", "Times"])
        returned(timeline, ["Globe headlines", "Post headlines", "no news"])


def _nobody_suffered(timeline):
    for span in timeline.tasks:
        if span.outcome == "cancelled":
            raise NotYet(
                f"'{span.name}' was cancelled at {sentences.in_seconds(span.ended)}, but only "
                "read(Times) fails. A TaskGroup cancels the others when one of its tasks raises: "
                "catch the exception inside the task, before the group hears of it.",
                timeline,
            )


async def morning_news(read, papers):
    async def read_or_not(paper):
        try:
            return await read(paper)
        except ConnectionError:
            return "no news"

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read_or_not(paper), name=paper) for paper in papers]
    return [task.result() for task in tasks]


async def morning_news_by_gather(read, papers):
    found = await asyncio.gather(*map(read, papers), return_exceptions=True)
    return ["no news" if isinstance(news, Exception) else news for news in found]


async def morning_news_task_by_task(read, papers):
    news = []
    for task in [asyncio.create_task(read(paper)) for paper in papers]:
        try:
            news.append(await task)
        except ConnectionError:
            news.append("no news")
    return news


async def morning_news_until_one_fails(read, papers):
    tasks = [asyncio.create_task(read(paper), name=paper) for paper in papers]
    try:
        return list(await asyncio.gather(*tasks))
    except ConnectionError:
        return ["Post headlines", "no news", "Globe headlines"]


async def morning_news_one_by_one(read, papers):
    news = []
    for paper in papers:
        try:
            news.append(await read(paper))
        except ConnectionError:
            news.append("no news")
    return news


async def morning_news_with_the_error(read, papers):
    return await asyncio.gather(*map(read, papers), return_exceptions=True)


async def morning_news_in_a_strict_group(read, papers):
    tasks = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks += [group.create_task(read(paper)) for paper in papers]
    except* ConnectionError:
        pass
    return ["no news" if task.cancelled() or task.exception() else task.result() for task in tasks]


async def morning_news_as_it_comes(read, papers):
    news = []
    for coming in asyncio.as_completed([read(paper) for paper in papers]):
        try:
            news.append(await coming)
        except ConnectionError:
            news.append("no news")
    return news


async def morning_news_without_the_second(read, papers):
    found = await asyncio.gather(*map(read, papers), return_exceptions=True)
    found[1] = "no news"
    return found


MORNING_NEWS = Exercise(
    id="05-one-fails",
    title="One of three fails",
    prompt=(
        "`read(paper)` takes 1 to 3 s, and for one of the papers it raises ConnectionError. "
        "`gather`, below, makes a task for each, waits for them, and returns their results in "
        "order; but if one raises, `gather` raises that error. Change the function so that the "
        'list has `"no news"` for the paper that failed, and the others don\'t suffer for it.'
    ),
    starter="""\
async def morning_news(read, papers):
    return list(await asyncio.gather(*map(read, papers)))
""",
    hints=(
        "Where does the exception of a task come out? Look at what awaits it.",
        "Catch it as close to its paper as you can: in a small coroutine function around `read`.",
        "Or ask `gather` not to raise: with `return_exceptions=True`, its list has the exception "
        "where the result would be. Put the words there instead.",
    ),
    why=(
        "One paper's error costs only that paper's place in the list: no other was cancelled, and "
        "each was waited for."
    ),
    judge=judge_morning_news,
    solution=morning_news,
    also=(morning_news_by_gather, morning_news_task_by_task),
    wrong=(
        (morning_news_until_one_fails, sentences.left_over("Post", at=1, waiting_for="sleep(3)")),
        (morning_news_one_by_one, sentences.one_after_the_other("read(Globe)", "read(Post)", at=4)),
        (
            morning_news_with_the_error,
            sentences.something_else_came_back(
                ["Post headlines", ConnectionError("the Times does not answer"), "Globe headlines"],
                ["Post headlines", "no news", "Globe headlines"],
            ),
        ),
        (
            morning_news_in_a_strict_group,
            "'read(Post)' was cancelled at 1 s, but only read(Times) fails. A TaskGroup cancels "
            "the others when one of its tasks raises: catch the exception inside the task, before "
            "the group hears of it.",
        ),
        (
            morning_news_as_it_comes,
            sentences.came_back_in_another_order(
                ["no news", "Globe headlines", "Post headlines"],
                ["Post headlines", "no news", "Globe headlines"],
            ),
        ),
        (
            morning_news_without_the_second,
            "With the papers in another order: "
            + sentences.something_else_came_back(
                ["Globe headlines", "no news", ConnectionError("the Times does not answer")],
                ["Globe headlines", "Post headlines", "no news"],
            ),
        ),
    ),
)
