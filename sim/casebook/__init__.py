"""Documented school initiatives, coded, and what any version of the model says of them.

``files`` reads cases, readings and frames; ``rubric`` is how a case is coded and ``drawing`` what
readings leave open; ``version2`` maps codes to a scenario, ``forecasts`` runs it, ``score`` holds
the runs against what happened, beside ``baselines`` that cost nothing. ``tables``, ``page`` and
``timeline`` show the casebook itself.
"""
