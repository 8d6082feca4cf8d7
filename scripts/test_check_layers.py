#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that check_layers.py finds what it is there to find: each test plants one fault in a small tree."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import check_layers

TABLE = """
module  base
module  wire    base
module  crypto  base
module  crypto/openssl  crypto
module  hello   wire crypto
module  net     hello
above   net
header  base    error.h answer.h
header  net     socket.h
group   core    base wire crypto crypto/openssl hello
forbid  core    <openssl/   one place only
forbid  core    <mutex>     no locks
forbid  core    ::now()     time is an argument
forbid  core    new         owners
forbid  hello   dtls        transport
allow   src/crypto/openssl/**  <openssl/  that place
allow   include/keyway/answer.h  <mutex>  any thread
"""
TREE = {
    "docs/layers.txt": TABLE,
    "include/keyway/error.h": "#include <string>\n",
    "include/keyway/answer.h": '#include <mutex>\n#include "keyway/error.h"\n',
    "include/keyway/socket.h": '#include "keyway/error.h"\n',
    "src/base/error.cpp": '#include "keyway/error.h"\n',
    "src/wire/reader.h": '#include "keyway/error.h"\n',
    "src/crypto/openssl/hash.cpp": "#include <openssl/evp.h>\n",
    "src/hello/start.cpp": '#include "wire/reader.h"\n',
    "src/net/socket.cpp": '#include "keyway/socket.h"\n',
    "src/hello/CMakeLists.txt": "keyway_module(hello\n  SOURCES start.cpp\n  LINKS wire base)\n",
}


