"""`tutorium teach`: a whole lesson in a terminal."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.answer_key import choice_of, gap_of

TEXT = Path(__file__).resolve().parents[2] / "fixtures" / "texts" / "plate_tectonics.md"
QUICK = {**os.environ, "TUTORIUM_WORDS_PER_SECOND": "0", "NO_COLOR": "1", "COLUMNS": "400", "PYTHONUNBUFFERED": "1"}


def teach(arguments: Sequence[str], stdin: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end with these lines typed."""
    command = [sys.executable, "-m", "tutorium", "teach", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, env=QUICK, check=False)


def test_a_lesson_is_given_and_its_board_saved(tmp_path: Path) -> None:
    """Without questions it runs to its end, says the text's own sentences, and leaves two files that open."""
    done = teach([str(TEXT), "--out", str(tmp_path), "--no-ask"], "")
    assert done.returncode == 0, done.stderr
    assert "This lesson is about" in done.stdout
    assert "That is everything this lesson set out to teach." in done.stdout
    scene = json.loads((tmp_path / "plate_tectonics.excalidraw").read_text())
    assert scene["type"] == "excalidraw"
    assert len(scene["elements"]) > 20
    assert ElementTree.parse(tmp_path / "plate_tectonics.svg").getroot().tag.endswith("svg")


def test_questions_are_asked_at_the_prompt_and_judged(tmp_path: Path) -> None:
    """A hint, a question of the learner's own, a right answer, and quitting all work; the board is saved at the end too."""
    command = [sys.executable, "-m", "tutorium", "teach", str(TEXT), "--out", str(tmp_path)]
    text = TEXT.read_text()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=QUICK
    ) as lesson:
        assert lesson.stdin is not None
        assert lesson.stdout is not None

        def read_to_prompt() -> str:
            seen = ""
            while not seen.endswith("quit) "):
                character = lesson.stdout.read(1) if lesson.stdout else ""
                assert character, f"the lesson ended early:\n{seen[-2000:]}"
                seen += character
            return seen

        def type_line(line: str) -> None:
            if lesson.stdin:
                lesson.stdin.write(line + "\n")
                lesson.stdin.flush()

        asked = read_to_prompt()
        type_line("hint")
        read_to_prompt()
        type_line("? What is the epicentre of an earthquake?")
        assert "epicentre" in read_to_prompt()
        prompt = asked.rsplit("\n? ", 1)[1]
        question, *options = re.split(r"\n\s+\d+\. ", prompt.split("\n> ")[0])
        type_line(str(choice_of(question, options, text) + 1) if options else gap_of(question, text))
        assert "✓" in read_to_prompt()
        type_line("quit")
        rest = lesson.stdout.read()
        assert lesson.wait(20) == 0
    assert "The board is saved" in rest
    assert (tmp_path / "plate_tectonics.svg").exists()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [("missing.pdf", None, "there is no file"), ("noise.pdf", bytes(range(256)) * 40, ""), ("empty.md", b"", "")],
)
def test_what_cannot_be_taught_is_said_in_a_sentence(tmp_path: Path, name: str, data: bytes | None, sentence: str) -> None:
    """A missing, broken or empty file ends with one sentence, an exit code, and no traceback."""
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    done = teach([str(path), "--out", str(tmp_path)], "")
    assert done.returncode == 2
    assert done.stderr.strip().startswith("tutorium: ")
    assert sentence in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
