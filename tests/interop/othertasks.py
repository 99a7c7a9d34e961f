"""Archives with lists of other VOC tasks and their XML files: what makes the peer refuse them, and which images come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from support.archives import LIST, Content, changed

Edges = Iterator[tuple[str, Mapping[str, Content]]]

MAIN: Final = "ImageSets/Main/default.txt"
LAYOUT: Final = "ImageSets/Layout/default.txt"
ACTION: Final = "ImageSets/Action/default.txt"
XML: Final = "Annotations/one.xml"
CLASSES: Final = "ImageSets/Main/car_default.txt"
BOX: Final = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox>"
CAR: Final = f"<name>car</name>{BOX}"


def edges() -> Edges:
    """All of them, by name."""
    yield from _lists()
    yield from _class_files()
    yield from _ids()
    yield from _photos()
    for name, content in (*_documents(), *_objects()):
        yield name, changed({MAIN: "one\n", XML: content})
        if name.startswith("part"):
            yield f"{name}, in Layout", changed({LAYOUT: "one\n", XML: content})
    for task in ("Main", "Layout", "Action"):
        files: dict[str, Content | None] = {
            f"ImageSets/{task}/default.txt": "one\n",
            XML: _file(f"<name>x</name>{BOX}"),
        }
        yield f"unknown label for {task}", changed(files)
        yield f"unknown label for {task} alone", changed({**files, LIST: None})


def _file(*objects: str) -> str:
    return f"<annotation>{''.join(f'<object>{each}</object>' for each in objects)}</annotation>"


def _lists() -> Edges:
    lines = (
        *('"one"', '"one" 1', '"one', 'one"', '""', '"', '"a" "b"', 'x"one"y', '"a b"', "one 1", "one\t1 2", "#one"),
        *('#"one', " one ", "", "\ufeffone", "a/one", "one.jpg", '" "', "two", "one\none", "a\\b", '"a"b"c"d"'),
    )
    for task, path in (("Main", MAIN), ("Layout", LAYOUT), ("Action", ACTION)):
        for line in lines:
            yield f"{task} with {line!r}", changed({path: f"{line}\n"})
        yield f"{task} of another subset", changed({f"ImageSets/{task}/other.txt": "one\ntwo\n"})
        yield f"{task} not UTF-8", changed({path: b"\xff"})
        yield f"{task} with an image more", changed({path: "one\ntwo\nthree/four\n"})
        yield f"{task} without a list for masks", changed({path: "one\ntwo\n", LIST: None})
    yield "all tasks", changed({MAIN: "one\ntwo\n", LAYOUT: "two\nthree\n", ACTION: "one\nfour\n"})
    yield "names of labels", changed({MAIN: "one\n", "labelmap.txt": "../x:0,0,0::\n/y:128,0,0::\na/b:0,128,0::\n"})


def _class_files() -> Edges:
    for line in (
        "one 1",
        "one -1",
        "one 0",
        "one  1",
        "one\t1",
        "one",
        "one 7",
        "one 1.0",
        "one +1",
        "one 1 ",
        "#one",
        "",
        "a b 1",
    ):
        yield f"class file with {line!r}", changed({MAIN: "one\n", CLASSES: f"{line}\n"})
    yield "class file not UTF-8", changed({MAIN: "one\n", CLASSES: b"\xff"})
    yield "class file of another image", changed({MAIN: "one\n", CLASSES: "two 1\n"})
    yield "class file of another label", changed({MAIN: "one\n", "ImageSets/Main/tree_default.txt": "one 7\n"})
    yield "class file of another subset", changed({MAIN: "one\n", "ImageSets/Main/car_other.txt": "one 7\n"})
    yield "class file without a list", changed({CLASSES: "one 7\n"})
    yield "class file beside a list in Layout", changed({LAYOUT: "one\n", CLASSES: "one 7\n"})
    yield "class file of Layout", changed({LAYOUT: "one\n", "ImageSets/Layout/car_default.txt": "one 7\n"})
    yield "class file that is a folder", changed({MAIN: "one\n", f"{CLASSES}/x": b""})
    parts = "background:0,0,0::\ncar:128,0,0:wheel:\nroad:0,128,0::\n"
    yield (
        "class file of a part",
        changed({MAIN: "one\n", "labelmap.txt": parts, "ImageSets/Main/wheel_default.txt": "one 7\n"}),
    )
    odd = "background:0,0,0::\na/car:128,0,0::\n../car:0,128,0::\n"
    for path in ("ImageSets/Main/a/car_default.txt", "ImageSets/car_default.txt"):
        yield f"class file {path}", changed({MAIN: "one\n", "labelmap.txt": odd, path: "one 7\n"})


def _ids() -> Edges:
    bad = "<annotation>"
    for listed, path in {
        "./one": XML,
        "a/../one": XML,
        "a//one": "Annotations/a/one.xml",
        "a\\one": "Annotations/a/one.xml",
        "a/one": "Annotations/a/one.xml",
        "ONE": XML,
        "one.xml": XML,
        "one/": XML,
        "one ": XML,
    }.items():
        yield f"XML of {listed!r}", changed({MAIN: f"{listed}\n", path: bad})
    yield "XML of 'a/../one' with the folder", changed({MAIN: "a/../one\n", XML: bad, "Annotations/a/x": b""})
    yield "XML of another case", changed({MAIN: "one\n", "Annotations/one.XML": bad})
    yield "XML that is a folder", changed({MAIN: "one\n", f"{XML}/x": bad})
    yield "XML of an id in quotes", changed({LAYOUT: '"one" 1\n', XML: bad})


def _photos() -> Edges:
    """A photo's name in the XML beside the photo of the id."""
    one, two = "JPEGImages/one.jpg", "JPEGImages/two.jpg"
    for named in ("one.jpg", "two.jpg", "three.jpg", "./one.jpg", ".\\one.jpg", "a/../one.jpg", "ONE.jpg", "x"):
        xml = f"<annotation><filename>{named}</filename></annotation>"
        for task, path in (("Main", MAIN), ("Layout", LAYOUT)):
            for photos in ((one, two), (two,)):
                files: dict[str, Content | None] = {path: "one\n", XML: xml, **dict.fromkeys(photos, b"")}
                yield f"{task}, {len(photos)} photos, {named}", changed(files)
        yield f"Layout alone, {named}", changed({LIST: None, LAYOUT: "one\n", XML: xml, one: b"", two: b""})
    yield (
        "photo in a folder",
        changed(
            {
                MAIN: "a/one\n",
                "Annotations/a/one.xml": "<annotation><filename>a/one.jpg</filename></annotation>",
                "JPEGImages/a/one.jpg": b"",
            }
        ),
    )
    yield (
        "photo of another suffix",
        changed({MAIN: "one\n", XML: "<annotation><filename>one.png</filename></annotation>", one: b""}),
    )


