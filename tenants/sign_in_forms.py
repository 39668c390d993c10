"""allauth's forms in our words: one word for e-mail everywhere, and labels instead of placeholders.

Not here: what the forms check and do (allauth).
"""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from django import forms

E_MAIL = "E-mail"


def _in_our_words(form: forms.Form, e_mail_field: str) -> None:
    form.fields[e_mail_field].label = E_MAIL
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(AllauthLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self, "login")
        self.fields["password"].help_text = ""  # the page has its own link to a new one


class ResetPasswordForm(AllauthResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self, "email")
