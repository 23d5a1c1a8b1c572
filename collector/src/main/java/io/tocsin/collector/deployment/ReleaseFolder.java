package io.tocsin.collector.deployment;

import io.tocsin.collector.deployment.PlatformException.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What disk says of one folder of releases: `releases/<name>`, `current`, `instances/<n>`. Holds
/// nothing, so it is always what is there now.
final class ReleaseFolder {
  // One machine runs tens of instances of a service; a folder with more is not ours.
  private static final int MAX_INSTANCES = 1_000;
  private static final String FORBIDDEN_MARK = ".tocsin-rollback";

  private final Path folder;
  private final String workload;

  ReleaseFolder(String host, Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    this.workload = "directory/" + segment(host) + "/" + segment(name());
  }

  String workload() {
    return workload;
  }

  String name() {
    Path last = folder.getFileName();
    if (last == null) {
      throw new IllegalArgumentException(folder + ": expected a folder with a name");
    }
    return last.toString();
  }

  Path path() {
    return folder;
  }

  /// Name of the release that `current` points at.
  String current() {
    Path link = folder.resolve("current");
    try {
      Path target = Files.readSymbolicLink(link);
      Path release = folder.resolve(target).normalize();
      Path last = release.getFileName();
      if (last == null || !folder.resolve("releases").equals(release.getParent())) {
        throw new PlatformException(
            Fault.INVALID, link + ": points at " + target + ", expected releases/<name>");
      }
      return last.toString();
    } catch (NoSuchFileException e) {
      throw new PlatformException(Fault.NOT_FOUND, link + ": there is none", e);
    } catch (NotLinkException e) {
      throw new PlatformException(
          Fault.INVALID, link + ": expected a symbolic link to releases/<name>", e);
    } catch (IOException e) {
      throw new PlatformException(Fault.UNAVAILABLE, link + ": cannot be read: " + e, e);
    }
  }

  /// When `current` was last moved, epoch milliseconds. The inode's change time: a link that was
  /// prepared earlier and renamed into place keeps its old modification time.
  long currentSinceMillis() throws IOException {
    Object changed =
        Files.getAttribute(folder.resolve("current"), "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    return ((FileTime) changed).toMillis();
  }

  boolean has(String release) {
    return Files.isDirectory(releaseFolder(release));
  }

  Path releaseFolder(String release) {
    return folder.resolve("releases").resolve(release);
  }

  /// Whether a release's folder holds the mark: a file `.tocsin-rollback` that says `forbidden`.
  boolean rollbackForbidden(String release) {
    Path mark = releaseFolder(release).resolve(FORBIDDEN_MARK);
    try {
      return Files.exists(mark) && Files.readString(mark).strip().equals("forbidden");
    } catch (IOException e) {
      // A mark that cannot be read is somebody's wish all the same.
      return true;
    }
  }

  /// Points `current` at another release, in one step: whoever reads it sees the one or the other.
  void pointAt(String release) throws IOException {
    Path next = folder.resolve(".current.tocsin");
    Files.deleteIfExists(next);
    Files.createSymbolicLink(next, Path.of("releases", release));
    Files.move(next, folder.resolve("current"), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Its instances, those with numbers for names in their order first.
  List<FolderInstance> instances() {
    Path instances = folder.resolve("instances");
    List<FolderInstance> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(instances, Files::isDirectory)) {
      for (Path entry : entries) {
        if (found.size() == MAX_INSTANCES) {
          throw new PlatformException(
              Fault.INVALID, instances + ": more than " + MAX_INSTANCES + " instances");
        }
        found.add(FolderInstance.read(entry));
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new PlatformException(Fault.UNAVAILABLE, instances + ": cannot be read: " + e, e);
    }
    found.sort(
        Comparator.comparingInt((FolderInstance i) -> i.name().length())
            .thenComparing(FolderInstance::name));
    return found;
  }

  private static String segment(String text) {
    return text.replace("%", "%25").replace("/", "%2F");
  }
}
