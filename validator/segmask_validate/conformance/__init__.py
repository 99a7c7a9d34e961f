"""Conformance: any program, in any language, asked to read the corpus and compared with what CVAT reads.

    protocol.schema.json   requests, answers, and what the command prints
    answer.py              an answer: as data, from JSON, to JSON
    expected.py            what CVAT makes of an archive, by segmask's own reading
    difference.py          expected and answer, and what differs
    program.py             the external process: asked, timed, bounded, started anew
    run.py table.py        the corpus through a program; the outcomes as text and as data

docs/conformance.md of the project describes the protocol. What reads masks is imported when it is used.
"""

from importlib.resources import files


def schema() -> str:
    """The JSON Schema of the protocol, as text."""
    return (files(__name__) / "protocol.schema.json").read_text(encoding="utf-8")
