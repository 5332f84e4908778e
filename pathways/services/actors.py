"""Who does a deed: one of the staff, the patient through a link, or a named part of the system."""

from __future__ import annotations

from dataclasses import dataclass

from pathways.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a change. `name` is what stands in every `_by` column and audit event."""

    name: str
    user: User | None = None

    @property
    def words(self) -> str:
        """How the author is called in a sentence that is kept: one of the staff by full name."""
        return str(self.user) if self.user else self.name

    @classmethod
    def person(cls, user: User) -> Actor:
        """A signed-in member of staff."""
        return cls(name=user.get_username(), user=user)

    @classmethod
    def system(cls, name: str) -> Actor:
        """A named part of the system, e.g. `sweep:plan` or `import:patients`."""
        return cls(name=name)

    @classmethod
    def patient(cls) -> Actor:
        """The patient, answering through a link."""
        return cls(name="patient:link")

    @classmethod
    def carer(cls) -> Actor:
        """A carer, answering through a link that went to their own address."""
        return cls(name="carer:link")
