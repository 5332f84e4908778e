"""The sign-in form, and the one for another password."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm


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


class PasswordForm(PasswordChangeForm):
    """The password of now, and another one twice."""

    error_messages = {
        "password_incorrect": "This is not your password of now. It minds capitals.",
        "password_mismatch": "The two do not agree. Type the new password twice.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Your password now"
        self.fields["new_password1"].label = "New password"
        self.fields["new_password1"].help_text = "At least 12 characters, unlike your name."
        self.fields["new_password2"].label = "New password again"
        self.fields["new_password2"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs["class"] = "width-full"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
