# SPDX-License-Identifier: Apache-2.0
"""What must be on the machine before anything is downloaded; every lack is one sentence.

The syntax is old on purpose: an old Python must get far enough to say what is wrong with it.
"""

import glob
import os
import re
import shutil
import subprocess
import sys

OLDEST_NODE = 20
OLDEST_PYTHON = (3, 10)
JDK = 17

WHY_JDK_17 = (
    "building needs JDK {jdk}, because the Scala 2.12 compiler does not read the class files of "
    "newer ones and Spark 4 does not run on older ones"
).format(jdk=JDK)
HOW_TO_POINT = "install JDK {jdk} and set JAVA_HOME to its folder".format(jdk=JDK)


class Lack(Exception):
    """Something that the machine does not have; the text is the sentence for the user."""


def python():
    """Refuses a Python that the build and test tools do not run on."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise Lack(
            "{exe} is Python {found}, and building needs {oldest} or newer; "
            "run make with PYTHON=python{oldest} or newer.".format(
                exe=sys.executable, found=dotted(sys.version_info), oldest=dotted(OLDEST_PYTHON)
            )
        )


def jdk_home():
    """Finds JDK 17 by JAVA_HOME, or else by PATH, and returns its folder."""
    java = _java_command()
    settings = _settings(java)
    release = _release(settings)
    if release != JDK:
        raise Lack(
            "{java} is Java {found}, and {why}; {how}.".format(
                java=java,
                found=release or "of an unknown version",
                why=WHY_JDK_17,
                how=HOW_TO_POINT,
            )
        )
    home = _property(settings, "java.home") or os.path.dirname(os.path.dirname(java))
    if not os.path.isfile(os.path.join(home, "bin", "javac")):
        raise Lack(
            "{home} is a Java {jdk} runtime without the compiler javac; {how}.".format(
                home=home, jdk=JDK, how=HOW_TO_POINT
            )
        )
    return home


def newest_jdk_home():
    """Returns the folder of the newest JDK of Linux' usual place that is newer than 17, or None."""
    found = []
    for release in glob.glob("/usr/lib/jvm/*/release"):
        with open(release) as file:
            told = re.search(r'^JAVA_VERSION="([0-9]+)', file.read(), re.MULTILINE)
        if told and int(told.group(1)) > JDK:
            found.append((int(told.group(1)), os.path.dirname(release)))
    return max(found)[1] if found else None


def find_python(minor):
    """Returns the command of, say, Python 3.10, or None; a bare shim of pyenv does not count."""
    name = "python" + dotted(minor)
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    of_pyenv = glob.glob(os.path.join(root, "versions", dotted(minor) + ".*", "bin", name))
    for command in [shutil.which(name)] + sorted(of_pyenv):
        if command and _starts(command):
            return command
    return None


def node_major():
    """Returns the major version of Node, 0 if there is none."""
    node = shutil.which("node")
    if node is None:
        return 0
    printed = subprocess.Popen([node, "--version"], stdout=subprocess.PIPE).communicate()[0]
    found = re.match(r"v(\d+)", printed.decode("utf-8", "replace"))
    return int(found.group(1)) if found else 0


def dotted(version):
    """(3, 11, ...) as 3.11."""
    return ".".join(str(part) for part in version[:2])


def _java_command():
    home = os.environ.get("JAVA_HOME")
    if home:
        java = os.path.join(home, "bin", "java")
        if not os.path.isfile(java):
            raise Lack(
                "JAVA_HOME is {home}, which has no bin/java; "
                "set it to the folder of JDK {jdk}, or unset it.".format(home=home, jdk=JDK)
            )
        return java
    java = shutil.which("java")
    if java is None:
        raise Lack("no Java was found; {how}.".format(how=HOW_TO_POINT))
    return java


def _starts(command):
    process = subprocess.Popen(
        [command, "-c", ""], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    process.communicate()
    return process.returncode == 0


def _settings(java):
    try:
        process = subprocess.Popen(
            [java, "-XshowSettings:properties", "-version"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
        )
        return process.communicate()[0]
    except OSError as error:
        raise Lack(
            "{java} does not start ({error}); {how}.".format(
                java=java, error=error.strerror, how=HOW_TO_POINT
            )
        )


def _release(settings):
    version = _property(settings, "java.specification.version")
    if not version:
        # A stand-in such as the one of macOS, or a runtime that does not know -XshowSettings.
        found = re.search(r'version "([0-9.]+)', settings)
        version = found.group(1) if found else ""
    parts = [int(part) for part in version.split(".") if part]
    if not parts:
        return None
    return parts[1] if parts[0] == 1 and len(parts) > 1 else parts[0]


def _property(settings, name):
    found = re.search(r"^\s*" + re.escape(name) + r" = (.*)$", settings, re.MULTILINE)
    return found.group(1).strip() if found else None
