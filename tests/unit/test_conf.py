# SPDX-License-Identifier: Apache-2.0
"""The configuration keys: one declaration each, and values that are no values."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from sparkpredict import conf
from sparkpredict.errors import ConfigurationError


def session(**settings):
    """Stands for a session; all that conf asks for is ``conf.get(key, default)``."""
    values = {conf.PREFIX + key.replace("_", "."): value for key, value in settings.items()}
    return SimpleNamespace(conf=SimpleNamespace(get=values.get))


@pytest.mark.parametrize("key", list(conf.declared()))
def test_every_key_is_declared_in_full(key):
    entry = conf.declared()[key]
    assert set(entry) == {"type", "default", "since", "doc"}
    assert key.startswith(conf.PREFIX)
    assert re.fullmatch(r"[a-z][a-zA-Z]*(\.[a-z][a-zA-Z]*)*", key[len(conf.PREFIX) :])
    assert key.endswith("enabled") == (entry["type"] == "boolean")
    assert entry["doc"].endswith(".")
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry["since"])


def test_the_list_is_sorted_and_every_key_of_the_module_is_in_it():
    assert list(conf.declared()) == sorted(conf.declared())
    named = {
        conf.ARGUMENT_BINDING,
        conf.ATTACH,
        conf.BIND,
        conf.BIND_TIMEOUT,
        conf.CACHE_DIR,
        conf.CACHE_MAX_BYTES,
        conf.ENABLED,
        conf.FETCH_MAX_BYTES,
        conf.FETCH_MAX_FILES,
        conf.LINKED_SERVICES,
        conf.MODELS,
        conf.ONNX_CONVERT,
        conf.ONNX_IDLE,
        conf.ONNX_MAX_BYTES,
        conf.ONNX_MAX_NODES,
        conf.PROBE,
        conf.PROBE_MAX_BYTES,
        conf.PROBE_TIMEOUT,
        conf.SAFE_MODE,
        conf.SHIP_FOLDER,
        conf.SHIP_MAX_BYTES,
        conf.TRUSTED,
    }
    assert named == set(conf.declared())


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), (" True ", True), ("false", False), ("FALSE", False)]
)
def test_switched_on_is_read_in_any_case(value, expected):
    assert conf.enabled(session(enabled=value)) is expected
    assert conf.enabled(session()) is True


@pytest.mark.parametrize("value", ["", "yes", "1", "tru"])
def test_switched_on_refuses_what_is_no_boolean(value):
    with pytest.raises(ConfigurationError, match="PREDICT_INVALID_CONF") as raised:
        conf.enabled(session(enabled=value))
    assert f"{conf.ENABLED} is '{value}'; expected true or false." in str(raised.value)


@pytest.mark.parametrize("value", ["", "-1", "1.5", "2g", "many", "²"])
def test_a_size_refuses_what_is_no_number_of_bytes(value):
    with pytest.raises(ConfigurationError, match="PREDICT_INVALID_CONF") as raised:
        conf.size(session(ship_maxBytes=value), conf.SHIP_MAX_BYTES)
    assert "expected a number of bytes." in str(raised.value)


@pytest.mark.parametrize("value", ["", "-1", "1.5", "1m"])
def test_a_time_refuses_what_is_no_number_of_seconds(value):
    with pytest.raises(ConfigurationError, match=r"expected a number of seconds\."):
        conf.seconds(session(probe_timeout=value), conf.PROBE_TIMEOUT)


def test_a_size_is_read_or_its_default_taken():
    assert conf.seconds(session(probe_timeout="5"), conf.PROBE_TIMEOUT) == 5
    assert conf.size(session(ship_maxBytes=" 7 "), conf.SHIP_MAX_BYTES) == 7
    assert conf.size(session(), conf.SHIP_MAX_BYTES) == 2**31
