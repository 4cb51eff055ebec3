"""Renders the cases on standard input, one JSON object with `source` and `variables` a line, as transformers does."""

import json
import sys
from datetime import datetime

import jinja2
from jinja2.sandbox import SandboxedEnvironment


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.TemplateError(message)


def environment():
    made = SandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    made.filters.update(tojson=tojson, from_json=json.loads)
    made.globals.update(raise_exception=raise_exception, strftime_now=lambda form: datetime.now().strftime(form))
    return made


def main():
    env = environment()
    source = template = None
    for line in sys.stdin:
        case = json.loads(line)
        try:
            if "source" in case:
                source = case["source"]
                template = None
                template = env.from_string(source)
            answer = {"text": template.render(**case["variables"])}
        except Exception as error:  # what a template can raise is not a closed list
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer))


main()
