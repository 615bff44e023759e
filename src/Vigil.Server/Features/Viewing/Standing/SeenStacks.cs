using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>
/// The stacks of a case, with those of which somebody saw a member whole: any of them stands for the others, also one
/// whose bytes are destroyed. One that is not CSAM stands for none: it says nothing of what is like it.
/// </summary>
internal sealed class SeenStacks
{
    private readonly IReadOnlyList<ContentRow> _rows;
    private readonly List<int> _stacks;
    private readonly IReadOnlySet<Guid> _seen;
    private readonly List<bool> _isStoodFor;
    private readonly Dictionary<int, (int Number, int First)> _kept = [];

    private SeenStacks(
        IReadOnlyList<ContentRow> rows,
        List<int> stacks,
        IReadOnlySet<Guid> seen,
        List<bool> isStoodFor,
        HashSet<Guid> refuted
    )
    {
        (_rows, _stacks, _seen, _isStoodFor) = (rows, stacks, seen, isStoodFor);
        foreach (var (at, row) in rows.Index())
        {
            if (!row.IsThere)
            {
                continue;
            }
            if (!_kept.TryGetValue(stacks[at], out var kept))
            {
                _kept.Add(stacks[at], (_kept.Count, at));
            }
            else if (refuted.Contains(rows[kept.First].Id))
            {
                _kept[stacks[at]] = (kept.Number, at);
            }
        }
    }

    /// <param name="rows">Contents of the case, destroyed ones too.</param>
    /// <param name="known">What the items' decisions rest on.</param>
    /// <param name="seen">Contents that were shown whole.</param>
    /// <param name="judged">What was said of files equal to them.</param>
    public static SeenStacks Of(
        IReadOnlyList<ContentRow> rows,
        IReadOnlyDictionary<Guid, MatchFacts> known,
        IReadOnlySet<Guid> seen,
        FilesJudged judged
    )
    {
        var facts = rows.Select(row => AnswerContentStandings.FactsOf(known, row)).ToList();
        var stacks = Stacks.Of([.. rows.Select(row => row.Sha256Digest)], facts);
        // Of exact matches the policy says whether what was seen in another case is enough.
        var isStoodFor = rows.Select(
                (row, at) =>
                    !facts[at].IsExact
                    && judged.Of(row.Sha256Digest, besides: row.Id) is { IsConfirmed: true }
            )
            .ToList();
        var refuted = judged.Files.Where(one => !one.IsConfirmed).Select(one => one.ContentId).ToHashSet();
        return new SeenStacks(
            rows,
            stacks,
            seen.Where(id => !refuted.Contains(id)).ToHashSet(),
            isStoodFor,
            refuted
        );
    }

    /// <summary>Of the stacks that have contents which are there, from 0, in the order of their first.</summary>
    public int NumberOf(int at) => _kept[_stacks[at]].Number;

    /// <summary>It is the one to look at: the first that is there, and no other of its stack was seen.</summary>
    public bool StandsFor(int at) =>
        _kept[_stacks[at]].First == at
        && !Enumerable
            .Range(0, _rows.Count)
            .Any(other =>
                _stacks[other] == _stacks[at]
                && (_isStoodFor[other] || (other != at && _seen.Contains(_rows[other].Id)))
            );
}
