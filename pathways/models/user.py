"""Staff: who signs in, and what they may be in which clinic."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from pathways.models.base import ClinicOwned, ClinicQuerySet, choices, one_of
from pathways.rules.lifecycles import Role


class User(AbstractUser):
    """A member of staff. Rights come from memberships, never from the account alone."""

    theme = models.CharField(
        max_length=5, blank=True, choices=[("light", "Light"), ("dark", "Dark")]
    )
    single_keys = models.BooleanField(default=True, help_text="Single-letter keys on lists")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class MembershipQuerySet(ClinicQuerySet):
    """Questions on who works where."""

    def current(self) -> Self:
        """Memberships that have not ended."""
        return self.filter(ended_on__isnull=True)


class Membership(ClinicOwned):
    """One person's role in one clinic, from a day until it ends."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=choices(Role))
    since_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "user"],
                condition=Q(ended_on__isnull=True),
                name="one_current_role_a_clinic",
            ),
            one_of("role", Role, "membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.role}, {self.clinic}"
