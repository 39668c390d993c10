"""Template tags that are there in every template (settings/web.py lists them as builtins).

Not here: tags of one app.
"""
