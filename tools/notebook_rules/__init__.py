"""The rules of a lesson, as far as a program can read them: `python tools/notebook_rules`.

Each rule is a function from a lesson to a list of complaints, sentences for its author;
no complaint, no problem. They look at the stored file and run nothing: whether a lesson
runs, and puts out what it says, is for nbval. Whether it teaches is for readers.

    lesson      a notebook as the rules read it
    skeleton    its parts, in order: title, ideas, mistake, exercises, closing
    form        headings, lengths, words, minutes, tags, slides
    links       links and pictures
    stored      the file: kernel, ids, outputs
"""

from __future__ import annotations

from notebook_rules import form, links, skeleton, stored
from notebook_rules.lesson import LESSONS, Lesson, links_in, without_code
from notebook_rules.links import anchor_in_a_notebook, trouble_with

__all__ = [
    "LESSONS",
    "RULES",
    "Lesson",
    "anchor_in_a_notebook",
    "complaints",
    "links_in",
    "trouble_with",
    "without_code",
]

RULES = (
    stored.names_its_kernel,
    stored.is_made_with_one_python,
    stored.cells_have_ids,
    stored.is_stored_executed,
    stored.errors_are_meant,
    stored.output_is_the_same_everywhere,
    skeleton.is_filled_in,
    skeleton.begins_with_title_and_promise,
    skeleton.sets_up_in_one_cell,
    skeleton.has_some_ideas,
    skeleton.each_prediction_is_a_whole_round,
    skeleton.changes_one_thing,
    skeleton.has_one_common_mistake,
    skeleton.has_exercises,
    skeleton.has_the_closing_sections,
    skeleton.goes_deeper_into_pythons_documentation,
    form.headings_are_in_order,
    form.code_is_short,
    form.code_hides_no_output,
    form.text_is_short,
    form.words_are_those_of_the_house,
    form.takes_the_minutes_that_it_promises,
    form.tags_are_known,
    form.every_cell_has_its_place_in_the_slides,
    links.links_lead_somewhere,
    links.has_navigation,
    links.pictures_have_words,
)


def complaints(lesson: Lesson) -> list[str]:
    """What all the rules have to say about it."""
    return [complaint for rule in RULES for complaint in rule(lesson)]
