"""Credits: proposed without being asked, claimed, decided and settled, each step by another hand; expired when late."""

from incidents.actions.credits.deciding import claim, decline, grant, settle
from incidents.actions.credits.proposing import propose
from incidents.actions.credits.rounds import credit_round
from incidents.actions.credits.telling import proposed
from incidents.actions.credits.writing import demand

__all__ = ["claim", "credit_round", "decline", "demand", "grant", "propose", "proposed", "settle"]
