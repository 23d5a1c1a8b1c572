package io.tocsin.agent.config;

import io.tocsin.agent.config.ConfigException.Mistake;
import io.tocsin.agent.config.ConfigFile.Loaded;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Binds one tree of nodes and one environment to one tree of records, collecting mistakes as it
/// goes: a value that is wrong yields null, and its record is then not built.
final class Binder {
  private static final int QUOTED_CHARS = 60;

  private final String file;
  private final Map<String, String> environment;
  private final List<Found> found = new ArrayList<>();
  private final List<Setting> settings = new ArrayList<>();
  private List<String> known = List.of();

  Binder(String file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
  }

  /// A mistake and its place in the file, by which they are reported.
  private record Found(int index, Mistake mistake) {}

  /// What a value is bound to.
  private record Target(Type type, String path, boolean bytes, boolean secret) {
    Class<?> raw() {
      return (Class<?>) (type instanceof ParameterizedType p ? p.getRawType() : type);
    }

    Target element(int argument, String index) {
      Type element = ((ParameterizedType) type).getActualTypeArguments()[argument];
      return new Target(element, path + "[" + index + "]", bytes, secret);
    }

    String environmentName() {
      return Keys.environmentName(path);
    }
  }

  <T extends Record> Loaded<T> bind(Class<T> type, T defaults, @Nullable Node root) {
    known = Records.paths(type, "");
    Object value = record(new Target(type, "", false, false), defaults, root);
    if (value == null || !found.isEmpty()) {
      throw new ConfigException(
          found.stream()
              .sorted(Comparator.comparingInt(Found::index))
              .map(Found::mistake)
              .toList());
    }
    return new Loaded<>(type.cast(value), settings);
  }

