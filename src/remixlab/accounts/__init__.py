"""Roles, actions, and the one function that says who may do what."""

from remixlab.accounts.may import WORKSPACE, Permission, Subject, may, must
from remixlab.accounts.roles import RULES, Action, Grant, Rule

__all__ = ["RULES", "WORKSPACE", "Action", "Grant", "Permission", "Rule", "Subject", "may", "must"]
