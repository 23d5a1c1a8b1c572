package io.tocsin.agent.instance;

import io.tocsin.agent.instance.LogFile.Framing;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// Plain text files by glob, one workload a path.
final class FilesDiscovery implements Discovery {
  private static final int MAX_FILES = 5_000;
  private static final int MAX_VISITS = 50_000;
  private static final int MAX_PATH = 200; // an instance's id has at most 256 characters
  private static final int SNIFFED = 512;

  private static final Set<String> BINARY =
      Set.of("wtmp", "btmp", "lastlog", "faillog", "tallylog");

  private final List<PathMatcher> globs;
  private final List<Path> roots;
  private final String host;

  /// Whether a file looked like text when it was first seen not empty.
  private Map<Path, Boolean> text = new HashMap<>();

  FilesDiscovery(List<String> globs, String host) {
    this.globs =
        globs.stream().map(g -> FileSystems.getDefault().getPathMatcher("glob:" + g)).toList();
    this.roots = globs.stream().map(FilesDiscovery::root).distinct().toList();
    this.host = host;
  }

  /// The folder before the first wildcard.
  private static Path root(String glob) {
    String fixed = glob.split("[*?\\[{]", 2)[0];
    int slash = fixed.lastIndexOf('/');
    return slash <= 0 ? Path.of("/") : Path.of(fixed.substring(0, slash));
  }

  @Override
  public Look look() {
    var found = new TreeMap<Path, Running>();
    var unreadable = new ArrayList<String>();
    var sniffed = new HashMap<Path, Boolean>();
    for (var root : roots) {
      var visitor = new Visitor(found, sniffed, unreadable);
      try {
        if (Files.exists(root)) {
          Files.walkFileTree(root, visitor);
        }
      } catch (IOException e) {
        unreadable.add("%s: cannot be read (%s)".formatted(root, e.getMessage()));
      }
      if (visitor.visits >= MAX_VISITS || found.size() >= MAX_FILES) {
        unreadable.add(
            "%s: more than %d files; only the first are watched, make the glob narrower"
                .formatted(root, Math.min(found.size(), MAX_FILES)));
      }
    }
    text = sniffed;
    return new Look(List.copyOf(found.values()), unreadable.stream().limit(50).toList());
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private final Map<Path, Running> found;
    private final Map<Path, Boolean> sniffed;
    private final List<String> unreadable;
    private int visits;

    Visitor(Map<Path, Running> found, Map<Path, Boolean> sniffed, List<String> unreadable) {
      this.found = found;
      this.sniffed = sniffed;
      this.unreadable = unreadable;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      var name = folder.getFileName();
      return name != null && name.toString().equals("journal")
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      visits++;
      if (visits >= MAX_VISITS || found.size() >= MAX_FILES) {
        return FileVisitResult.TERMINATE;
      }
      if (globs.stream().anyMatch(g -> g.matches(file)) && isLog(file, attributes)) {
        if (file.toString().length() + host.length() > MAX_PATH) {
          unreadable.add("%s: the path is longer than %d characters".formatted(file, MAX_PATH));
        } else {
          found.put(file, running(file));
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      unreadable.add("%s: cannot be read (%s)".formatted(file, e.getClass().getSimpleName()));
      return FileVisitResult.CONTINUE;
    }

    private boolean isLog(Path file, BasicFileAttributes attributes) {
      String name = file.getFileName().toString();
      if (!attributes.isRegularFile()
          || BINARY.contains(name)
          || RotatedName.isPacked(name)
          || !RotatedName.original(name).equals(name)) {
        return false;
      }
      var known = text.get(file);
      boolean isText = known == null ? attributes.size() == 0 || sniff(file) : known;
      if (attributes.size() > 0) {
        sniffed.put(file, isText);
      }
      return isText;
    }
  }

  /// Text holds no NUL. What may not be read counts as text: it is listed when it is followed.
  private static boolean sniff(Path file) {
    try (var in = Files.newInputStream(file)) {
      for (byte b : in.readNBytes(SNIFFED)) {
        if (b == 0) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return true;
    }
  }

  private Running running(Path file) {
    return new Running(
        new Instance(
            "file:%s:%s".formatted(host, file),
            "file",
            host,
            Key.of("file", host, file.toString()),
            file.getFileName().toString(),
            "",
            "",
            0,
            "",
            ""),
        List.of(new LogFile(file, Framing.PLAIN)),
        OptionalLong.empty(),
        null,
        null);
  }
}
