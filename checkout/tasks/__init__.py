"""Tasks of the checkout: short, safe to run twice, started by beat, hooks and commits."""

from checkout.tasks.holds import sweep_holds

__all__ = ["sweep_holds"]
