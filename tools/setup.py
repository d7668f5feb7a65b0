# SPDX-License-Identifier: Apache-2.0
"""Checks the machine, then makes the environments that a purpose needs: `setup.py PURPOSE`.

Each environment is made once; a second run only compares stamps. The syntax of this file and of
checks.py is old on purpose: see there.
"""

import sys

import checks


def main(arguments):
    """Returns the exit code."""
    try:
        checks.python()
        checks.jdk_home()
    except checks.Lack as lack:
        sys.stderr.write("{0}\n".format(lack))
        return 1
    # Not at the top: a Python that checks.python refuses cannot parse it.
    import environments

    return environments.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
