# SPDX-License-Identifier: Apache-2.0
"""What a model requires and what is installed: told when it is bound, refused where asked."""

from __future__ import annotations

import logging
import shutil

import pytest

from sparkpredict.errors import ModelError


@pytest.fixture
def requiring(regression, tmp_path):
    """The folder of a model that requires such packages."""

    def folder(*lines):
        target = tmp_path / "model"
        shutil.copytree(str(regression), target)
        (target / "requirements.txt").write_text("\n".join(lines))
        return target

    return folder


def told(caplog):
    found = [record for record in caplog.records if "REQUIREMENTS" in record.getMessage()]
    return [(record.levelname, record.getMessage()) for record in found]


def test_mismatches_are_one_warning(bind, requiring, caplog):
    folder = requiring("# by hand", "numpy==0.1", "no-such-package>=2", "pandas")
    with caplog.at_level(logging.WARNING):
        bind(folder)
    ((level, text),) = told(caplog)
    assert level == "WARNING"
    assert "numpy==0.1 is required, " in text
    assert "no-such-package>=2 is required, none is installed" in text
    assert "pandas" not in text


def test_strict_refuses_them(bind, requiring):
    with pytest.raises(ModelError, match=r"PREDICT_REQUIREMENTS_MISMATCH.*numpy==0\.1"):
        bind(requiring("numpy==0.1"), strict=True)


def test_what_is_met_is_not_told(bind, requiring, caplog):
    with caplog.at_level(logging.WARNING):
        bind(requiring("numpy>=1", "windows-only; sys_platform == 'win32'"), strict=True)
    assert told(caplog) == []
