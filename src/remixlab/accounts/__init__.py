"""Roles, actions, and the one function that says who may do what; what an account may be called."""

from remixlab.accounts.may import WORKSPACE, Permission, Subject, may, must
from remixlab.accounts.names import checked_name
from remixlab.accounts.roles import RULES, Action, Grant, Rule

__all__ = ["RULES", "WORKSPACE", "Action", "Grant", "Permission", "Rule", "Subject", "checked_name", "may", "must"]
