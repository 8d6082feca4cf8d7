# SPDX-License-Identifier: Apache-2.0
"""The code in README.md compiles as it stands; only the names that it leaves to the reader are declared here."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
READERS = """
int report(const std::string&);
void use(const keyway::Bytes&);
void serve(keyway::Socket&);
"""


class Readme(unittest.TestCase):
    def test_the_five_minutes_compile(self):
        blocks = re.findall(r"```cpp\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
        self.assertEqual(len(blocks), 2)
        includes = "".join(line + "\n" for block in blocks for line in block.splitlines() if line.startswith("#include"))
        bodies = [re.sub(r"^#include.*\n", "", block, flags=re.MULTILINE) for block in blocks]
        source = includes + READERS + "".join(f"int part{i}() {{\n{body}return 0;\n}}\n" for i, body in enumerate(bodies))
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "readme.cpp"
            file.write_text(source)
            done = subprocess.run([os.environ.get("CXX", "g++"), "-std=c++23", "-fsyntax-only", f"-I{ROOT / 'include'}", file],
                                  capture_output=True, text=True, timeout=240)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
