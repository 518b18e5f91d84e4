"""Laying out the board: intents in, native elements at free places out.

An engine places, a model only says what and relative to what. Pure: no document, no clock, no chance, no network. It is not the
whiteboard: who sees and keeps the elements is the business of the packages above.
"""

from tutorium.app.boards.layout.block import FormulaImage, Formulas
from tutorium.app.boards.layout.boxes import Box
from tutorium.app.boards.layout.check import Fault, check_step
from tutorium.app.boards.layout.intents import Intent, intent_as_dict, parse_intent
from tutorium.app.boards.layout.kinds import prepare_formulas
from tutorium.app.boards.layout.step import Placed, StepDrawing, elements_of_step, place_step
from tutorium.app.boards.layout.warming import warm_up

__all__ = [
    "Box",
    "Fault",
    "FormulaImage",
    "Formulas",
    "Intent",
    "Placed",
    "StepDrawing",
    "check_step",
    "elements_of_step",
    "intent_as_dict",
    "parse_intent",
    "place_step",
    "prepare_formulas",
    "warm_up",
]
