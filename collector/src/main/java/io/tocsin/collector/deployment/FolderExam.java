package io.tocsin.collector.deployment;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Whether one folder of releases can be watched, and its `current` moved.
final class FolderExam {
  private final String host;
  private final DirectoryConfig.Folder watched;

  FolderExam(String host, DirectoryConfig.Folder watched) {
    this.host = host;
    this.watched = watched;
  }

  List<Finding> findings() {
    Path folder = watched.path().toAbsolutePath().normalize();
    String watch = "watch " + folder;
    try {
      var releases = new ReleaseFolder(host, folder);
      String current = releases.current();
      int instances = releases.instances().size();
      Finding seen = Finding.works(watch, "%s runs, %d instances".formatted(current, instances));
      return List.of(seen, moved(folder), restarted(folder));
    } catch (PlatformException e) {
      return List.of(
          Finding.fails(
              watch,
              String.valueOf(e.getMessage()),
              "let it hold releases/<name>, a link current, and instances/<n>"));
    }
  }

  private static Finding moved(Path folder) {
    String what = "move %s/current".formatted(folder);
    return Files.isWritable(folder)
        ? Finding.works(what, "the folder can be written")
        : Finding.fails(
            what,
            "the folder cannot be written",
            "give the collector's user the right to write it, or it can only recommend");
  }

  private Finding restarted(Path folder) {
    String command = watched.restart().getFirst();
    String what = "restart with " + command;
    boolean there =
        command.contains("/")
            ? Files.isExecutable(folder.resolve(command))
            : Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, command)));
    return there
        ? Finding.works(what, "it is there and may be run")
        : Finding.fails(what, "it is not there or may not be run", "chmod +x it, or name another");
  }
}
