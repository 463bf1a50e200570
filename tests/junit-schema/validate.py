"""Validates JUnit reports against the XML Schema of Jenkins' xUnit plugin: validate.py SCHEMA REPORT...

Some attributes are added to that schema: `file` and `line` of test cases, which GitLab and GitHub's reporters read, and
the counts `disabled`, and `skipped` of all suites together, which other editions have. Whatever else it does not know is
an error.
"""

import sys
from pathlib import Path

import xmlschema

ADDED = (
    ('<xs:attribute name="classname" type="xs:string"/>', ("file", "line")),
    ('<xs:attribute name="failures" type="xs:string" use="required"/>', ("disabled",)),
    ('<xs:attribute name="failures" type="xs:string" />', ("disabled", "skipped")),
)


def extended(text):
    for known, names in ADDED:
        if text.count(known) != 1:
            sys.exit(f"the schema does not hold {known} once: look what it says of these attributes now")
        more = "".join(f'<xs:attribute name="{name}" type="xs:string"/>' for name in names)
        text = text.replace(known, known + more)
    return text


def main(schema, *reports):
    schema = xmlschema.XMLSchema(extended(Path(schema).read_text(encoding="utf-8")))
    wrong = [f"{report}: {error.path}: {error.reason}" for report in reports for error in schema.iter_errors(report)]
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
