"""The sign-in form."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """Name and password. The answer to a wrong pair never says which of the two was wrong."""

    error_messages = {
        "invalid_login": "This name and password do not belong together. Both mind capitals.",
        "inactive": "This name and password do not belong together. Both mind capitals.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Name"
        self.fields["username"].widget.attrs["class"] = "width-full"
        self.fields["password"].widget.attrs["class"] = "width-full"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("username", "password")
