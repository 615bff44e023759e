using System.Collections.Immutable;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>
/// Entries that changed after a segment was built over them: only the state of the generation named here holds,
/// and where that is none, nothing. So a withdrawn or quarantined entry is gone at once, and no segment is built
/// again for it. Immutable, and each state shares what it can with the one before: a change costs its own size.
/// </summary>
internal sealed class Overrides
{
    public static readonly Overrides None = new(ImmutableDictionary<EntryKey, long>.Empty);

    private readonly ImmutableDictionary<EntryKey, long> _current;

    private Overrides(ImmutableDictionary<EntryKey, long> current) => _current = current;

    public int Count => _current.Count;

    public bool Holds(EntryKey key, long generation) =>
        _current.Count == 0 || !_current.TryGetValue(key, out var current) || current == generation;

    /// <summary>With what was read now: entry, generation, whether it is active.</summary>
    public Overrides With(IReadOnlyCollection<(EntryKey Key, long Generation, bool IsActive)> changed)
    {
        if (changed.Count == 0)
        {
            return this;
        }
        var current = _current.ToBuilder();
        foreach (var (key, generation, isActive) in changed)
        {
            current[key] = isActive ? generation : Nothing(generation);
        }
        return new Overrides(current.ToImmutable());
    }

    /// <summary>
    /// That nothing holds since then: no generation of a row, and another one at each time, so that an entry which
    /// came back and went again during a merge is not taken for one that stayed away.
    /// </summary>
    private static long Nothing(long generation) => -1 - generation;

    /// <summary>Without those that stood already then, unchanged: the segments they spoke of are merged.</summary>
    public Overrides Without(Overrides merged) =>
        merged.Count == 0
            ? this
            : new Overrides(
                _current.RemoveRange(
                    merged
                        ._current.Where(pair =>
                            _current.TryGetValue(pair.Key, out var now) && now == pair.Value
                        )
                        .Select(pair => pair.Key)
                )
            );
}
