"""The live page: what is asked of it (``state``), what moves (``controls``), runs as they come
(``live``), what they say so far (``tally``), what can be taken away (``downloads``), one run by
itself (``one_run``), and the server (``server``) with its page (``page/``), how much it does at a
time (``gate``) and how long it waits for a client (``connections``).
"""
