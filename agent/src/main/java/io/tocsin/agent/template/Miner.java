package io.tocsin.agent.template;

import io.tocsin.agent.redact.CleanLine;
import io.tocsin.agent.template.Word.Form;
import io.tocsin.agent.template.Wordings.Wording;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gives each line of one workload a template, at once. A wording seen before costs one pass and
/// one lookup; only a new one is compared with others. Confined to one thread.
public final class Miner {

  private static final int SKELETON = 2_000;
  private static final int KEYS = 4_096;
  private static final int VALUES = 8;
  private static final int VARYING = 3;
  private static final int SLOTS = 1_024;
  private static final int SLOT_VALUES = 256;

  // Of FNV-1a 64 (Fowler, Noll, Vo).
  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  // Two places of a wording are not one place that is two words long.
  private static final long SINGLE = BASIS;
  private static final long PAIR = ~BASIS;

  private final TemplateConfig config;
  private final Wordings wordings;
  private final Map<String, Entry> skeletons;

  /// By the hash of the wording with the place left open: there are many, and the wordings
  /// themselves would weigh more than all else that is kept.
  private final Map<Long, Context> contexts;

  private final Map<Long, Entry> templates = new LinkedHashMap<>();
  private final Set<Entry> changed = new LinkedHashSet<>();
  private final Map<String, Set<String>> keyValues = new LinkedHashMap<>();
  private final Map<String, Set<String>> slotValues = new LinkedHashMap<>();
  private final Entry.Knowledge knowledge = new Knowledge();
  private long lines;
  private long version;
  private long floods;
  private int newInWindow;

  public Miner(TemplateConfig config) {
    this(config, new Wordings());
  }

  /// @param wordings may be shared with other miners of the same thread
  public Miner(TemplateConfig config, Wordings wordings) {
    this.config = config;
    this.wordings = wordings;
    this.skeletons = leastRecentlyUsed(config.skeletons());
    this.contexts = leastRecentlyUsed(config.contexts());
  }

  /// The event of a line. Its template never changes; [Template#into] may point on later.
  public LogEvent add(CleanLine line) {
    String text = line.text().strip();
    boolean ascii = line.ascii();
    Message fields = null;
    Wording wording = null;
    if (!Message.mayBeFields(text)) {
      fields = Message.behindHeader(text);
      wording = fields == null ? wordings.ofPlain(text, ascii) : null;
    }
    boolean pairs = false; // which may tell of more than the message does
    if (wording == null) { // a header, several lines, or perhaps fields
      if (fields == null) {
        pairs = !text.startsWith("{");
        fields = Message.ofFields(text);
      }
      text = fields == null ? Message.firstLine(text) : fields.text();
      wording = wordings.of(text, fields == null, ascii);
    }
    Level level = fields == null ? wording.level : fields.level();
    return new LogEvent(
        line.instance(),
        add(wording, text, level),
        level,
        line.timeMillis(),
        line.stamped(),
        wording.login || (pairs && LoginLine.mayBe(line.text())));
  }

  /// Templates that are new, or whose text, level or `into` changed, since the last call.
  public List<Template> drainNews() {
    List<Template> news = new ArrayList<>();
    for (Entry entry : changed) {
      Template now = entry.template(knowledge);
      if (!now.equals(entry.told)) {
        entry.told = now;
        news.add(now);
      }
    }
    changed.clear();
    return news;
  }

  /// Once a window: joins what one word too many kept apart, and opens the count of new wordings
  /// again.
  public void settle() {
    if (newInWindow > 0) {
      for (Entry entry : List.copyOf(templates.values())) {
        if (entry.into == null) {
          joinOpenValue(entry);
        }
      }
    }
    newInWindow = 0;
  }

  /// Takes over templates from elsewhere, before or while counting; what is known here already
  /// stays.
  public void learn(Collection<Template> known) {
    for (Template template : known) {
      if (templates.containsKey(template.id()) || template.skeleton().isEmpty()) {
        continue;
      }
      List<Word> words = new ArrayList<>();
      for (String symbol : template.skeleton().split(" ")) {
        words.add(Word.ofSymbol(symbol));
      }
      var entry = new Entry(template.id(), words, template.skeleton());
      List<String> shown = List.of(template.text().split(" "));
      if (shown.size() == words.size()) {
        entry.shown.clear();
        entry.shown.addAll(shown);
      } else {
        entry.frozen = template.text();
      }
      entry.level = template.level();
      entry.told = template;
      keep(entry);
    }
    for (Template template : known) {
      Entry from = templates.get(template.id());
      Entry to = templates.get(template.into());
      if (from != null && to != null && from.into == null && to.canonical() != from) {
        from.into = to;
        rememberOpen(from, to);
      }
    }
  }

