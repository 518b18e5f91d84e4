"""Where sentences begin and end."""

import pytest

from tutorium.app.reading.extract.sentences import split_sentences


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[a:b] for a, b in split_sentences(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Water boils. Ice melts!  Why? Heat.", "en", ["Water boils.", "Ice melts!", "Why?", "Heat."]),
        ("Dr. Bell met Mr. Watson. They spoke.", "en", ["Dr. Bell met Mr. Watson.", "They spoke."]),
        (
            "See Fig. 3 for it. No. 5 is red. I said no. Then I left.",
            "en",
            ["See Fig. 3 for it.", "No. 5 is red.", "I said no.", "Then I left."],
        ),
        ("J. K. Rowling wrote it. So did Donald E. Knuth.", "en", ["J. K. Rowling wrote it.", "So did Donald E. Knuth."]),
        ("Fruit has vitamin C. The body needs it.", "en", ["Fruit has vitamin C.", "The body needs it."]),
        (
            "It grew in the U.S. Senate. He left the U.S. The end.",
            "en",
            ["It grew in the U.S. Senate.", "He left the U.S.", "The end."],
        ),
        (
            "He waited . . . and waited. Then . . . Nothing came.",
            "en",
            ["He waited . . . and waited.", "Then . . .", "Nothing came."],
        ),
        ("2. Open the lid. 3. Pour it.", "en", ["2. Open the lid.", "3. Pour it."]),
        ("Use salt (e.g. NaCl. It is cheap.) or sugar. Stir.", "en", ["Use salt (e.g. NaCl. It is cheap.) or sugar.", "Stir."]),
        ('"Stop!" he cried. "Why?" She left.', "en", ['"Stop!" he cried.', '"Why?"', "She left."]),
        ("Pi is 3.14 here. It goes on.", "en", ["Pi is 3.14 here.", "It goes on."]),
        (
            "At 5 p.m. the bell rang. We left at 6 p.m. The rain fell.",
            "en",
            ["At 5 p.m. the bell rang.", "We left at 6 p.m.", "The rain fell."],
        ),
        (
            "Apples, pears, etc. are fruit. Add flour, etc. Then bake.",
            "en",
            ["Apples, pears, etc. are fruit.", "Add flour, etc.", "Then bake."],
        ),
        (
            "Er kam am 3. Oktober an. Im 19. Jahrhundert war z. B. vieles anders.",
            "de",
            ["Er kam am 3. Oktober an.", "Im 19. Jahrhundert war z. B. vieles anders."],
        ),
        ("Das war 1989. Dann kam die Wende.", "de", ["Das war 1989.", "Dann kam die Wende."]),
        ("M. Dupont arrive. Il parle.", "fr", ["M. Dupont arrive.", "Il parle."]),
        ("¿Qué es? ¡Es agua! El Sr. Paz lo vio.", "es", ["¿Qué es?", "¡Es agua!", "El Sr. Paz lo vio."]),
        ("水は冷たい。氷は固い！", "ja", ["水は冷たい。", "氷は固い！"]),
        ("A heading\n\nThen text. More.", "en", ["A heading", "Then text.", "More."]),
        ("No stop at all", "en", ["No stop at all"]),
        ("This was shown.[12] It holds.^3 Still.", "en", ["This was shown.[12]", "It holds.^3", "Still."]),
        ("It rose to version 3.5 The rest fell.", "en", ["It rose to version 3.5 The rest fell."]),
        ("An opened ( bracket never closes. It is a slip.", "en", ["An opened ( bracket never closes.", "It is a slip."]),
    ],
)
def test_text_is_split_into_sentences(text: str, language: str, expected: list[str]) -> None:
    """Each text is cut exactly at its sentence ends."""
    assert sentences(text, language) == expected


@pytest.mark.parametrize("text", ["", "   \n ", "\n\n\n"])
def test_nothing_to_read_has_no_sentences(text: str) -> None:
    """White space holds no sentence."""
    assert split_sentences(text, "en") == []


def test_spans_hold_every_visible_character() -> None:
    """Nothing but white space is left out between sentences."""
    text = 'One. Two (three. Four.) "Five?" Six . . . Seven!\n\n8. Nine e.g. ten. The U.S. The end... No. 5'
    covered = "".join(text[a:b] for a, b in split_sentences(text, "en"))
    assert "".join(covered.split()) == "".join(text.split())
