"""Who is paid: deals, exact splits, settlement of a month's plays, statements."""

from remixlab.royalties.deal import PLATFORM, ROLES, Deal, default_deal, pays
from remixlab.royalties.split import split

__all__ = ["PLATFORM", "ROLES", "Deal", "default_deal", "pays", "split"]
