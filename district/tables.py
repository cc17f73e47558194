"""Every table of the program, in one import: what migrations compare with."""

from district.issuing import models as issuing
from district.oversight import models as oversight
from tenants import audit, settings
from tenants.accounts import models as accounts
from tenants.approval import models as approval
from tenants.audience import models as audience
from tenants.bulletins import models as bulletins
from tenants.content import models as content
from tenants.db import Base
from tenants.jobs import models as jobs
from tenants.notices import models as notices
from tenants.offers import models as offers
from tenants.orders import models as orders
from tenants.plans import kept_models as kept
from tenants.plans import life_models as life
from tenants.plans import models as plans
from tenants.plans import takeover_models as takeover
from tenants.publishing import contact_models as contact
from tenants.publishing import models as publishing
from tenants.statistics import models as statistics
from tenants.units import models as units

MODULES = (
    units, accounts, jobs, audit, settings, notices, plans, takeover, kept, life, content, approval, audience,
    publishing, contact, bulletins, statistics, issuing, oversight, orders, offers,
)  # fmt: skip

metadata = Base.metadata
