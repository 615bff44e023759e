using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>What one search found so far; each content once, at most as many as one search finds.</summary>
/// <param name="isWanted">What it refuses is not counted.</param>
internal sealed class NamedFinds(Func<KeptFile, bool> isWanted)
{
    private readonly HashSet<(string?, string?)> _about = [];
    private readonly List<KeptFile> _files = [];

    public IReadOnlyList<KeptFile> Files => _files;

    /// <summary>There is more than may be found: nothing is taken any more.</summary>
    public bool IsOver { get; private set; }

    public void Add(KeptFile file)
    {
        if (IsOver || _about.Contains(file.About) || !isWanted(file))
        {
            return;
        }
        IsOver = _files.Count == HistoryRules.MaxNamedFound;
        if (!IsOver)
        {
            _about.Add(file.About);
            _files.Add(file);
        }
    }
}
