// SPDX-License-Identifier: Apache-2.0
package org.apache.spark.sql.sparkpredict

import java.io.File
import java.util.{ArrayList => JArrayList, HashMap => JHashMap}

import scala.util.Try

import org.apache.spark.SparkContext
import org.apache.spark.api.python.{PythonFunction, PythonUtils}
import org.apache.spark.sql.catalyst.expressions.{NamedExpression, PythonUDF}
import org.apache.spark.sql.types.DataType
import org.apache.spark.util.Utils

/** Carriers of a driver that runs no Python: made of what another process has pickled.
  *
  * @param command
  *   the pickled function and its type, as PySpark sends them
  * @param zips
  *   files of the application that go on the module path of the workers
  * @param python
  *   the program of the workers
  * @param version
  *   of the Python that pickled, which Spark has the worker compare with its own
  */
final case class CarrierFunctions(
    command: Array[Byte],
    returns: DataType,
    evalType: Int,
    zips: Seq[String],
    python: String,
    version: String
) {

  /** The Python function under a name, without arguments.
    *
    * @param sums
    *   what its workers count
    */
  def named(name: String, context: SparkContext, sums: WorkerSums): PythonUDF = {
    context.register(sums)
    val variables = new JHashMap[String, String]()
    variables.put("PYTHONHASHSEED", "0") // as PySpark does
    val includes = new JArrayList[String]()
    zips.foreach(includes.add(_))
    val fields =
      Seq[AnyRef](command, variables, includes, python, version, new JArrayList[AnyRef](), sums)
    val function = CarrierFunctions.constructor.newInstance(fields: _*)
    val id = NamedExpression.newExprId
    new PythonUDF(name, function.asInstanceOf[PythonFunction], returns, Nil, evalType, true, id)
  }
}

object CarrierFunctions {

  /** The class has another name before 3.4. */
  private lazy val constructor = {
    val owner: Class[_] = Try(Class.forName("org.apache.spark.api.python.SimplePythonFunction"))
      .fold(_ => classOf[PythonFunction], identity)
    owner.getConstructors.find(_.getParameterTypes.head == classOf[Array[Byte]]).get
  }

  /** Where a Python finds PySpark, whichever folder it is started in: the way that Spark gives its
    * workers, behind the user's own.
    */
  def pythonPath(own: Option[String]): String =
    PythonUtils
      .mergePythonPaths(own.getOrElse(""), PythonUtils.sparkPythonPath)
      .split(File.pathSeparator)
      .map(new File(_).getAbsolutePath)
      .mkString(File.pathSeparator)

  /** A folder of this process, which goes when it ends. */
  def temporaryFolder(): File =
    Utils.createTempDir(System.getProperty("java.io.tmpdir"), "sparkpredict")
}
