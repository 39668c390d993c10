"""The payment provider, behind typed calls. Tables and rules are not known here."""
