using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>
/// Entries that changed after a segment was built over them: only the state of the generation named here holds,
/// and where that is none, nothing. So a withdrawn or quarantined entry is gone at once, and no segment is built
/// again for it. Immutable.
/// </summary>
internal sealed class Overrides
{
    public static readonly Overrides None = new([]);

    private const long Nothing = -1;
    private readonly Dictionary<EntryKey, long> _current;

    private Overrides(Dictionary<EntryKey, long> current) => _current = current;

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
        var current = new Dictionary<EntryKey, long>(_current);
        foreach (var (key, generation, isActive) in changed)
        {
            current[key] = isActive ? generation : Nothing;
        }
        return new Overrides(current);
    }

    /// <summary>Without those that stood already then, unchanged: the segments they spoke of are merged.</summary>
    public Overrides Without(Overrides merged) =>
        merged.Count == 0
            ? this
            : new Overrides(
                _current
                    .Where(pair => !merged._current.TryGetValue(pair.Key, out var then) || then != pair.Value)
                    .ToDictionary()
            );
}
