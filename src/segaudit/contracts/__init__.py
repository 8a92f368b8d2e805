"""Contracts as data: those of the shipped releases, a user's own files, and a first one for a dataset without any."""

from segaudit.contracts.guessing import Guess, Shape, guesses
from segaudit.contracts.infer import DatasetFacts, initial, single, stated
from segaudit.contracts.naming import recognised
from segaudit.contracts.releases import load, recognise
from segaudit.contracts.writing import dump
from segaudit.model.errors import ContractError
from segaudit.schemas.shipped import names

__all__ = [
    "ContractError",
    "DatasetFacts",
    "Guess",
    "Shape",
    "dump",
    "guesses",
    "initial",
    "load",
    "names",
    "recognise",
    "recognised",
    "single",
    "stated",
]
