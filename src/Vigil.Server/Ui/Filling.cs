namespace Vigil.Server.Ui;

/// <summary>How far a form has been filled in with what was sent of it; must not be printed.</summary>
internal sealed class Filling(SentForm sent)
{
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);
    private readonly List<string> _again = [];

    public SentForm Sent { get; } = sent;

    /// <summary>The labels of what was given and does not come back; each once.</summary>
    public IReadOnlyList<string> Again => _again;

    /// <summary>Controls of one name have its values in their order. Null: no more of it was sent.</summary>
    public string? Next(string name)
    {
        var (at, values) = (_used.GetValueOrDefault(name), Sent.Fields[name]);
        if (at >= values.Count)
        {
            return null;
        }
        _used[name] = at + 1;
        return values[at] ?? "";
    }

    public void GiveAgain(string label)
    {
        if (!_again.Contains(label))
        {
            _again.Add(label);
        }
    }
}
