package io.tocsin.agent.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContextTest {

  private static final Place SECOND = new Place(List.of(1), Place.Shape.ONE);

  @Test
  void valuesAreKeptInTheOrderInWhichTheyCameUpToABound() {
    Context context = new Context(words("user anna left"), SECOND);
    assertThat(context.members()).isEmpty();
    for (int i = 0; i < 2 * Context.MEMBERS; i++) {
      List<Word> line = words("user " + (char) ('a' + i) + " left");
      context.add(line, SECOND, entry(line));
    }
    assertThat(context.members()).hasSize(Context.MEMBERS);
    assertThat(context.members().keySet().iterator().next()).containsExactly("a");
    assertThat(context.before().get("user")).hasSize(Context.MEMBERS).startsWith("a", "b");
  }

  @Test
  void theOnlyValueIsReadLikeOneOfSeveral() {
    List<Word> line = words("user anna left");
    Context context = new Context(line, SECOND);
    Entry entry = entry(line);
    context.add(line, SECOND, entry);
    context.add(line, SECOND, entry);
    assertThat(context.members()).isEqualTo(Map.of(List.of("anna"), entry));
    assertThat(context.before()).isEqualTo(Map.of("user", Set.of("anna")));
  }

  @Test
  void aDecidedContextKeepsNothingOfWhatLedToIt() {
    List<Word> line = words("user anna left");
    Context context = new Context(line, SECOND);
    context.add(line, SECOND, entry(line));
    Entry template = entry(words("user <*> left"));
    context.close(template);
    assertThat(context.template).isSameAs(template);
    assertThat(context.members()).isEmpty();
    assertThat(context.before()).isEmpty();
  }

  private static List<Word> words(String line) {
    return Tokenizer.words(line);
  }

  private static Entry entry(List<Word> words) {
    return new Entry(7, words, Tokenizer.skeleton(words));
  }
}
