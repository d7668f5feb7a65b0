# SPDX-License-Identifier: Apache-2.0
"""``bind_model``: from a model URI to a model that queries can name."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyspark.sql import types as t

from sparkpredict import (
    answers,
    artifact,
    ceilings,
    choices,
    compiling,
    conf,
    declared_type,
    fetching,
    inference_params,
    inspect,
    package,
    pipeline,
    requirements,
    ship,
    sources,
)
from sparkpredict import meta_data as meta_data_of_model
from sparkpredict import safe_mode as safe_formats
from sparkpredict.errors import BindArgumentError, ModelError
from sparkpredict.model import BoundModel
from sparkpredict.onnx import converting, exporting
from sparkpredict.onnx import folder as bare
from sparkpredict.session import ready
from sparkpredict.sources import failures
from sparkpredict.worker import loading
from sparkpredict.worker.conditions import WorkerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import SparkSession

log = logging.getLogger(__name__)


def bind_model(
    return_types: str | t.DataType | None,
    runtime: str,
    model_alias: str,
    model_uri: str,
    *,
    aml_workspace: Any = None,
    meta_data: dict[str, Any] | None = None,
    engine: str = "auto",
    binding: str | None = None,
    nulls: str = "auto",
    on_error: str = "fail",
    output: str | None = None,
    params: Mapping[str, Any] | None = None,
    source: str | None = None,
    storage_options: Mapping[str, Any] | None = None,
    digest: str | None = None,
    safe_mode: bool = False,
    strict: bool = False,
    validate: str = compiling.SAMPLE,
    device: str = choices.CPU,
    spark: SparkSession | None = None,
) -> BoundModel:
    """Takes a model from its URI, checks it, and makes it ready to be registered under an alias.

    Args:
        return_types: what PREDICT returns: a DDL text in any case (``"INT"``, ``"array<float>"``,
            ``"label STRING, probability DOUBLE"``), a ``DataType``, or None for what the model's
            signature says.
        runtime: how the model is stored: ``"mlflow"``, or ``"onnx"`` for a bare ONNX graph.
        model_alias: what queries will call it.
        model_uri: a folder that MLflow wrote: a path, a ``file:``, ``abfss:``, ``s3:`` or ``hdfs:``
            URI, or a registered model as in ``models:/name/1`` or ``aml://name:1``; docs/sources.md
            has all. A remote one is kept in the cache. For ``runtime="onnx"`` the
            folder of one ``*.onnx``, beside it the files that its weights are in; on this machine
            and in Azure Storage also the file itself.
        aml_workspace: where ``aml://`` models are found: an ``azureml.core.Workspace``, an
            ``azure.ai.ml.MLClient``, a dict, or the name of a linked service.
        meta_data: TensorFlow's ``meta_graph``, which must be what the model was saved with, and
            ``signature_def_key``, any signature of its SavedModel.
        engine: ``"auto"``, or the engine that must score: ``"compiled"``, ``"onnx"`` or
            ``"python"``. Auto is the first of these that can and that answers the model's probes
            as Python does.
        binding: how arguments find their features: ``"name"``, ``"position"``, or ``"auto"``: by
            name where all features are found among the names, by position where the names say
            nothing. What ``arguments.binding`` is set to if not given.
        nulls: what becomes of a NULL: ``"nan"`` gives it to the model as NaN or None, ``"null"``
            makes the score NULL, ``"error"`` makes it a bad row, ``"auto"`` gives it to the
            features that take one and makes the score NULL for the others.
        on_error: what becomes of a row that the model fails on: ``"fail"`` ends the query with the
            row's values, ``"null"`` makes its score NULL and counts it, ``"capture"`` makes PREDICT
            return ``struct<value, error>``.
        output: what the model is asked for: ``"predict"``, ``"predict_proba"``,
            ``"decision_function"``, ``"transform"``, ...; what MLflow's ``predict`` gives if None.
            Boosted trees also have ``"raw_score"``, ``"leaf"`` and ``"contributions"``.
        params: MLflow's inference parameters for each call that gives none itself.
        source: ``"hadoop"`` reads the folder by Hadoop's client in the driver, whatever the scheme.
        storage_options: how to sign in to a store, by the names of adlfs, s3fs or gcsfs.
        digest: the model must have this digest, as ``info()`` shows it.
        safe_mode: whether a model that can hold code is refused, as with ``safeMode.enabled``.
        strict: whether a model that requires other packages than are installed here is refused. It
            is warned of otherwise.
        validate: by which rows the compiled engine must show that it agrees with the Python model:
            ``"sample"``, rows at some thresholds of all trees, or ``"full"``, at every threshold.
        device: ``"cuda"``, with ``engine="onnx"``, runs a graph on the GPU that Spark gave a task,
            by ONNX Runtime's library for GPUs; ``"cpu"`` if not given.
        spark: the session; the active one if not given. To a classic session that was started
            without PREDICT it is added, unless ``attach.enabled`` is false.

    Returns:
        The model; call ``register()`` on it to let queries use it.

    Raises:
        ConfigurationError: no session, PREDICT is switched off, or the session does not know it.
        BindArgumentError: unknown runtime, scheme or engine, a URI that is not trusted, a digest
            that does not match, or ``binding="name"`` for a model that names no features.
        ModelError: the folder is missing or broken, the model does not load, it can hold code and
            safe mode is on, or with ``strict`` it requires other packages.
        ReturnTypeError: the return type is missing, no type, or none that can be scored.

    Example:
        >>> model = bind_model("DOUBLE", "mlflow", "churn", "models/churn")  # doctest: +SKIP
        >>> model.register().info().engine  # doctest: +SKIP
        'compiled'
    """
    choices.check_alias(model_alias)
    session = ready(spark)
    chosen = choices.checked(
        session,
        runtime=runtime,
        engine=engine,
        binding=binding,
        nulls=nulls,
        on_error=on_error,
        output=output,
        params=params,
        safe_mode=safe_mode,
        device=device,
    )
    choices.one_of("validate", validate, compiling.VALIDATE)
    declared = declared_type.parse(return_types, session) if return_types is not None else None
    uri = str(model_uri)
    fetched = fetching.fetch(
        session,
        uri,
        source=source,
        storage_options=storage_options,
        workspace=aml_workspace,
        single=chosen["runtime"] == choices.ONNX,
    )
    shown = sources.redacted(fetched.uri)
    folder = fetched.folder
    if chosen["runtime"] == choices.ONNX:
        most = ceilings.of_graphs(session)
        folder = bare.as_mlflow(folder, ship.staging(), model_alias, most)
    found = package.read(folder)
    if chosen["safe_mode"]:
        safe_formats.check(found, model_alias, shown)
    requirements.check(found, model_alias, strict=strict)
    pipeline.check(found, chosen, session)
    chosen["meta_data"] = meta_data_of_model.checked(meta_data, found)
    inference_params.check(chosen["params"], found.params, output)
    with failures.of_the_disk(ship.staging(), "the variable TMPDIR"):
        draft = artifact.draft(found.folder, ship.staging())
    try:
        if folder == fetched.folder:
            fetching.check_kept(session, fetched, draft.digest)
        if digest is not None and draft.digest != digest:
            raise BindArgumentError(
                "PREDICT_DIGEST_MISMATCH", uri=shown, found=draft.digest, expected=digest
            )
        unloaded = inspect.describe(found, draft.digest, None)
        exported = exporting.exported(
            session, found, unloaded, draft.starts, alias=model_alias, engine=chosen["engine"]
        )
        kept_out = _kept_out(session, found, exported)
        loaded = None if kept_out else _loaded(found, model_alias, chosen["safe_mode"], shown)
        loaded = meta_data_of_model.selected(loaded, chosen["meta_data"])
        inspected = inspect.inspected(found, draft.digest, loaded, kept_out)
        choices.check_named(chosen["binding"], inspected.descriptor, model_alias)
        answer = answers.settle(
            declared,
            output,
            package=found,
            inspected=inspected,
            alias=model_alias,
            uri=shown,
            capture=chosen["on_error"] == choices.CAPTURE,
        )
        compiled = compiling.compiled(
            session,
            inspected.descriptor,
            loaded,
            engine=chosen["engine"],
            full=validate == compiling.FULL,
        )
        if exported.told is None:
            bound = converting.Bound(found, inspected.descriptor, loaded, bool(compiled.members))
            exported = converting.converted(session, bound, chosen["engine"])
        parts = {**compiled.members, **exported.members}
        descriptor = replace(
            inspected.descriptor,
            compiled=compiled.entry,
            onnx=exported.entry(inspected.descriptor),
            notes=(*inspected.descriptor.notes, *exported.notes),
            members={name: draft.add(name, part) for name, part in parts.items()},
        )
        copied = draft.finish(descriptor)
    finally:
        draft.discard()
        if folder != fetched.folder:
            shutil.rmtree(folder, ignore_errors=True)  # all of it is in the artifact
    log.info("bound %s: flavor %s, digest %s", model_alias, found.flavor, draft.digest)
    return BoundModel(
        spark=session,
        alias=model_alias,
        uri=fetched.uri,
        artifact=copied,
        descriptor=descriptor,
        answer=answer,
        choices={**chosen, "uri": shown, **_told(fetched)},
        again=dict(fetched.again),
        loaded=loaded,
        kept=fetched.kept,
    )


def _told(fetched: sources.Fetched) -> dict[str, str]:
    return {} if fetched.sign_in is None else {"sign_in": fetched.sign_in}


def _kept_out(
    session: SparkSession, found: package.Package, exported: exporting.Exported
) -> str | None:
    """Why a model is not loaded in this process; None where it is."""
    if found.flavor == package.PIPELINE:
        return pipeline.KEPT_OUT
    if found.size > ceilings.least(session, conf.PROBE_MAX_BYTES):
        return "larger than probe.maxModelBytes"
    return None if exported.loadable else str((exported.told or {})["reason"])


def _loaded(found: package.Package, alias: str, in_safe_mode: bool, uri: str) -> Any:  # noqa: FBT001 (a choice)
    try:
        return loading.load(found.folder, alias, uri, in_safe_mode=in_safe_mode)
    except WorkerError as error:
        raise ModelError(error.condition, **error.parameters) from error.__cause__
