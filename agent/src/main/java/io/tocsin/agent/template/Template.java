package io.tocsin.agent.template;

/// What many lines have in common.
///
/// @param id FNV-1a 64 of the skeleton, never 0 or 1; equal wording has an equal id on every agent
/// @param text as people read it, variable places as `<*>`; at most 1,000 characters
/// @param level highest level seen with it
/// @param into the more general template that took it in; 0 when it stands by itself
/// @param skeleton the symbols joined by one space, which the id hashes; at most 2,000 characters
public record Template(long id, String text, Level level, long into, String skeleton) {

  /// Counts lines whose templates found no room.
  public static final long OTHER = 1;
}
