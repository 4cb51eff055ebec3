"""Prints C for the functions that the bindings name and the library does not have.

The bindings are of a llama.cpp a few days newer than the engine's release: the structs are the same, and a few
functions were added, which the server does not call. The bindings will not load without them, so each gets a stand-in
that ends the process.

    python absent_functions.py LIBRARY >absent.c
"""

import ctypes
import importlib.util
import pathlib
import re
import sys

package = pathlib.Path(importlib.util.find_spec("llama_cpp").submodule_search_locations[0])
names = re.findall(r'@ctypes_function\(\s*"(\w+)"', (package / "llama_cpp.py").read_text())
library = ctypes.CDLL(sys.argv[1])

print("#include <stdlib.h>")
for name in names:
    if not hasattr(library, name):
        print(f"void {name}(void) {{ abort(); }}")