def _documents() -> Iterator[tuple[str, Content]]:
    """Whole files."""
    entity = '<!DOCTYPE annotation [<!ENTITY e "car">]>'
    sizes = ("", "7", "-7", "0", "x", "7.0", " 7 ", "1_0", "\u0667", "9" * 5000)
    for number, size in enumerate(sizes):
        yield f"size {number}", f"<annotation><size><width>{size}</width><height>{size}</height></size></annotation>"
        yield f"width {number}", f"<annotation><size><width>{size}</width></size></annotation>"
    both = "<size><width>{}</width><height>{}</height></size>"
    for width, height in ((0, -1), (-1, 0), (5, -5), (5, 5)):
        yield f"size {width}x{height}", f"<annotation>{both.format(width, height)}</annotation>"
    yield "two sizes", f"<annotation><size/>{both.format('x', 1)}</annotation>"
    yield "size elsewhere", f"<annotation><a>{both.format('x', 'x')}</a></annotation>"
    for text in (
        "<filename/>",
        "<filename>x.jpg</filename>",
        "<filename> </filename>",
        "<filename>/etc/x</filename>",
        "<filename><a/></filename>",
    ):
        yield text, f"<annotation>{text}</annotation>"
    yield from {
        "empty": "",
        "no XML": "text",
        "not closed": "<annotation>",
        "another root": "<annotations/>",
        "capitals": "<Annotation/>",
        "in a namespace": '<annotation xmlns="x"/>',
        "nothing in it": "<annotation/>",
        "more behind": "<annotation/>text",
        "blanks before": " <annotation/>",
        "declaration after blanks": " <?xml version='1.0'?><annotation/>",
        "byte order mark": "\ufeff<annotation/>",
        "comment": "<!-- x --><annotation><!-- y --></annotation>",
        "DTD": "<!DOCTYPE annotation><annotation/>",
        "external DTD": '<!DOCTYPE annotation SYSTEM "x.dtd"><annotation/>',
        "entity": f"{entity}<annotation/>",
        "entity used": f"{entity}<annotation><object><name>&e;</name>{BOX}</object></annotation>",
        "external entity": '<!DOCTYPE annotation [<!ENTITY e SYSTEM "file:///etc/passwd">]><annotation>&e;</annotation>',
        "unknown entity": "<annotation>&e;</annotation>",
        "unknown encoding": "<?xml version='1.0' encoding='x'?><annotation/>",
        "UTF-16": "<?xml version='1.0' encoding='utf-16'?><annotation/>".encode("utf-16"),
        "not UTF-8": b"<annotation>\xff</annotation>",
        "Latin 1": b"<?xml version='1.0' encoding='latin-1'?><annotation>\xff</annotation>",
        "control character": "<annotation>\x01</annotation>",
        "NUL": "<annotation>\0</annotation>",
        "deep": "<annotation>" + "<a>" * 3000 + "</a>" * 3000 + "</annotation>",
        "object elsewhere": f"<annotation><a>{_file('')}</a></annotation>",
    }.items()


