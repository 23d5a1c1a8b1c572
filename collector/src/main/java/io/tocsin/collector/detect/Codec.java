package io.tocsin.collector.detect;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Arrays as their length and their numbers, big-endian: the same bytes on every machine.
final class Codec {
  // A model of 64 features has well under a million numbers; more means damaged bytes.
  private static final int MAX_LENGTH = 1 << 24;

  private Codec() {}

  /// Something that can be written.
  interface Written {
    void to(DataOutput out) throws IOException;
  }

  /// Something that can be read back.
  interface Read<T> {
    T from(DataInput in) throws IOException;
  }

  static byte[] bytes(Written content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      content.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// @throws IllegalArgumentException when the bytes end early or make no sense
  static <T> T parse(byte[] bytes, String what, Read<T> content) {
    try {
      return content.from(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s of %d bytes cannot be read: %s".formatted(what, bytes.length, e.getMessage()), e);
    }
  }

  static void writeBytes(DataOutput out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static byte[] readBytes(DataInput in) throws IOException {
    byte[] bytes = new byte[length(in)];
    in.readFully(bytes);
    return bytes;
  }

  static void writeInts(DataOutput out, int[] numbers) throws IOException {
    out.writeInt(numbers.length);
    for (int number : numbers) {
      out.writeInt(number);
    }
  }

  static int[] readInts(DataInput in) throws IOException {
    int[] numbers = new int[length(in)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.readInt();
    }
    return numbers;
  }

  static void writeFloats(DataOutput out, float[] numbers) throws IOException {
    out.writeInt(numbers.length);
    for (float number : numbers) {
      out.writeFloat(number);
    }
  }

  static float[] readFloats(DataInput in) throws IOException {
    float[] numbers = new float[length(in)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.readFloat();
    }
    return numbers;
  }

  static void writeDoubles(DataOutput out, double[] numbers) throws IOException {
    out.writeInt(numbers.length);
    for (double number : numbers) {
      out.writeDouble(number);
    }
  }

  static double[] readDoubles(DataInput in) throws IOException {
    double[] numbers = new double[length(in)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.readDouble();
    }
    return numbers;
  }

  private static int length(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_LENGTH) {
      throw new IOException("a length of " + length + ", expected 0 to " + MAX_LENGTH);
    }
    return length;
  }
}
