"""Whether what a file gives as its title is one. Pure.

Programs fill the field when their users do not: with a placeholder, their own name, or the name of the file.
"""

import re
from typing import Final

# A longer one is an abstract that somebody put into the wrong field.
_LONGEST: Final = 200

_PLACEHOLDER: Final = re.compile(
    r"""[\W_]*(?:
      anonymous | unspecified | unknown | undefined | none | null | n/?a | tba | tbd | title | name
    | untitled.* | unnamed.* | no\s+title | without\s+title | new\s+(?:document|presentation) | empty
    | unbenannt.* | ohne\s+(?:titel|namen) | titel | neues\s+dokument
    | sans\s+(?:titre|nom) | titre | nouveau\s+document
    | sin\s+t[íi]tulo | t[íi]tulo | documento\s+nuevo | sem\s+t[íi]tulo | senza\s+titolo | titolo | naamloos
    | (?:(?:word|pdf|ms\s+word|google)\s+)?(?:document|doc|dokument|documento)
    | (?:powerpoint|keynote|slides?|google)[\s-]+(?:presentation|pr[äa]sentation)
    | (?:powerpoint[\s-]+)?pr[ée]sentation(?:\s+powerpoint)?
    | slide | folie | diapositive | diapositiva | scan | scanned\s+(?:document|image) | img | image | page | print
    )[\s_-]*[(\[]?\d{0,14}[)\]]?[\W_]*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_PROGRAM: Final = re.compile(
    r"microsoft\s+(?:office\s+)?(?:word|powerpoint|excel|publisher|visio|onenote)\b|(?:ms)?word\s+-\s", re.I
)
_FILE_NAME: Final = re.compile(
    r"""(?:
      .*\.(?:docx?|pdf|tex|dvi|ps|eps|indd|html?|odt|odp|pptx?|rtf|qxd|xlsx?|md|txt|pages|key|fm|wpd)\s*(?:[(\[].*)?\W*
    | \S+_\S+
    | (?:[a-z]:)?[\\/]\S+
    )\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_WORDS: Final = re.compile(r"[\W\d_]*\Z")


def find_title(text: str) -> str:
    """Return `text` in one line when it is a title somebody gave; "" for placeholders, programs and names of files."""
    title = " ".join(text.split())
    if len(title) > _LONGEST or any(rule.match(title) for rule in (_NO_WORDS, _PLACEHOLDER, _PROGRAM, _FILE_NAME)):
        return ""
    return title
