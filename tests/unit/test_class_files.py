# SPDX-License-Identifier: Apache-2.0
"""Each jar's classes are for the oldest Java that its Sparks run on."""

from __future__ import annotations

import json
import zipfile

import pytest

from sparkpredict import spark_home
from versions import SPARK_VERSIONS

LINES = json.loads(SPARK_VERSIONS.read_text(encoding="utf-8"))["scala"]
MAGIC = b"\xca\xfe\xba\xbe"
# The class files of Java 8 are of version 52, those of each later one of one more.
VERSION_BEFORE_JAVA = 44
# An older Java refuses it, and the kernels do without.
OF_JAVA_17 = "io/sparkpredict/kernel/VectorWordLoops.class"


@pytest.mark.parametrize("scala", list(LINES))
def test_the_classes_are_of_the_javas_that_the_list_says(tmp_path, scala):
    path = spark_home.jar(spark_home.SparkHome(tmp_path, spark="", scala=scala))
    found = {}
    with zipfile.ZipFile(path) as jar:
        for name in jar.namelist():
            if name.endswith(".class"):
                head = jar.read(name)[:8]
                assert head[:4] == MAGIC, name
                found[name] = int.from_bytes(head[6:], "big") - VERSION_BEFORE_JAVA
    assert found.pop(OF_JAVA_17) == 17
    assert {*found.values()} == {LINES[scala]["bytecode"]}
