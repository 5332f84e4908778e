"""People on the staff: an account, and a role in a clinic."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from pathways import clock
from pathways.models import Clinic, Membership, User
from pathways.rules.lifecycles import Role
from pathways.services import addresses, audit
from pathways.services.actors import Actor
from pathways.services.errors import Refused


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of it: the member, and whether account and role are new."""

    user: User
    new_account: bool
    new_role: bool


def add(
    *,
    clinic: Clinic,
    username: str,
    role: Role,
    by: Actor,
    name: str = "",
    email: str = "",
    password: str = "",
) -> Joined:
    """Give somebody a role in a clinic, with a new account unless they have one.

    The same again changes nothing. Raises Refused if they have another role here already, or if
    the account is new and its name or password will not do.
    """
    username = username.strip()
    if email:
        addresses.check(email)
    with transaction.atomic():
        user = User.objects.filter(username=username).first()
        new_account = user is None
        if user is None:
            user = _account(username, name, email, password)
        current = Membership.objects.current().filter(user=user, clinic=clinic).first()
        if current is not None:
            if current.role != role:
                raise Refused(
                    f"{username} is {current.role} in {clinic.code} already. "
                    "End that role on the admin page first.",
                    field="role",
                )
            return Joined(user, new_account, new_role=False)
        membership = Membership.objects.create(
            clinic=clinic, user=user, role=role, since_on=clock.today(clinic)
        )
        audit.record(
            by=by,
            verb="gave a role",
            subject=membership,
            clinic=clinic,
            detail={"username": username, "role": role, "new_account": new_account},
        )
    return Joined(user, new_account, new_role=True)


def _account(username: str, name: str, email: str, password: str) -> User:
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError as error:
        raise Refused(
            f"{username!r} will not do as a sign-in name: letters, digits and @ . + - _ only.",
            field="username",
        ) from error
    given, _, family = " ".join(name.split()).partition(" ")
    user = User(username=username, first_name=given, last_name=family, email=email)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error
    user.set_password(password)
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        field, complaints = next(iter(error.message_dict.items()))
        raise Refused(f"{field}: {complaints[0]}", field=field) from error
    user.save()
    return user


def change_password(*, user: User, password: str, clinic: Clinic | None, by: Actor) -> None:
    """Set another password; sessions made with the old one end. The event holds neither."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.record(by=by, verb="changed the password", subject=user, clinic=clinic)
