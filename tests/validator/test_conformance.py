"""``segmask-validate conformance``: programs that answer rightly, wrongly, and not at all."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from segmask_cli import main, reader
from segmask_validate import conformance, corpus
from segmask_validate.conformance import answer, program
from segmask_validate.conformance.answer import Answer, AnsweredImage, AnsweredInstance
from segmask_validate.conformance.difference import difference
from segmask_validate.conformance.expected import Compared, Expected, expected
from segmask_validate.conformance.program import NoAnswer, Program

CASES: Final = {case.name: case for case in corpus.cases()}
READER: Final = (sys.executable, "-m", "segmask_cli.reader")
SCHEMA: Final = json.loads(conformance.schema())
ONE_CASE: Final = ("--case", "samples")
REFUSES: Final = '{"accepted": false}'

Script = Callable[[str], list[str]]


def conform(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main.segmask_validate(["conformance", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, out, err


def report(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    """The JSON report, as its schema describes it, in agreement with the exit code."""
    code, out, err = conform(capsys, "--format", "json", *arguments)
    assert err == ""
    document: dict[str, Any] = json.loads(out)
    described("report").validate(document)
    assert code == bool(document["failed"])
    return document


def reasons(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, str]:
    """Failed cases, and why they failed."""
    return {case["case"]: case["reason"] for case in report(capsys, *arguments)["cases"] if not case["passed"]}


def reason(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """Why the one case failed."""
    (found,) = reasons(capsys, *ONE_CASE, *arguments).values()
    return found


def described(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Saves a Python program and returns the command that runs it."""

    def save(text: str) -> list[str]:
        file = tmp_path / "program.py"
        file.write_text(text, encoding="utf-8")
        return [sys.executable, str(file)]

    return save


@dataclass(frozen=True)
class Held:
    """A named pipe that processes hold open as 9 for as long as they run."""

    path: Path
    end: int

    def let_go(self) -> bool:
        """Whether some process held it, and none does now."""
        held = os.read(self.end, 100)
        ready, _, _ = select.select([self.end], [], [], 30)
        return held == b"held" and ready == [self.end] and os.read(self.end, 100) == b""


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    path = tmp_path / "held"
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    yield Held(path, end)
    os.close(end)


