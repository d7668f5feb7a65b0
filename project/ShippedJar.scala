// SPDX-License-Identifier: Apache-2.0

import java.lang.management.ManagementFactory
import java.nio.file.Files
import java.nio.file.StandardCopyOption

import sbt.File
import sbt.GlobFilter
import sbt.Hash
import sbt.IO
import sbt.PathFinder
import sbt.fileToRichFile

object ShippedJar {

  /** Puts a built jar into the Python package and removes the older versions of the same line.
    *
    * The jar is written beside its place and renamed into it, because a JVM that has the old jar
    * open crashes when its bytes change under it; a renamed file leaves that JVM the old one.
    */
  def install(built: File, folder: File, prefix: String, version: String): File = {
    val shipped = folder / s"$prefix-$version.jar"
    if (!shipped.exists || Hash(built).toSeq != Hash(shipped).toSeq) {
      IO.createDirectory(folder)
      val partial = folder / s".$prefix-$version.jar.partial"
      IO.copyFile(built, partial)
      Files.move(partial.toPath, shipped.toPath, StandardCopyOption.ATOMIC_MOVE)
    }
    // Make compares times. A source that was edited after sbt started may not be in the jar.
    IO.setModifiedTimeOrFalse(shipped, ManagementFactory.getRuntimeMXBean.getStartTime)
    val ofThisLine = PathFinder(folder).glob(GlobFilter(s"$prefix-*.jar")).get
    ofThisLine.filter(_ != shipped).foreach(IO.delete)
    shipped
  }
}
