"""One module per verb of ``./vitrine``, each with ``SUMMARY`` and ``run(arguments)``.

No mechanics here: what more than one verb needs is a module of ``launch``.
"""
