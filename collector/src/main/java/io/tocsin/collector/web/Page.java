package io.tocsin.collector.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The page, from the jar. Assets lie under a folder named by the hash of them all, so a browser
/// may keep them for ever and modules import each other by relative names; the one document that
/// names the folder is never kept.
final class Page {
  private static final MediaType SCRIPT = MediaType.parse("text/javascript; charset=utf-8");
  private static final Map<String, MediaType> TYPES =
      Map.of(
          "js",
          SCRIPT,
          "css",
          MediaType.CSS_UTF_8,
          "svg",
          MediaType.SVG_UTF_8,
          "txt",
          MediaType.PLAIN_TEXT_UTF_8);
  private static final List<String> ASSETS =
      List.of(
          "page.css",
          "page.js",
          "live.js",
          "parts.js",
          "views.js",
          "icon.svg",
          "vendor/preact-htm.js",
          "vendor/LICENSES.txt");

  private final Map<String, byte[]> assets = new LinkedHashMap<>();
  private final String hash;
  private final byte[] document;

  Page() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String name : ASSETS) {
        byte[] bytes = resource(name);
        assets.put(name, bytes);
        digest.update(bytes);
      }
      hash = HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
    document = new String(resource("index.html"), UTF_8).replace("{assets}", hash).getBytes(UTF_8);
  }

  /// The document, for every path of the page.
  HttpResponse document() {
    return respond(MediaType.HTML_UTF_8, "no-store", document);
  }

  /// An asset.
  ///
  /// @param folder the hash; another one is a page that was opened before an upgrade
  HttpResponse asset(String folder, String name) {
    byte[] bytes = folder.equals(hash) ? assets.get(name) : null;
    if (bytes == null) {
      return Json.problem(
          HttpStatus.NOT_FOUND,
          "an asset of " + hash,
          folder + "/" + name,
          "path",
          "reload the page");
    }
    MediaType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    return respond(
        type == null ? MediaType.OCTET_STREAM : type, "public, max-age=31536000, immutable", bytes);
  }

  private static HttpResponse respond(MediaType type, String keep, byte[] bytes) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type)
            .set(HttpHeaderNames.CACHE_CONTROL, keep)
            .build(),
        HttpData.wrap(bytes));
  }

  private static byte[] resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks the page's " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
