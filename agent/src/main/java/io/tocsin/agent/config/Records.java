package io.tocsin.agent.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reflection on records. What the author of a record did wrong is an IllegalStateException.
final class Records {
  private Records() {}

  /// The keys of a record, in its order.
  static List<String> keys(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(c -> Keys.kebab(c.getName())).toList();
  }

  /// The full paths of a record and all records in it.
  static List<String> paths(Class<?> type, String prefix) {
    List<String> paths = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String path = Keys.join(prefix, Keys.kebab(component.getName()));
      paths.add(path);
      if (component.getType().isRecord()) {
        paths.addAll(paths(component.getType(), path));
      }
    }
    return paths;
  }

  /// What its `static defaults()` gives; null when it has none.
  static @Nullable Object ownDefaults(Class<?> type) {
    try {
      Method method = type.getDeclaredMethod("defaults");
      method.setAccessible(true);
      return method.invoke(null);
    } catch (NoSuchMethodException e) {
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot call defaults() of " + type, e);
    }
  }

  static @Nullable Object get(RecordComponent component, Object record) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /// @throws IllegalArgumentException what the record's own constructor throws
  static Object build(Class<?> type, @Nullable Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class[]::new);
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(type + " refuses without words", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot build " + type, e);
    }
  }
}
