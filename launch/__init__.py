"""What ``./vitrine`` runs: embedded services, supervision, the verbs and their checks.

Standard library only, and nothing of the Django project is imported here.
"""