  private @Nullable Object record(Target target, @Nullable Object defaults, @Nullable Node node) {
    Class<?> type = target.raw();
    Object base = defaults == null ? Records.ownDefaults(type) : defaults;
    Map<String, Node> entries = node == null ? Map.of() : entries(target, node, Records.keys(type));
    if (entries == null) {
      return null;
    }
    int before = found.size();
    var components = type.getRecordComponents();
    @Nullable Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = Keys.kebab(components[i].getName());
      Object given = base == null ? null : Records.get(components[i], base);
      arguments[i] =
          component(
              components[i],
              Keys.join(target.path(), key),
              given,
              base != null,
              entries.get(key),
              node);
    }
    return found.size() > before ? null : build(target, arguments, node);
  }

  private @Nullable Object component(
      RecordComponent component,
      String path,
      @Nullable Object given,
      boolean hasDefault,
      @Nullable Node written,
      @Nullable Node parent) {
    boolean bytes = component.getName().toLowerCase(Locale.ROOT).endsWith("bytes");
    boolean secret = component.isAnnotationPresent(Secret.class);
    var target = new Target(component.getGenericType(), path, bytes, secret);
    Node node = isNull(written) ? null : written;
    if (environment.containsKey(target.environmentName())) {
      return fromEnvironment(target);
    }
    if (component.getType().isRecord()
        && (node != null || given != null || inEnvironment(target))) {
      return record(target, given, node);
    }
    if (node != null) {
      return value(target, node);
    }
    if (hasDefault) {
      return byDefault(target, given);
    }
    if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
      return byDefault(target, null);
    }
    if (component.getType() == List.class) {
      return byDefault(target, List.of());
    }
    if (component.getType() == Map.class) {
      return byDefault(target, Map.of());
    }
    Default text = component.getAnnotation(Default.class);
    if (text != null) {
      return byDefault(target, parsed(parser(target), text.value()));
    }
    mistake(parent, "expected `" + path + "`, which has no default, found none");
    return null;
  }

  private @Nullable Object byDefault(Target target, @Nullable Object value) {
    settings.add(new Setting(target.path(), text(target, value), "default"));
    return value;
  }

  private @Nullable Object value(Target target, Node node) {
    if (target.raw().isRecord()) {
      return record(target, null, node);
    }
    if (target.raw() == List.class) {
      return list(target, node);
    }
    if (target.raw() == Map.class) {
      return map(target, node);
    }
    var parser = parser(target);
    if (!(node instanceof ScalarNode scalar)) {
      mistake(node, expected(target, parser.expected(), kind(node)));
      return null;
    }
    Object value = parsed(parser, scalar.getValue());
    if (value == null) {
      mistake(node, expected(target, parser.expected(), quoted(target, scalar.getValue())));
    } else {
      String source = file + node.getStartMark().map(m -> ":" + (m.getLine() + 1)).orElse("");
      settings.add(new Setting(target.path(), text(target, value), source));
    }
    return value;
  }

  private @Nullable Object list(Target target, Node node) {
    if (!(node instanceof SequenceNode sequence)) {
      mistake(node, expected(target, "a list", kind(node)));
      return null;
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (Node element : sequence.getValue()) {
      values.add(value(target.element(0, String.valueOf(values.size())), element));
    }
    return values.contains(null) ? null : Collections.unmodifiableList(values);
  }

  private @Nullable Object map(Target target, Node node) {
    Map<String, Node> entries = entries(target, node, null);
    if (entries == null) {
      return null;
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    entries.forEach((key, element) -> values.put(key, value(target.element(1, key), element)));
    return values.containsValue(null) ? null : Collections.unmodifiableMap(values);
  }

  private @Nullable Object fromEnvironment(Target target) {
    String name = target.environmentName();
    String text = environment.getOrDefault(name, "");
    boolean list = target.raw() == List.class;
    Target single = list ? target.element(0, "") : target;
    var parser = Scalars.parser(single.raw(), single.bytes());
    if (parser == null) {
      found.add(new Found(-1, new Mistake(name, "expected `" + target.path() + "` in the file")));
      return null;
    }
    List<Object> values = new ArrayList<>();
    for (String part : list ? text.split(",") : new String[] {text}) {
      if (list && part.isBlank()) {
        continue;
      }
      Object value = parsed(parser, part);
      if (value == null) {
        String what = expected(target, parser.expected(), quoted(target, part));
        found.add(new Found(-1, new Mistake(name, what)));
        return null;
      }
      values.add(value);
    }
    Object value = list ? List.copyOf(values) : values.getFirst();
    settings.add(new Setting(target.path(), text(target, value), name));
    return value;
  }

  /// The entries by key in their order, or null when the node is no map. Keys outside `allowed`
  /// (null: all are) and repeated keys are mistakes.
  private @Nullable Map<String, Node> entries(
      Target target, Node node, @Nullable Collection<String> allowed) {
    if (isNull(node)) {
      return Map.of();
    }
    if (!(node instanceof MappingNode mapping)) {
      mistake(node, expected(target, "keys with values", kind(node)));
      return null;
    }
    Map<String, Node> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
        mistake(tuple.getKeyNode(), "expected a key, found " + kind(tuple.getKeyNode()));
        continue;
      }
      String key = scalar.getValue();
      if (allowed != null && !allowed.contains(key)) {
        mistake(scalar, Keys.unknown(target.path(), key, allowed, known));
      } else if (entries.putIfAbsent(key, tuple.getValueNode()) != null) {
        String path = Keys.join(target.path(), key);
        mistake(scalar, "expected `" + path + "` once, found it again; keep one of them");
      }
    }
    return entries;
  }

  private @Nullable Object build(Target target, @Nullable Object[] values, @Nullable Node node) {
    try {
      return Records.build(target.raw(), values);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      var components = target.raw().getRecordComponents();
      for (int i = 0; i < components.length; i++) {
        if (components[i].isAnnotationPresent(Secret.class) && values[i] != null) {
          message = message.replace(String.valueOf(values[i]), "(secret)");
        }
      }
      mistake(node, (target.path().isEmpty() ? "" : "`" + target.path() + "`: ") + message);
      return null;
    }
  }

  private static @Nullable Object parsed(Scalars.Parser parser, String text) {
    try {
      return parser.read().apply(text.strip());
    } catch (IllegalArgumentException | ArithmeticException e) {
      return null;
    }
  }

  private static Scalars.Parser parser(Target target) {
    var parser = Scalars.parser(target.raw(), target.bytes());
    if (parser == null) {
      throw new IllegalStateException(target.path() + ": no YAML form for " + target.type());
    }
    return parser;
  }

  private boolean inEnvironment(Target target) {
    return Records.paths(target.raw(), target.path()).stream()
        .map(Keys::environmentName)
        .anyMatch(environment::containsKey);
  }

  private static boolean isNull(@Nullable Node node) {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
  }

  private static String kind(Node node) {
    return switch (node.getNodeType()) {
      case MAPPING -> "keys with values";
      case SEQUENCE -> "a list";
      case SCALAR -> "a single value";
      case ANCHOR -> "an alias";
    };
  }

  private static String expected(Target target, String expected, String found) {
    return "`%s`: expected %s, found %s".formatted(target.path(), expected, found);
  }

  private static String quoted(Target target, String text) {
    if (target.secret()) {
      return "a value that is not shown";
    }
    boolean cut = text.length() > QUOTED_CHARS;
    return "\"" + (cut ? text.substring(0, QUOTED_CHARS) + "…" : text) + "\"";
  }

  private static String text(Target target, @Nullable Object value) {
    return switch (value) {
      case null -> "(none)";
      case Object any when target.secret() -> "(secret)";
      case List<?> list when list.stream().anyMatch(Record.class::isInstance) ->
          list.size() + " entries";
      case Map<?, ?> map when map.values().stream().anyMatch(Record.class::isInstance) ->
          map.size() + " entries";
      default -> value.toString();
    };
  }

  private void mistake(@Nullable Node node, String what) {
    Optional<Mark> mark = node == null ? Optional.empty() : node.getStartMark();
    found.add(
        new Found(
            mark.map(Mark::getIndex).orElse(0), new Mistake(ConfigFile.where(file, mark), what)));
  }
}