  /// Everything known, for disk and for the collector.
  public Collection<Template> templates() {
    return templates.values().stream().map(entry -> entry.template(knowledge)).toList();
  }

  /// Grows whenever a template comes, goes or is taken in by another.
  public long version() {
    return version;
  }

  /// Lines counted as [Template#OTHER].
  public long floods() {
    return floods;
  }

  private long add(Wording wording, String line, Level level) {
    Entry entry = skeletons.get(wording.key);
    entry = entry == null ? miss(wording.words(line), wording.key) : entry;
    if (entry == null) {
      floods++;
      return Template.OTHER;
    }
    entry = entry.canonical();
    if (!wording.observedBy(entry)) { // a second look at the same words changes nothing
      List<Word> words = wording.words(line);
      observe(entry, words);
      wording.observe(entry, words);
    }
    entry.lines++;
    entry.lastUse = ++lines;
    if (level.compareTo(entry.level) > 0) {
      entry.level = level;
      changed.add(entry);
    }
    return entry.id;
  }

  private void observe(Entry entry, List<Word> words) {
    List<String> shown = new ArrayList<>(words.size());
    for (Word word : words) {
      shown.add(word.shown());
      if (word.is(Form.KEYED) && !word.shown().equals(Word.ANY)) {
        String value = Words.stripEnd(word.shown(), Words.CLOSE);
        if (remember(keyValues, word.symbol(), value, KEYS, VALUES)
            && knowledge.varies(word.symbol())) {
          changed.add(entry);
        }
      }
    }
    if (entry.observe(words, shown)) {
      changed.add(entry);
    }
  }

