"""Lesson 02, coroutines: an order is carried out once, nothing runs uncalled for, and by hand."""
