"""What the engine refuses, below the root's branches.

::

    BadRequestError
    ├── InvalidValueError             invalid_value            not a value that can be stored or sent
    ├── InvalidIdError                invalid_id               not an id, or an id of another table
    ├── ArgumentValidationError       invalid_arguments        arguments do not fit the function
    ├── InvalidCursorError            invalid_cursor           a cursor or journal of another query
    ├── InvalidQueryError             invalid_query            an index range that the index cannot serve
    ├── NotUniqueError                not_unique               `unique` found more than one row
    ├── UploadRefusedError            upload_refused           a wrong, old or overdrawn upload address
    └── OutOfRetentionError           out_of_retention         a timestamp that is no longer kept, or not yet reached
    NotFoundError
    └── FunctionNotFoundError         function_not_found       no such public function
    TooLargeError
    └── TransactionTooLargeError      transaction_too_large    one function read or wrote too much
    ConflictError
    └── WriteConflictError            write_conflict           another commit changed what was read (the engine runs it again)
    UnavailableError
    ├── EngineClosingError            engine_closing           shutting down
    └── FunctionTimeoutError          function_timeout         a function ran longer than its limit
    TutoriumError
    ├── ReturnsValidationError        invalid_return           a function returned something else than it declares
    ├── SchemaError                   schema_error             the declared tables or functions cannot work
    └── StoreError                    store_error              the database failed, or belongs to another process
        └── StoreInUseError           store_in_use             another process owns the database file
"""

from typing import ClassVar

from tutorium.errors import BadRequestError, ConflictError, NotFoundError, TooLargeError, TutoriumError, UnavailableError


class InvalidValueError(BadRequestError):
    """This value cannot be stored or sent. The message says where and why."""

    code: ClassVar[str] = "invalid_value"


class InvalidIdError(BadRequestError):
    """This is not an id of that table."""

    code: ClassVar[str] = "invalid_id"


class ArgumentValidationError(BadRequestError):
    """The arguments do not fit the function."""

    code: ClassVar[str] = "invalid_arguments"


class InvalidCursorError(BadRequestError):
    """InvalidCursor: the cursor belongs to another query or is damaged. Begin again from the first page."""

    code: ClassVar[str] = "invalid_cursor"


class InvalidQueryError(BadRequestError):
    """The index cannot serve this range: equalities come first, in the index's order, then one lower and one upper bound."""

    code: ClassVar[str] = "invalid_query"


class NotUniqueError(BadRequestError):
    """More than one row fits where at most one was expected."""

    code: ClassVar[str] = "not_unique"


class UploadRefusedError(BadRequestError):
    """This upload address is wrong or too old. Ask for a new one."""

    code: ClassVar[str] = "upload_refused"


class OutOfRetentionError(BadRequestError):
    """History is not kept for that timestamp."""

    code: ClassVar[str] = "out_of_retention"


class FunctionNotFoundError(NotFoundError):
    """There is no such public function."""

    code: ClassVar[str] = "function_not_found"


class TransactionTooLargeError(TooLargeError):
    """One function may not read or write this much. Read through an index with `take`, or split the work."""

    code: ClassVar[str] = "transaction_too_large"


class WriteConflictError(ConflictError):
    """Another commit changed what this mutation read; it is run again."""

    code: ClassVar[str] = "write_conflict"


class EngineClosingError(UnavailableError):
    """The server is shutting down. Try again in a moment."""

    code: ClassVar[str] = "engine_closing"


class FunctionTimeoutError(UnavailableError):
    """The function ran longer than it may."""

    code: ClassVar[str] = "function_timeout"


class ReturnsValidationError(TutoriumError):
    """The function returned something else than it declares."""

    code: ClassVar[str] = "invalid_return"


class SchemaError(TutoriumError):
    """The declared tables or functions cannot work. The message says which and why."""

    code: ClassVar[str] = "schema_error"


class StoreError(TutoriumError):
    """The database failed. The process must end and start again, so that it goes on from what is durable."""

    code: ClassVar[str] = "store_error"


class StoreInUseError(StoreError):
    """Another process owns this database file. Stop it first, or give this one another directory."""

    code: ClassVar[str] = "store_in_use"
