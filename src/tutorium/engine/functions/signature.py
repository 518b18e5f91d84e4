"""A function's arguments and return value, compiled from its signature once, when the engine opens."""

import inspect
from typing import Any, get_type_hints

import msgspec

from tutorium.engine.errors import (
    ArgumentValidationError,
    InvalidIdError,
    InvalidValueError,
    ReturnsValidationError,
    SchemaError,
    TransactionTooLargeError,
)
from tutorium.engine.functions.reference import FunctionRef
from tutorium.engine.values.decoder import Decoder, TableNumbers
from tutorium.engine.values.encoder import compile_encoder
from tutorium.engine.values.json_encoding import dump
from tutorium.engine.values.size import MAX_ARGUMENT_BYTES, MAX_RETURN_BYTES
from tutorium.engine.values.struct import camel_case


class Signature:
    """How one function's arguments and return value cross the wire."""

    def __init__(self, function: FunctionRef[Any, Any], table_numbers: TableNumbers) -> None:
        """Compile it. Raises SchemaError when a parameter is not keyword-only or a type cannot be sent."""
        self.function = function
        try:
            hints = get_type_hints(function.handler, include_extras=True)
        except NameError as error:
            raise SchemaError(f"{function.path}: a type of its signature cannot be found: {error}") from error
        parameters = list(inspect.signature(function.handler).parameters.values())[1:]
        fields = [_field(function, parameter, hints) for parameter in parameters]
        self.names = tuple(parameter.name for parameter in parameters)
        self.arguments: type[msgspec.Struct] = msgspec.defstruct(
            "Arguments", fields, kw_only=True, forbid_unknown_fields=True, rename=camel_case
        )
        self.returns: Any = hints.get("return")
        if "return" not in hints:
            raise SchemaError(f"{function.path} does not say what it returns.")
        try:
            self._decoder = Decoder(self.arguments, table_numbers)
            self._encode_arguments = compile_encoder(self.arguments)
            self._encode_return = compile_encoder(self.returns)
        except (InvalidValueError, TypeError) as error:
            raise SchemaError(f"{function.path}: {error}") from error

    def decode_arguments(self, text: bytes) -> dict[str, Any]:
        """Return the arguments of a call under their Python names. Raises ArgumentValidationError."""
        if len(text) > MAX_ARGUMENT_BYTES:
            raise ArgumentValidationError(f"Arguments may have {MAX_ARGUMENT_BYTES} bytes.")
        try:
            decoded = self._decoder.decode(text)
        except (InvalidValueError, InvalidIdError) as error:
            raise ArgumentValidationError(f"ArgumentValidationError: {self.function.path}: {error.message}") from error
        return {name: getattr(decoded, name) for name in self.names}

    def encode_arguments(self, arguments: dict[str, Any]) -> bytes:
        """Return arguments as the JSON object that `decode_arguments` reads. Raises ArgumentValidationError."""
        try:
            return dump(self._encode_arguments(self.arguments(**arguments)))
        except (InvalidValueError, TypeError) as error:
            raise ArgumentValidationError(f"{self.function.path}: {error}") from error

    def encode_return(self, value: Any) -> bytes:
        """Return the wire form of what the function returned. Raises ReturnsValidationError."""
        try:
            text = dump(self._encode_return(value))
        except (InvalidValueError, TypeError) as error:
            raise ReturnsValidationError(f"ReturnsValidationError: {self.function.path}: {error}") from error
        if len(text) > MAX_RETURN_BYTES:
            raise TransactionTooLargeError(f"{self.function.path} returned more than {MAX_RETURN_BYTES} bytes.")
        return text


def _field(
    function: FunctionRef[Any, Any], parameter: inspect.Parameter, hints: dict[str, Any]
) -> tuple[str, Any] | tuple[str, Any, Any]:
    if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
        raise SchemaError(f"{function.path}: {parameter.name} must be keyword-only; put `*` after ctx.")
    if parameter.name not in hints:
        raise SchemaError(f"{function.path}: {parameter.name} has no type.")
    hint = hints[parameter.name]
    if parameter.default is inspect.Parameter.empty:
        return parameter.name, hint
    default: Any = parameter.default
    if isinstance(default, list | dict | set):
        raise SchemaError(f"{function.path}: the default of {parameter.name} must not be mutable; use a tuple or None.")
    return parameter.name, hint, default
