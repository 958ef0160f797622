"""Documented school initiatives, coded, and what any version of the model says of them.

``files`` reads cases, readings and frames; ``rubric`` is how a case is coded and ``drawing`` what
readings leave open; ``map_to_version2`` makes a scenario of codes, ``runs`` runs it, ``score``
holds the runs against what happened (``concordance``, ``frame_rates``), beside ``baselines`` that
cost nothing. ``tables``, ``page`` and ``timeline`` show the casebook itself.
"""
