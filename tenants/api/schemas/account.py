"""Shapes of persons: oneself, the people of a unit, and who did what."""

from __future__ import annotations

from tenants.accounts.permissions import PERMISSIONS, ROLES
from tenants.api.schemas import fields as f


class UnitSchema(f.ApiSchema):
    """A unit one belongs to."""

    id = f.ident("Id of the unit.")
    slug = f.string("Its address: `/api/v1/units/{slug}/...`.")
    name = f.string("Its name.")
    short_name = f.string("Its short name.")
    kind_label = f.string("What kind of unit it is, in Vietnamese.")
    tier = f.string("department, office, cluster or school.")
    levels = f.words("Education levels.")
    timezone = f.string("IANA name of its time zone.")
    roles = f.choices(ROLES, "What one is there.")
    actions = f.choices(PERMISSIONS, "What one may do there; `x-action` of an operation names what it asks for.")


class MeSchema(f.ApiSchema):
    """The person behind the key."""

    id = f.ident("Id of the person.")
    sign_in_name = f.string("The sign-in name.")
    name = f.string("The name.")
    email = f.string("The e-mail address, perhaps empty.")
    language = f.string("vi or en.")
    units = f.several(UnitSchema, "Units one belongs to today.")


class PersonSchema(f.ApiSchema):
    """Somebody of the unit."""

    id = f.ident("Id of the person.")
    sign_in_name = f.string("The sign-in name.")
    name = f.string("The name.")
    email = f.string("The e-mail address, perhaps empty.")
    active = f.flag("Whether the account may sign in.")
    roles = f.choices(ROLES, "What they are in the unit.")


class PersonListSchema(f.ApiSchema):
    """The people of the unit."""

    items = f.several(PersonSchema, "By given name.")


class NewPersonSchema(f.ApiSchema):
    """Somebody who comes into the unit; an account that exists already is only given the roles."""

    sign_in_name = f.string("The sign-in name.", shortest=3, longest=120, required=True)
    name = f.string("The name.", shortest=1, longest=120, required=True)
    email = f.string("The e-mail address.", longest=200, load_default="")
    roles = f.choices(ROLES, "Roles to give.", required=True)


class AddedPersonSchema(f.ApiSchema):
    """Somebody who was just added."""

    person = f.one(PersonSchema, "The person.")
    password = f.string("One-time password of a new account, shown this once; null for an old one.", allow_none=True)


class PasswordSchema(f.ApiSchema):
    """A new one-time password."""

    sign_in_name = f.string("Whose.")
    password = f.string("The password, shown this once.")


class AuditEntrySchema(f.ApiSchema):
    """One change."""

    id = f.ident("Id of the entry.")
    at = f.moment("When.")
    actor_id = f.ident("Who; null for the worker.", allow_none=True)
    actor_name = f.string('Their name; "" for the worker.')
    action = f.string("What was done.")
    label = f.string("The same in Vietnamese.")
    subject_type = f.string("To what kind of thing.")
    subject_id = f.string("To which one.")
    data = f.anything("Further facts.")