def _objects() -> Iterator[tuple[str, str]]:
    """One object, sometimes two."""
    for name in (
        "",
        " car",
        "CAR",
        "tree",
        "car</name><name>tree",
        "<b/>car",
        "<!-- x -->car",
        "c<!-- x -->ar",
        "c<b/>ar",
    ):
        yield f"name {name!r}", _file(f"<name>{name}</name>{BOX}")
    yield "no name", _file(BOX)
    for box in ("", "<bndbox/>", "<bndbox>1</bndbox>", "<bndbox><x/></bndbox>", "<bndbox/>" + BOX, BOX + "<bndbox/>"):
        yield f"box {box[:40]!r} ({len(box)})", _file(f"<name>car</name>{box}")
    for side in ("xmin", "xmax", "ymin", "ymax"):
        yield f"no {side}", _file(CAR.replace(side, "x"))
    for number in ("", "x", "1.5", "nan", "inf", "1e400", "-1", " 1 ", "1_0", "\u0661", "1,5", "<a/>", "0x1"):
        yield f"number {number!r}", _file(CAR.replace("<xmin>1", f"<xmin>{number}"))
    yield from _details()


def _details() -> Iterator[tuple[str, str]]:
    """What an object has beside name and box."""
    for flag in ("difficult", "truncated", "occluded", "pose", "crowd"):
        for value in ("0", "1", "", "2", " 1", "true"):
            yield f"{flag} {value!r}", _file(f"{CAR}<{flag}>{value}</{flag}>")
    for point in ("", "<x>1</x>", "<x>1</x><y>2</y>", "<x>a</x><y>2</y>", "<x>1</x><y/>"):
        yield f"point {point!r}", _file(f"{CAR}<point>{point}</point>")
    for actions in (
        "",
        "<run>1</run>",
        "<run/>",
        "<run>2</run>",
        "<run>1</run><run>2</run>",
        "<run>1</run><x>a</x>",
        "<a.b>1</a.b>",
    ):
        yield f"actions {actions!r}", _file(f"{CAR}<actions>{actions}</actions>")
    yield "action in a namespace", _file(f'{CAR}<actions xmlns="a"><run>1</run></actions>')
    tree, broken = f"<part><name>tree</name>{BOX}</part>", "<part><name>car</name></part>"
    sound = f"<part><name>road</name>{BOX}</part>"
    for name, parts in {
        "sound": sound,
        "unknown": tree,
        "broken": broken,
        "second unknown": sound + tree,
        "second broken": sound + broken,
    }.items():
        yield f"part {name}", _file(f"{CAR}{parts}")
    for attribute in ("", "<name>a</name>", "<name/><value/>", "<value>1</value>", "<name>a</name><value>1</value>"):
        yield f"attribute {attribute!r}", _file(f"{CAR}<attributes><attribute>{attribute}</attribute></attributes>")
    yield "attribute below another", _file(f"{CAR}<attributes><x><attribute/></x></attributes>")
    yield "attributes empty", _file(f"{CAR}<attributes/>")
    yield "second object broken", _file(CAR, BOX)
    yield "two objects", _file(CAR, CAR)
