"""What a patient may type on an answer page, besides the birth date."""

from __future__ import annotations

import re
import unicodedata

from django import forms

_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{3,28}[0-9]")


class NumberForm(forms.Form):
    """A phone number to call, as people write it: gaps, brackets and full-width digits are fine."""

    phone = forms.CharField(max_length=40)

    def clean_phone(self) -> str:
        """Return the number with plain digits and single gaps."""
        number = " ".join(unicodedata.normalize("NFKC", self.cleaned_data["phone"]).split())
        if not _NUMBER.fullmatch(number):
            raise forms.ValidationError("Please check the number.")
        return number