@pytest.mark.process
class TestVerdicts:
    """Right answers pass, wrong ones fail, and only those."""

    def test_segmask_passes_everything(self, capsys: pytest.CaptureFixture[str]) -> None:
        document = report(capsys, "--", *READER)
        assert (document["passed"], document["failed"]) == (len(CASES), 0)
        assert [case["case"] for case in document["cases"]] == list(CASES)
        assert {case["reason"] for case in document["cases"]} == {None}

    def test_segmask_answers_line_by_line(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        archives = [CASES[name].build(tmp_path, "zip") for name in ("clean/palette", "samples/six-defects")]
        requests = [json.dumps({"path": str(archive)}) + "\n" for archive in archives]
        monkeypatch.setattr(sys, "stdin", requests)
        reader.main()
        answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert answers == [expected(archive).answer.to_json() for archive in archives]

    def test_a_program_that_refuses_everything(self, capsys: pytest.CaptureFixture[str]) -> None:
        """In another language: one answer a process, of whatever it is asked."""
        refuses = f'read -r request; echo \'{REFUSES[:-1]}, "message": "I do not like it"}}\''
        failed = reasons(capsys, "--", "sh", "-c", refuses)
        unread = {name for name, case in CASES.items() if rules(case) & {"ZIP012", "ZIP026", "PNG019", "PNG020"}}
        assert len(unread) >= 6
        assert failed == {
            name: "refused, and CVAT imports it: 'I do not like it'"
            for name, case in CASES.items()
            if case.expected["verdict"] != "rejected" and name not in unread
        }

    def test_a_program_that_takes_the_lowest_class(self, capsys: pytest.CaptureFixture[str], script: Script) -> None:
        """CVAT gives an object over several classes to the highest index."""
        naive = """
import json, sys
from pathlib import Path
import numpy, segmask
from segmask_validate.conformance.expected import expected

for line in sys.stdin:
    path = json.loads(line)["path"]
    answer = expected(Path(path)).answer.to_json()
    if answer["accepted"]:
        with segmask.open(path, on_problem=lambda problem: None) as archive:
            for image, answered in zip(archive, answer["images"]):
                for instance in answered["instances"]:
                    if instance["id"] is not None:
                        classes, objects = numpy.broadcast_arrays(image.class_mask(), image.object_mask())
                        lowest = classes[objects == instance["id"]].min()
                        instance["label"] = answer["labels"][lowest]
    print(json.dumps(answer), flush=True)
"""
        failed = reasons(capsys, "--case", "clean,pairing,samples", "--", *script(naive))
        several = {name for name, case in CASES.items() if "PAIR004" in rules(case) and name.startswith("pairing/")}
        assert several
        assert failed.keys() == several
        assert "label 'car' instead of 'person'" in "".join(failed.values())


def rules(case: corpus.Case) -> set[str]:
    return {finding["rule"] for finding in case.expected["findings"]}


@pytest.mark.process
class TestMisbehaviour:
    """Whatever a program does is a failed case with its reason, never a traceback or a hang of the tool."""

    @pytest.mark.parametrize(
        ("shell", "told"),
        [
            ("exit 3", "it ended with exit code 3, without an answer"),
            ("read r", "it ended with exit code 0, without an answer"),
            ("echo 'out of memory' >&2; exit 1", "code 1, without an answer; its last words: 'out of memory'"),
            ("kill -9 $$", "it was killed by signal 9, without an answer"),
            ("exec >&-; exec sleep 600", "it closed its output without an answer"),
            ("echo", "the answer is no JSON, Expecting value: line 1 column 1 (char 0): ''"),
            ("echo Loading...; exec sleep 600", "(char 0): 'Loading...'"),
            ("cat", 'the answer breaks the schema at $: "accepted" is a required property'),
            (r"printf '\377\n'", "the answer is no JSON, 'utf-8' codec can't decode byte 0xff"),
            (r"printf '\033[2J\n'", r"(char 0): '\x1b[2J'"),
            ("echo '{'", "the answer is no JSON, Expecting property name"),
            ("echo '[]'", 'the answer breaks the schema at $: [] is not of type "object"'),
            ("echo '{\"accepted\": 0}'", 'the answer breaks the schema at $.accepted: 0 is not of type "boolean"'),
            ("echo '{\"accepted\": true}'", 'the answer breaks the schema at $: "labels" is a required property'),
            (f"printf '{REFUSES}\n{REFUSES}\n'", f"more than one line, after the first '{REFUSES}\\n'"),
            ("yes | tr -d '\\n'", "an answer of more than 4,194,304 bytes"),
            ("head -c 3000000 /dev/zero | tr '\\0' '['", "the answer is no JSON, maximum recursion depth exceeded"),
        ],
    )
    def test_a_failed_case_and_why(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shell: str, told: str
    ) -> None:
        monkeypatch.setattr(program, "_GRACE", 0.5)
        assert told in reason(capsys, "--timeout", "60", "--", "sh", "-c", shell)

    def test_a_hanging_program_is_ended_with_its_children(self, capsys: pytest.CaptureFixture[str], held: Held) -> None:
        hangs = f"exec 9>'{held.path}'; printf held >&9; sleep 600 & echo thinking >&2; wait"
        told = reason(capsys, "--timeout", "0.5", "--", "sh", "-c", hangs)
        assert told == "no answer within 0.5 seconds; its last words: 'thinking'"
        assert held.let_go()

    def test_standard_error_is_the_programs_own(self, capsys: pytest.CaptureFixture[str]) -> None:
        """However much it writes there, an answer is an answer."""
        talks = f"head -c 5000000 /dev/zero >&2; echo '{REFUSES}'"
        assert reasons(capsys, *ONE_CASE, "--", "sh", "-c", talks) == {}

    @pytest.mark.parametrize(
        "answers",
        [
            f"printf '{REFUSES}'",  # the end of the output ends the line
            f"printf '{REFUSES}\r\n'",
            f"sleep 5 & echo '{REFUSES}'",  # a child holds the output open
            f"exec <&-; echo '{REFUSES}'",
            f"echo '{REFUSES}'; exec sleep 600",  # never ends
        ],
    )
    def test_what_is_right_all_the_same(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answers: str
    ) -> None:
        monkeypatch.setattr(program, "_GRACE", 0.5)
        assert reasons(capsys, *ONE_CASE, "--", "sh", "-c", answers) == {}

    def test_nothing_steers_the_terminal(self, capsys: pytest.CaptureFixture[str]) -> None:
        words = r"printf 'a\033[2J\n' >&2; exit 1"
        code, out, err = conform(capsys, *ONE_CASE, "--", "sh", "-c", words)
        assert (code, err) == (1, "")
        assert out.isprintable() or "\n" in out
        assert "\x1b" not in out

    def test_a_long_reason_is_cut(self, capsys: pytest.CaptureFixture[str]) -> None:
        long = "printf '{\"accepted\": \"'; head -c 100000 /dev/zero | tr '\\0' x; printf '\"}\\n'"
        assert len(reason(capsys, "--", "sh", "-c", long)) < 400


@pytest.mark.process
class TestProcesses:
    """A program may end after each answer, or go on; what one case leaves behind harms no other."""

    def test_it_is_started_once_if_it_goes_on(self) -> None:
        with Program(["sh", "-c", "while read -r request; do echo $$; done"], 60) as asked:
            assert len({asked.ask(b"{}") for _ in range(5)}) == 1

    def test_it_is_started_anew_where_it_has_ended(self) -> None:
        with Program(["sh", "-c", "read -r request; echo $$; exit 4"], 60) as asked:
            assert len({asked.ask(b"{}") for _ in range(5)}) == 5

    def test_a_crash_that_an_earlier_request_prepared_is_tried_again(self) -> None:
        with Program(["sh", "-c", "read -r request; echo $$; read -r request; exit 1"], 60) as asked:
            assert len({asked.ask(b"{}") for _ in range(3)}) == 3

    def test_it_gets_the_request_in_a_line(self) -> None:
        with Program(["cat"], 60) as asked:
            assert [asked.ask(request) for request in (b'{"path": "a b"}', b"2")] == [b'{"path": "a b"}', b"2"]

    def test_a_line_too_many_is_told_when_it_is_met(self, tmp_path: Path) -> None:
        done = tmp_path / "done"
        late = f"read -r request; echo 1; sleep 0.2; echo 2; touch '{done}'; exec sleep 600"
        with Program(["sh", "-c", late], 60) as asked:
            assert asked.ask(b"{}") == b"1"
            while not done.exists():
                time.sleep(0.01)
            time.sleep(0.1)
            with pytest.raises(NoAnswer, match=r"^more than one line for the request before this$"):
                asked.ask(b"{}")
            assert asked.ask(b"{}") == b"1"

    def test_garbage_ends_the_process(self, capsys: pytest.CaptureFixture[str]) -> None:
        """What comes after it is no answer to the next case."""
        greets = f"echo Welcome; while read -r request; do echo '{REFUSES}'; done"
        failed = reasons(capsys, "--case", "samples,clean/palette", "--", "sh", "-c", greets)
        assert len(failed) == 2
        assert all("'Welcome'" in told or told.startswith("more than one line") for told in failed.values())

    def test_an_interrupt_ends_it(self, held: Held) -> None:
        answers = f"exec 9>'{held.path}'; printf held >&9; echo 1; sleep 600"

        def ask_and_interrupt() -> None:
            with Program(["sh", "-c", answers], 60) as asked:
                asked.ask(b"{}")
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            ask_and_interrupt()
        assert held.let_go()


IMAGE: Final = AnsweredImage(
    subset="train",
    name="dir/one",
    width=3,
    height=2,
    instances=(
        AnsweredInstance(label="car", id=1, area=3, box=(1, 0, 2, 2), sha256="a" * 64),
        AnsweredInstance(label="road", id=2, area=1, box=(0, 0, 1, 1), sha256="b" * 64),
    ),
)
RIGHT: Final = Answer(accepted=True, labels=("car", "road"), images=(IMAGE,))
REFUSED: Final = Answer(accepted=False, message="LBL001 wrong: all of it")


def changed_image(**changes: Any) -> Answer:
    return replace(RIGHT, images=(replace(IMAGE, **changes),))


def changed_car(**changes: Any) -> Answer:
    car, road = IMAGE.instances
    return changed_image(instances=(replace(car, **changes), road))


def judged(got: Answer, wanted: Answer = RIGHT, compared: Compared = Compared.EXACTLY) -> str:
    """The difference, once the answer has been to JSON and back."""
    text = json.dumps(got.to_json())
    described("answer").validate(json.loads(text))
    parsed = answer.parse(text.encode())
    assert parsed == got
    return difference(Expected(answer=wanted, compared=compared), parsed)


class TestDifference:
    """The first difference in a line; nothing where the answer is right."""

    @pytest.mark.parametrize(
        ("got", "told"),
        [
            (replace(REFUSED, message="no\x1b[0m"), r"refused, and CVAT imports it: 'no\x1b[0m'"),
            (replace(RIGHT, labels=("car", "bus")), "label 1 is 'bus' instead of 'road'"),
            (replace(RIGHT, labels=("car",)), "1 label instead of 2"),
            (replace(RIGHT, images=()), "image 'dir/one' of 'train' is missing"),
            (replace(RIGHT, images=(IMAGE, replace(IMAGE, subset="val"))), "image 'dir/one' of 'val' is one too many"),
            (changed_image(width=2, height=3), "image 'dir/one' of 'train': 2x3 pixels instead of 3x2"),
            (changed_image(instances=IMAGE.instances[:1]), "image 'dir/one' of 'train': instance 2 'road' is missing"),
            (
                changed_image(instances=(*IMAGE.instances, replace(IMAGE.instances[1], id=3))),
                "image 'dir/one' of 'train': instance 3 'road' is one too many",
            ),
            (
                changed_car(label="bus", area=4, sha256="c" * 64),
                "image 'dir/one' of 'train': instance 1 'car': label 'bus' instead of 'car', area 4 instead of 3",
            ),
            (
                changed_car(sha256="c" * 64),
                "image 'dir/one' of 'train': instance 1 'car': another mask, of the same area and box",
            ),
            (
                changed_car(box=(1, 0, 1, 2)),
                "image 'dir/one' of 'train': instance 1 'car': box (1, 0, 1, 2) instead of (1, 0, 2, 2)",
            ),
            (changed_car(id=7), "image 'dir/one' of 'train': instance 1 'car' is missing"),
        ],
    )
    def test_wrong(self, got: Answer, told: str) -> None:
        assert judged(got) == told

    def test_refused_by_cvat(self) -> None:
        assert judged(RIGHT, REFUSED) == "accepted, and CVAT refuses it: LBL001 wrong: all of it"

    @pytest.mark.parametrize(
        "got",
        [
            RIGHT,
            changed_image(instances=IMAGE.instances[::-1]),
            changed_image(name="dir\\one"),
            changed_image(width=None, height=None),
            replace(RIGHT, images=(IMAGE, IMAGE)),
            replace(RIGHT, images=(changed_image(instances=IMAGE.instances[1:]).images[0], IMAGE)),
        ],
    )
    def test_right(self, got: Answer) -> None:
        assert judged(got) == ""

    def test_any_refusal_is_right(self) -> None:
        assert judged(Answer(accepted=False, message="another reason"), REFUSED) == ""

    def test_classes_are_told_apart_by_label(self) -> None:
        """Without an object mask no instance has an id."""
        wanted = changed_image(instances=tuple(replace(one, id=None) for one in IMAGE.instances))
        got = changed_image(
            instances=(replace(IMAGE.instances[0], id=None), replace(IMAGE.instances[1], id=None, area=2))
        )
        assert judged(got, wanted) == "image 'dir/one' of 'train': instance 'road': area 2 instead of 1"

    def test_nothing(self) -> None:
        assert judged(REFUSED, compared=Compared.NOTHING) == ""

    def test_further_keys_are_passed_over(self) -> None:
        document = RIGHT.to_json() | {"version": 2}
        assert answer.parse(json.dumps(document).encode()) == RIGHT


class TestExpected:
    def test_only_where_segmask_reads_less_is_less_compared(self, tmp_path: Path) -> None:
        less = {
            name: found.compared
            for name, case in CASES.items()
            if (found := expected(case.build(tmp_path, "zip"))).compared is not Compared.EXACTLY
        }
        assert less == {
            "container/bomb-by-overlap": "nothing",
            "container/bomb-by-ratio": "nothing",
            "container/bomb-by-size": "nothing",
            "container/over-limit": "nothing",
            "mask/costly-mask": "nothing",
            "mask/mask-over-limit": "nothing",
        }

    def test_the_size_is_that_of_the_paired_masks(self, tmp_path: Path) -> None:
        (image,) = expected(CASES["pairing/broadcast"].build(tmp_path, "zip")).answer.images
        ends = [(x + width, y + height) for x, y, width, height in (one.box for one in image.instances)]
        assert (image.width, image.height) == (max(x for x, _ in ends), max(y for _, y in ends))

    @pytest.mark.process
    def test_what_is_printed_passes(self, capsys: pytest.CaptureFixture[str], tmp_path: Path, script: Script) -> None:
        file = tmp_path / "expected"
        assert conform(capsys, "--expected", "--case", "imageset,pairing", "--output", file) == (0, "", "")
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert {line["case"].partition("/")[0] for line in lines} == {"imageset", "pairing"}
        for line in lines:
            described("expected").validate(line)
            assert line["about"] == CASES[line["case"]].expected["about"]
        replays = f"""
import json, sys
known = {{one["case"]: one["answer"] for one in map(json.loads, open({str(file)!r}))}}
for line in sys.stdin:
    case = "/".join(json.loads(line)["path"].removesuffix(".zip").split("/")[-2:])
    print(json.dumps(known[case]), flush=True)
"""
        assert reasons(capsys, "--case", "imageset,pairing", "--", *script(replays)) == {}
        _, out, _ = conform(capsys, "--expected", "--case", "imageset,pairing")
        assert out == file.read_text()


@pytest.mark.process
class TestCommand:
    def test_the_table(self, capsys: pytest.CaptureFixture[str]) -> None:
        accepts = 'while read -r request; do echo \'{"accepted": true, "labels": [], "images": []}\'; done'
        code, out, err = conform(
            capsys, "--case", "samples, container/empty-file", "--case", "clean/palette", "--", "sh", "-c", accepts
        )
        assert (code, err) == (1, "")
        lines = out.splitlines()
        assert lines[0] == "clean/palette         FAIL  0 labels instead of 3"
        assert lines[1].startswith("container/empty-file  FAIL  accepted, and CVAT refuses it: ZIP001 not-an-archive: ")
        assert lines[2].startswith(
            "samples/six-defects   FAIL  accepted, and CVAT refuses it: PNG004 undeclared-color: "
        )
        assert [line.split() for line in lines[3:]] == [
            [],
            ["area", "passed", "failed"],
            ["clean", "0", "1"],
            ["container", "0", "1"],
            ["samples", "0", "1"],
            ["all", "0", "3"],
        ]

    def test_all_passed_gives_0(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, err = conform(capsys, *ONE_CASE, "--", "echo", REFUSES)
        assert (code, err) == (0, "")
        assert out.startswith("samples/six-defects  pass\n")

    def test_options_of_the_program_are_its_own(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Also without -- in front."""
        assert conform(capsys, *ONE_CASE, "printf", "%s", REFUSES, "--timeout", "--help")[0] == 1

    def test_output_to_a_file(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        file = tmp_path / "table"
        _, shown, _ = conform(capsys, *ONE_CASE, "--", "echo", REFUSES)
        assert conform(capsys, *ONE_CASE, "--output", file, "--", "echo", REFUSES) == (0, "", "")
        assert file.read_text() == shown

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            ((), "no program to run: give it after --"),
            (("--expected", "--", "cat"), "--expected runs no program"),
            (
                ("--case", "labelmap/nope", "--", "cat"),
                "Invalid value for --case: no case matches 'labelmap/nope'; the nearest is 'labelmap'",
            ),
            (("--timeout", "0", "--", "cat"), "Invalid value for '--timeout': 0.0 is not in the range 0<x<=86400."),
            (
                ("--timeout", "1e10", "--", "cat"),
                "Invalid value for '--timeout': 10000000000.0 is not in the range 0<x<=86400.",
            ),
            (("--timeout", "inf", "--", "cat"), "Invalid value for '--timeout': inf is not in the range 0<x<=86400."),
            (("--timeout", "nan", "--", "cat"), "Invalid value for '--timeout': nan is no finite number."),
            (("--output", "", "--", "cat"), "Invalid value for '-o' / '--output': the path is empty."),
            (("--", ""), "the program has no name: the first word after -- is empty\n"),
            (("--", "/"), "/: Permission denied\n"),
            (("--", "/no/such/program"), "/no/such/program: No such file or directory"),
            (("--output", "/no/such/folder/file", "--", "cat"), "/no/such/folder/file: No such file or directory\n"),
        ],
    )
    def test_failure_is_2_and_one_line(
        self, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
    ) -> None:
        code, out, err = conform(capsys, *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(f"segmask-validate conformance: {told}")

    @pytest.mark.parametrize("option", ["--help", "--schema"])
    def test_what_reads_nothing_waits_for_nothing(self, option: str) -> None:
        ours = (
            "import sys\nfrom segmask_cli import main\n"
            f"try: main.segmask_validate(['conformance', {option!r}])\nfinally: sys.exit('numpy' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", ours], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout

    def test_the_schema_is_printed(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert conform(capsys, "--schema") == (0, conformance.schema(), "")
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_the_report_names_the_tool_and_the_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        document = report(capsys, *ONE_CASE, "--", "echo", REFUSES)
        assert document["tool"] == {"name": "segmask-validate", "version": version("segmask")}
        assert document["command"] == ["echo", REFUSES]
        assert document["areas"] == {"samples": {"passed": 1, "failed": 0}}
