"""Documented school initiatives, coded, and what the model says of them.

``files`` reads cases, readings and frames; ``rubric`` is how a case is coded and ``drawing`` what
readings leave open; ``to_scenario`` makes a scenario of codes, ``runs`` runs it, ``score``
holds the runs against what happened (``concordance``, ``frame_rates``), beside ``baselines`` that
cost nothing. ``tables``, ``page`` and ``timeline`` show the casebook itself.
"""