class CheckLayers(unittest.TestCase):
    def test_what_is_named_is_there_or_planned(self):
        code, out = self.run_on(docs__layers_dot_txt=TABLE + "module  fly  base\nheader  net  fly.h\n")
        self.assertEqual(code, 1)
        self.assertIn("fly is not there", out)
        self.assertIn("fly.h is not there", out)
        code, out = self.run_on(docs__layers_dot_txt=TABLE + "module  fly  base\nheader  net  fly.h\nplanned fly fly.h\n")
        self.assertEqual(code, 0, out)
        code, out = self.run_on(docs__layers_dot_txt=TABLE + "planned net fly\n")
        self.assertIn("net is there", out)
        self.assertIn("fly is planned and is neither", out)

    def run_on(self, *arguments, **files):
        tree = dict(TREE, **{name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()})
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            for path, text in tree.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            if "ARCHITECTURE.md" not in tree:
                (root / "ARCHITECTURE.md").write_text(f"a\n{check_layers.BEGIN}\nold\n{check_layers.END}\nz\n")
                with contextlib.redirect_stdout(io.StringIO()):
                    check_layers.main(["--root", name, "--write"])
            out = io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                code = check_layers.main(["--root", name, *arguments])
            self.architecture = (root / "ARCHITECTURE.md").read_text()
            return code, out.getvalue()

    def assert_found(self, text, **files):
        code, out = self.run_on(**files)
        self.assertEqual(code, 1, out)
        self.assertIn(text, out)

    def assert_clean(self, **files):
        code, out = self.run_on(**files)
        self.assertEqual(code, 0, out)

    def test_clean_tree(self):
        self.assert_clean()

    def test_include_against_the_row(self):
        self.assert_found('src/wire/x.cpp:2: wire must not include "hello/flow.h" of hello',
                          src__wire__x_dot_cpp='\n#include "hello/flow.h"\n', src__hello__flow_dot_h="")

    def test_include_of_a_header_that_does_not_exist_yet(self):
        self.assert_found("wire must not include", src__wire__x_dot_cpp='#include "hello/later.h"\n')

    def test_sibling_below_is_not_reachable(self):
        self.assert_found("wire must not include", src__wire__x_dot_cpp='#include "crypto/openssl/handles.h"\n',
                          src__crypto__openssl__handles_dot_h="")

    def test_row_of_the_row_is_reachable(self):
        self.assert_clean(src__hello__x_dot_cpp='#include "keyway/error.h"\n')

    def test_public_header_of_a_higher_module(self):
        self.assert_found('of net', src__hello__x_dot_cpp='#include "keyway/socket.h"\n')

    def test_public_header_in_angle_brackets(self):
        self.assert_found('of net', src__hello__x_dot_cpp='#include <keyway/socket.h>\n')

    def test_public_header_without_module(self):
        self.assert_found("belongs to no module", include__keyway__stray_dot_h="\n")

    def test_public_header_with_private_include(self):
        self.assert_found("a public header must not include the private",
                          include__keyway__socket_dot_h='#include "wire/reader.h"\n')

    def test_file_without_module(self):
        self.assert_found("src/misc/x.h:1: belongs to no module", src__misc__x_dot_h="\n")

    def test_libcrypto_outside_its_place(self):
        self.assert_found("hello must not include <openssl/evp.h>: one place only",
                          src__hello__x_dot_cpp="#include <openssl/evp.h>\n")

    def test_forbidden_standard_header(self):
        self.assert_found("wire must not include <mutex>", src__wire__x_dot_cpp="#  include <mutex>\n")

    def test_forbidden_prefix_of_another_header_is_legal(self):
        self.assert_clean(src__wire__x_dot_cpp="#include <mutexes>\n")

    def test_forbidden_identifier(self):
        self.assert_found("src/hello/x.cpp:2: hello must not use ::now()",
                          src__hello__x_dot_cpp="\nauto t = std::chrono::steady_clock::now();\n")

    def test_forbidden_word(self):
        self.assert_found("must not use new", src__wire__x_dot_cpp="int* p = new int;\n")
        self.assert_found("must not use dtls", src__hello__x_dot_cpp="if (dtls) return;\n")

    def test_word_inside_another_word_is_legal(self):
        self.assert_clean(src__wire__x_dot_cpp="int renewed = new_ticket + 1'000'000;\n")

    def test_comments_and_literals_are_no_code(self):
        self.assert_clean(src__wire__x_dot_cpp='// new\n/* ::now()\n new */ auto s = "new"; auto r = R"(new)"; char c = \'n\';\n')

    def test_code_after_a_comment_counts(self):
        self.assert_found("x.cpp:3", src__wire__x_dot_cpp='/* a\n b */\nint* p = new int; // "\n')

    def test_identifiers_above_are_free(self):
        self.assert_clean(src__net__x_dot_cpp="#include <mutex>\nint* p = new int;\n")

    def test_exception_that_nothing_needs(self):
        self.assert_found("nothing needs the exception include/keyway/answer.h <mutex>",
                          include__keyway__answer_dot_h="\n")

    def test_link_against_the_row(self):
        self.assert_found("hello must not link net",
                          src__hello__CMakeLists_dot_txt="keyway_module(hello SOURCES a.cpp LINKS wire net PRIVATE_LINKS fmt)\n")

    def test_cycle(self):
        code, out = self.run_on(docs__layers_dot_txt="module a b\nmodule b a\n")
        self.assertEqual(code, 2)
        self.assertIn("cycle", out)

    def test_unreadable_line(self):
        code, out = self.run_on(docs__layers_dot_txt="modul a\n")
        self.assertEqual(code, 2)

    def test_stale_picture(self):
        self.assert_found("ARCHITECTURE.md:2: the picture is not",
                          ARCHITECTURE_dot_md=f"a\n{check_layers.BEGIN}\nold\n{check_layers.END}\n")

    def test_picture_shows_every_module_once_and_the_line(self):
        self.run_on()
        for name in ("base", "wire", "crypto/openssl", "hello", "net"):
            self.assertEqual(self.architecture.count(f"\n  {name} "), 1)
        self.assertLess(self.architecture.index("  net "), self.architecture.index("----"))
        self.assertLess(self.architecture.index("----"), self.architecture.index("  hello "))


if __name__ == "__main__":
    unittest.main()