  /// A wording never seen: joins a place known to vary, else becomes a template and counts as
  /// evidence for each place. Null when it finds no room.
  private @Nullable Entry miss(List<Word> words, String key) {
    List<Place> places = Place.in(words);
    List<String> opened = places.stream().map(place -> key(place.open(words))).toList();
    for (int i = 0; i < places.size(); i++) {
      Context context = contexts.get(contextKey(places.get(i), opened.get(i)));
      if (context != null && context.template != null) {
        skeletons.put(key, context.template);
        return context.template;
      }
    }
    if (newInWindow >= config.newPerWindow()) {
      return null;
    }
    newInWindow++;
    var entry = new Entry(id(key), List.copyOf(words), key);
    Entry again = templates.get(entry.id);
    if (again != null) { // its skeleton was forgotten, the template was not
      skeletons.put(key, again);
      return again;
    }
    keep(entry);
    changed.add(entry);
    int constants = ValueTest.constants(words);
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      if (!ValueTest.leavesEnough(words, place, constants)) {
        continue;
      }
      String open = opened.get(i);
      Context context =
          contexts.computeIfAbsent(contextKey(place, open), k -> new Context(entry.words, place));
      context.typed |= skeletons.containsKey(open);
      context.add(entry.words, place, entry);
      if (ValueTest.isValue(words, place, context)) {
        return generalise(context, place.open(words), open);
      }
    }
    Context waiting = contexts.get(hash(SINGLE, key));
    if (waiting != null && waiting.template == null && !waiting.members().isEmpty()) {
      waiting.typed = true;
      if (ValueTest.isValue(waiting.words, waiting.place, waiting)) {
        return generalise(waiting, words, key);
      }
    }
    return entry.canonical();
  }

  private @Nullable Entry generalise(Context context, List<Word> open, String key) {
    Entry known = skeletons.get(key);
    known = known == null ? miss(open, key) : known; // it may itself have further places
    if (known == null) {
      return context.members().values().iterator().next().canonical();
    }
    Entry target = known.canonical();
    if (context.members().size() >= 2) {
      context
          .before()
          .forEach((before, values) -> {
            for (String value : values) {
              remember(slotValues, before, value, SLOTS, SLOT_VALUES);
            }
          });
    }
    for (Entry member : context.members().values()) {
      Entry from = member.canonical();
      if (from != target) {
        takeIn(from, target);
        target.observe(from.words, from.shown);
      }
    }
    changed.add(target);
    context.close(target);
    return target;
  }

  private void takeIn(Entry from, Entry target) {
    from.into = target;
    target.lines += from.lines;
    target.level = from.level.compareTo(target.level) > 0 ? from.level : target.level;
    changed.add(from);
    changed.add(target);
    version++;
  }

  /// A value of several words behind a key joins the template with a value of one word:
  /// `vendor=Oracle Corporation`.
  private void joinOpenValue(Entry entry) {
    List<Word> words = entry.words;
    for (int a = 1; a < words.size(); a++) {
      if (!words.get(a - 1).is(Form.KEYED) || !words.get(a).is(Form.CONST)) {
        continue;
      }
      for (int b = a + 1; b <= Math.min(a + 3, words.size()); b++) {
        Word w = words.get(b - 1);
        boolean part = w.is(Form.CONST) || w.is(Form.VAR) || w.is(Form.WEAK);
        if (!part
            || w.symbol().indexOf('=') >= 0
            || (w.is(Form.CONST) && Words.isState(w.symbol()))) {
          break;
        }
        List<Word> shorter = new ArrayList<>(words.subList(0, a));
        shorter.addAll(words.subList(b, words.size()));
        Entry other = skeletons.get(key(shorter));
        other = other == null ? null : other.canonical();
        if (other != null && other != entry && hasVaried(other, a - 1, words.get(a - 1))) {
          takeIn(entry, other);
          return;
        }
        if (",;:)]".indexOf(Words.last(w.symbol())) >= 0) {
          break;
        }
      }
    }
  }

  private static boolean hasVaried(Entry entry, int at, Word key) {
    return entry.lines > 1
        && entry.words.size() > at
        && entry.shown.get(at).equals(Word.ANY)
        && entry.words.get(at).symbol().equals(key.symbol());
  }

  /// After a restart a place found open stays open for further values.
  private void rememberOpen(Entry from, Entry to) {
    for (Place place : Place.in(from.words)) {
      String open = key(place.open(from.words));
      if (open.equals(to.skeleton)) {
        Context context =
            contexts.computeIfAbsent(contextKey(place, open), k -> new Context(from.words, place));
        context.close(to);
      }
    }
  }

  private void keep(Entry entry) {
    if (templates.size() >= config.templates()) {
      forgetOldest();
    }
    entry.lastUse = ++lines;
    templates.put(entry.id, entry);
    skeletons.put(entry.skeleton, entry);
    version++;
  }

  /// The sixteenth longest unused. Ids are hashes of the wording: what returns has its old id.
  private void forgetOldest() {
    int count = Math.max(1, templates.size() / 16);
    Set<Entry> gone =
        new HashSet<>(
            templates.values().stream()
                .sorted(Comparator.comparingLong(entry -> entry.canonical().lastUse))
                .limit(count)
                .toList());
    templates.values().removeAll(gone);
    changed.removeAll(gone);
    skeletons.values().removeIf(entry -> gone.contains(entry) || gone.contains(entry.canonical()));
    contexts
        .values()
        .removeIf(context ->
            context.template == null
                ? context.members().values().stream().anyMatch(gone::contains)
                : gone.contains(context.template.canonical()));
    version++;
  }

  private static boolean remember(
      Map<String, Set<String>> map, String key, String value, int keys, int values) {
    Set<String> known = map.get(key);
    if (known == null) {
      if (map.size() >= keys) {
        return false;
      }
      known = new LinkedHashSet<>();
      map.put(key, known);
    }
    return known.size() < values && known.add(value);
  }

  private static long contextKey(Place place, String open) {
    return hash(place.shape() == Place.Shape.TWO ? PAIR : SINGLE, open);
  }

  /// As [#id], over characters: nobody else needs to find the same.
  private static long hash(long basis, String text) {
    long hash = basis;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return hash;
  }

  static String key(List<Word> words) {
    String skeleton = Tokenizer.skeleton(words);
    return skeleton.length() > SKELETON ? skeleton.substring(0, SKELETON) : skeleton;
  }

  /// FNV-1a 64 (Fowler, Noll, Vo) over UTF-8; 0 and 1 mean something else.
  private static long id(String skeleton) {
    long hash = BASIS;
    for (byte b : skeleton.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * PRIME;
    }
    return hash == 0 || hash == Template.OTHER ? hash + 2 : hash;
  }

  private static <K, V> Map<K, V> leastRecentlyUsed(int bound) {
    return new LinkedHashMap<>(64, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > bound;
      }
    };
  }

  private final class Knowledge implements Entry.Knowledge {
    @Override
    public boolean varies(String key) {
      return keyValues.getOrDefault(key, Set.of()).size() >= VARYING;
    }

    @Override
    public Set<String> behind(String word) {
      return slotValues.getOrDefault(word, Set.of());
    }
  }
}
