# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a binding is a typed error that says what, which, and the next step."""

from __future__ import annotations

import socket

import pytest

import saved
import sparkpredict
from sparkpredict import errors, ship


@pytest.fixture
def refused(spark, alias, regression):
    """Binds with one argument changed, and gives the error; nothing of it is left behind."""

    def bind(kind, returns="DOUBLE", runtime="mlflow", as_alias=alias, uri=None, **options):
        before = sorted(ship.staging().iterdir())
        with pytest.raises(kind) as raised:
            sparkpredict.bind_model(
                returns, runtime, as_alias, str(uri or regression), spark=spark, **options
            )
        assert isinstance(raised.value, errors.PredictError)
        assert sorted(ship.staging().iterdir()) == before
        assert as_alias not in sparkpredict.models(spark)
        return str(raised.value)

    return bind


def the_same(frame):
    return frame


def test_an_unknown_runtime_lists_the_known_ones(refused):
    text = refused(errors.BindArgumentError, runtime="pickle")
    assert "[PREDICT_UNKNOWN_RUNTIME] runtime 'pickle' is not known; known: mlflow, onnx." in text
    assert text.endswith("SQLSTATE: 22023")


def test_an_unknown_scheme_lists_the_known_ones_and_hides_secrets(refused):
    text = refused(errors.BindArgumentError, uri="wasbs://me:secret@account/model?sig=secret")
    assert "has scheme 'wasbs', which is not known; known: a local path, abfs:, " in text
    assert "abfss:, aml:, azureml:, dbfs:, file:, gs:, hdfs:, https:, mlflow-artifacts:, " in text
    assert "secret" not in text


def test_an_engine_that_is_not_there_lists_the_known_ones(refused):
    text = refused(errors.BindArgumentError, engine="spark")
    assert "[PREDICT_ENGINE_UNAVAILABLE] engine 'spark' cannot score" in text
    assert "known engines: auto, python, compiled, onnx." in text


def test_a_missing_folder_is_named(refused, tmp_path):
    text = refused(errors.ModelError, uri=tmp_path / "nowhere")
    assert f"[PREDICT_MODEL_FILE_MISSING] there is no {tmp_path / 'nowhere'}." in text


def test_a_folder_without_mlmodel_names_the_file(refused, tmp_path):
    text = refused(errors.ModelError, uri=tmp_path)
    assert f"there is no {tmp_path / 'MLmodel'}." in text
    assert "mlflow.<flavor>.save_model" in text


def test_a_broken_mlmodel_says_how(refused, tmp_path):
    (tmp_path / "MLmodel").write_text("flavors: [")
    text = refused(errors.ModelError, uri=tmp_path)
    assert f"[PREDICT_INVALID_MLMODEL] {tmp_path / 'MLmodel'} is not a readable MLmodel" in text


def test_a_model_without_a_python_function_lists_its_flavors(refused, tmp_path):
    (tmp_path / "MLmodel").write_text("flavors:\n  spark:\n    model_data: sparkml\n")
    text = refused(errors.ModelError, uri=tmp_path)
    assert f"the model at {tmp_path} has no python_function flavor, only spark." in text


def test_a_model_that_does_not_load_keeps_its_own_message(refused, alias, tmp_path):
    def load():
        raise ValueError("the weights are for another planet")

    folder = saved.pyfunc(tmp_path, the_same, load=load)
    text = refused(errors.ModelError, uri=folder)
    assert f"[PREDICT_MODEL_LOAD_FAILED] model '{alias}' ({folder}) does not load on " in text
    assert f"{socket.gethostname()}: ValueError: the weights are for another planet" in text


def test_a_missing_library_is_named_with_host_and_pip_line(refused, alias, tmp_path):
    def load():
        import a_library_that_nobody_has.inside  # noqa: F401

    wanted = ["mlflow", "a-library-that-nobody-has==1.2.3"]
    folder = saved.pyfunc(tmp_path, the_same, load=load, requirements=wanted)
    text = refused(errors.ModelError, uri=folder)
    assert (
        f"[PREDICT_MODEL_LIBRARY_MISSING] model '{alias}' needs the Python package "
        f"'a_library_that_nobody_has', which is missing on {socket.gethostname()}. "
        "Install it there: pip install a-library-that-nobody-has==1.2.3" in text
    )


def test_a_file_that_the_model_needs_and_that_is_gone_is_a_load_failure(refused, unsigned):
    import shutil

    folder = unsigned.folder.with_name("without its file")
    shutil.copytree(unsigned, folder, ignore=shutil.ignore_patterns("model.*"))
    text = refused(errors.ModelError, uri=folder)
    assert "[PREDICT_MODEL_LOAD_FAILED]" in text
    assert "FileNotFoundError" in text or "No such file" in text


@pytest.mark.parametrize("text", ["INTEGERS", "", "array<", "a b c", "label INT,", "decimal(99,2)"])
def test_a_text_that_is_no_type_is_shown_with_an_example(refused, text):
    told = refused(errors.ReturnTypeError, returns=text)
    assert f"[PREDICT_RETURN_TYPE_INVALID] return_types {text!r} is not a Spark type: " in told
    assert "Write a DDL type such as 'INT', 'DOUBLE' or " in told


def test_a_value_that_is_no_type_is_shown(refused):
    assert "return_types 7 is not a Spark type" in refused(errors.ReturnTypeError, returns=7)


def test_a_type_that_cannot_be_scored_says_why(refused):
    text = refused(errors.ReturnTypeError, returns="map<int,double>")
    assert "[PREDICT_RETURN_TYPE_UNSUPPORTED] return_types map<int,double> cannot" in text


def test_no_type_for_a_model_that_states_none_asks_for_one(refused, unsigned):
    text = refused(errors.ReturnTypeError, returns=None, uri=unsigned)
    assert f"[PREDICT_RETURN_TYPE_MISSING] return_types is None and the model at {unsigned}" in text


def test_no_type_for_a_model_with_a_signature_is_that_of_the_signature(bind, regression):
    model = bind(regression, None)
    assert model.return_type.simpleString() == "double"
    assert model.info().return_type == "DOUBLE"


def test_a_tensorflow_choice_that_is_not_the_saved_one_is_refused(refused):
    text = refused(errors.BindArgumentError, meta_data={"signature_def_key": "serving_default"})
    assert "meta_data['signature_def_key'] is 'serving_default'" in text


def test_without_a_session_the_error_says_what_to_do(monkeypatch, regression):
    from sparkpredict import connect

    monkeypatch.setattr(connect, "active_session", lambda: None)
    with pytest.raises(errors.ConfigurationError, match="PREDICT_NOT_CONFIGURED") as raised:
        sparkpredict.bind_model("DOUBLE", "mlflow", "m", str(regression))
    assert "there is no active session. Start one, or pass spark= to the call." in str(raised.value)
